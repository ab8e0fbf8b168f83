const TEXTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The server refuses the connection',
  ECONNRESET: 'The server has broken the connection',
  EPIPE: 'The server has broken the connection',
  ETIMEDOUT: 'The server cannot be reached',
  EHOSTUNREACH: 'The server cannot be reached',
  ENETUNREACH: 'The network of the server cannot be reached',
  ERR_TLS_CERT_ALTNAME_INVALID: "The server's certificate is for another name",
  CERT_HAS_EXPIRED: "The server's certificate has expired",
  CERT_NOT_YET_VALID: "The server's certificate is not valid yet",
  CERT_REVOKED: "The server's certificate is revoked",
  DEPTH_ZERO_SELF_SIGNED_CERT: "The server's certificate is signed by itself",
  SELF_SIGNED_CERT_IN_CHAIN: "The server's certificate is of an unknown authority",
  UNABLE_TO_GET_ISSUER_CERT: "The server's certificate is of an unknown authority",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "The server's certificate is of an unknown authority",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "The server's certificate is of an unknown authority",
  ERR_SSL_WRONG_VERSION_NUMBER: 'The server does not speak TLS on this port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'The server does not speak TLS on this port',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'The server speaks no TLS 1.2 or newer',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'The server speaks no TLS 1.2 or newer',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'The server asks for a certificate of ours',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'The server does not accept our certificate',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'The server does not accept our certificate',
};

/** For the operator, in English, with the code of Node.js or OpenSSL to search for. */
export const connectionFault = (error: Error & { readonly code?: unknown }): string => {
  const code = typeof error.code === 'string' ? error.code : error.name;
  return `${TEXTS[code] ?? 'The connection has failed'} (${code})`;
};
