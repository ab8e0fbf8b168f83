const REQUEST = /^([A-Z]+) /;
const RESPONSE = /^SIP\/2\.0 (\d{3})/;
const TOP_VIA = /\r\nVia: SIP\/2\.0\/(\w+) ([^\r,]+)/i;
const SENT_BY = /^\s*(\[[^\]]+\]|[^:;\s]+)(?:\s*:\s*(\d{1,5}))?/;
const BRANCH = /;branch=([^;\s]+)/i;
const RECEIVED = /;received=([^;\s]+)/i;
const RPORT = /;rport=(\d+)/i;
const INVITE_CSEQ = /\r\nCSeq: \d+ INVITE\r\n/i;

/** What the transport needs of a message that sip.js, or one of our own answers, is about to send. */
export interface OutgoingHead {
  /** Null: a response. */
  readonly method: string | null;
  /** 0 for a request. */
  readonly status: number;
  readonly isToInvite: boolean;
  readonly branch: string;
  /** Of the top Via, in upper case. */
  readonly protocol: string;
  readonly sentBy: { readonly host: string; readonly port: number | null };
  /** Where the request that is answered came from, as the router has stamped it; null: unknown. */
  readonly source: { readonly host: string; readonly port: number } | null;
}

export const readOutgoing = (text: string): OutgoingHead => {
  const [, protocol = '', via = ''] = TOP_VIA.exec(text) ?? [];
  const [, host = '', port] = SENT_BY.exec(via) ?? [];
  const received = RECEIVED.exec(via)?.[1];
  const rport = RPORT.exec(via)?.[1];
  return {
    method: REQUEST.exec(text)?.[1] ?? null,
    status: Number(RESPONSE.exec(text)?.[1] ?? 0),
    isToInvite: INVITE_CSEQ.test(text),
    branch: BRANCH.exec(via)?.[1] ?? '',
    protocol: protocol.toUpperCase(),
    sentBy: { host: bare(host), port: port === undefined ? null : Number(port) },
    source: received === undefined || rport === undefined ? null : { host: bare(received), port: Number(rport) },
  };
};

const bare = (host: string): string => host.replace(/^\[|\]$/g, '');
