import { createHash } from 'node:crypto';
import { Core } from 'sip.js';
import { hex64 } from './random.js';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface Challenge {
  readonly header: 'authorization' | 'proxy-authorization';
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | null;
  /** As the server spells it; null if it named none. */
  readonly algorithm: string | null;
  readonly qopAuth: boolean;
  readonly stale: boolean;
}

/** RFC 7616, 3.7: the first that we know, strongest first. */
const HASHES: Readonly<Record<string, { readonly name: string; readonly rank: number }>> = {
  'sha-512-256': { name: 'sha512-256', rank: 0 },
  'sha-256': { name: 'sha256', rank: 1 },
  md5: { name: 'md5', rank: 2 },
};

const CHALLENGE_LINE = /^(WWW|Proxy)-Authenticate[ \t]*:[ \t]*(.*)$/gim;
/** Characters; real challenges have some hundred. */
const LONGEST_LINE = 4_000;
/** Between two challenges of one line; the comma of a quoted string is none. */
const NEXT_CHALLENGE = /,\s*(?=[a-z0-9-]+\s+[a-z0-9-]+\s*=)(?=(?:[^"]*"[^"]*")*[^"]*$)/i;
const PARAMETER = /([a-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi;

const hashOf = (algorithm: string | null): { name: string; rank: number } | undefined =>
  HASHES[(algorithm ?? 'MD5').toLowerCase().replace(/-sess$/, '')];

/** Of a challenge that `readChallenges` has let through. */
const knownHashOf = ({ algorithm }: Challenge): { name: string; rank: number } => {
  const hash = hashOf(algorithm);
  if (!hash) throw new Error('Unknown digest algorithm');
  return hash;
};

/**
 * All usable challenges of a raw 401 or 407, strongest first. sip.js keeps only the last header, and its grammar
 * discards the whole response for some of them.
 */
export const readChallenges = (raw: string): Challenge[] => {
  const endOfHead = raw.indexOf('\r\n\r\n');
  const head = (endOfHead < 0 ? raw : raw.slice(0, endOfHead)).replace(/\r\n[ \t]+/g, ' ').replace(/\r/g, '');
  const challenges: Challenge[] = [];
  const lines = [...head.matchAll(CHALLENGE_LINE)].flatMap(([, kind, line]) =>
    (line ?? '')
      .slice(0, LONGEST_LINE)
      .split(NEXT_CHALLENGE)
      .map((text) => [kind, text] as const),
  );
  for (const [kind, text] of lines) {
    if (!/^\s*Digest\s/i.test(text)) continue;
    const values = new Map<string, string>();
    for (const [, name, quoted, token] of text.replace(/^\s*Digest\s+/i, '').matchAll(PARAMETER)) {
      values.set((name ?? '').toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? token ?? '');
    }
    const algorithm = values.get('algorithm') ?? null;
    const realm = values.get('realm');
    const nonce = values.get('nonce');
    const qop = values
      .get('qop')
      ?.toLowerCase()
      .split(/\s*,\s*/);
    if (realm === undefined || nonce === undefined || !hashOf(algorithm)) continue;
    if (qop && !qop.includes('auth')) continue;
    challenges.push({
      header: kind?.toUpperCase() === 'WWW' ? 'authorization' : 'proxy-authorization',
      realm,
      nonce,
      opaque: values.get('opaque') ?? null,
      algorithm,
      qopAuth: qop !== undefined,
      stale: values.get('stale')?.toLowerCase() === 'true',
    });
  }
  return challenges.sort((a, b) => knownHashOf(a).rank - knownHashOf(b).rank);
};

/**
 * Value of the Authorization header (RFC 7616, 3.4).
 * @param cnonce the same for all requests with one nonce: a `-sess` algorithm has made its key of the first
 * @param count of the requests with this nonce, 1 or more
 */
export const authorize = (
  challenge: Challenge,
  { username, password }: Credentials,
  method: string,
  uri: string,
  cnonce: string,
  count = 1,
): string => {
  const { name } = knownHashOf(challenge);
  const hash = (text: string): string => createHash(name).update(text).digest('hex');
  const secret = hash(`${username}:${challenge.realm}:${password}`);
  const isSession = /-sess$/i.test(challenge.algorithm ?? '');
  const ha1 = isSession ? hash(`${secret}:${challenge.nonce}:${cnonce}`) : secret;
  const ha2 = hash(`${method}:${uri}`);
  const nc = count.toString(16).padStart(8, '0');
  const response = challenge.qopAuth
    ? hash(`${ha1}:${challenge.nonce}:${nc}:${cnonce}:auth:${ha2}`)
    : hash(`${ha1}:${challenge.nonce}:${ha2}`);
  const quote = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
  return [
    `Digest username=${quote(username)}`,
    `realm=${quote(challenge.realm)}`,
    `nonce=${quote(challenge.nonce)}`,
    `uri=${quote(uri)}`,
    `response="${response}"`,
    ...(challenge.algorithm === null ? [] : [`algorithm=${challenge.algorithm}`]),
    ...(challenge.qopAuth ? ['qop=auth', `nc=${nc}`, `cnonce="${cnonce}"`] : []),
    ...(challenge.qopAuth || !isSession ? [] : [`cnonce="${cnonce}"`]),
    ...(challenge.opaque === null ? [] : [`opaque=${quote(challenge.opaque)}`]),
  ].join(', ');
};

interface Login {
  readonly credentials: Credentials;
  /** The last challenge by the header of its answer; a server that takes a nonce once only challenges again. */
  readonly known: Map<Challenge['header'], { readonly challenge: Challenge; readonly cnonce: string; count: number }>;
}
const loginOf = new WeakMap<object, Login>();

/** A trunk without credentials passes the 401 on. */
export const setCredentials = (core: Core.UserAgentCore, credentials: Credentials | null): void => {
  if (!credentials) {
    loginOf.delete(core);
    return;
  }
  if (!loginOf.has(core)) addPreemptively(core);
  loginOf.set(core, { credentials, known: new Map() });
};

/**
 * Once challenged, the user agent sends credentials with every request, where the server counts their use (qop): a call
 * then needs one INVITE in place of two. An ACK cannot be challenged, and a CANCEL is answered hop by hop (RFC 3261, 22.1).
 */
const addPreemptively = (core: Core.UserAgentCore): void => {
  const make = core.makeOutgoingRequestMessage.bind(core);
  core.makeOutgoingRequestMessage = (...parameters) => {
    const message = make(...parameters);
    const login = loginOf.get(core);
    if (!login || message.method === 'ACK' || message.method === 'CANCEL') return message;
    for (const [header, known] of login.known) {
      const { challenge, cnonce } = known;
      if (!challenge.qopAuth) continue;
      const uri = message.ruri.toRaw();
      known.count++;
      message.setHeader(header, authorize(challenge, login.credentials, message.method, uri, cnonce, known.count));
    }
    return message;
  };
};

/** What the patch reads of a `UserAgentClient`; half of it is private in the types of sip.js. */
interface GuardedClient {
  readonly core: Core.UserAgentCore;
  readonly message: Core.OutgoingRequestMessage;
  readonly transaction: Core.ClientTransaction;
  init(): void;
}
type Guard = (this: GuardedClient, message: Core.IncomingResponseMessage, dialog?: Core.Dialog) => boolean;

const tries = new WeakMap<object, Map<string, number>>();

const superseded = new WeakMap<object, Set<Core.ClientTransaction>>();

/** sip.js forgets the transaction of a request that was sent again, whose timer then outlives the user agent. */
export const disposeSuperseded = (core: Core.UserAgentCore): void => {
  for (const transaction of superseded.get(core) ?? []) transaction.dispose();
  superseded.delete(core);
};

const supersede = (core: Core.UserAgentCore, transaction: Core.ClientTransaction): void => {
  const all = superseded.get(core) ?? new Set();
  superseded.set(core, all.add(transaction));
  transaction.addStateChangeListener(() => {
    if (transaction.state === Core.TransactionState.Terminated) all.delete(transaction);
  });
};

/**
 * Takes the place of `UserAgentClient.authenticationGuard`: true = go on with this response, false = the request went
 * out again with credentials. Once per realm, once more if the server calls the nonce stale (RFC 7616, 3.3) or the first
 * try had an old one; a proxy and then the server may each challenge. Within a dialog the CSeq is the dialog's next one: sip.js raises the message's
 * alone, so that the BYE after a challenged REFER would repeat the REFER's number.
 */
export const authenticationGuard: Guard = function (response, dialog) {
  if (response.statusCode !== 401 && response.statusCode !== 407) return true;
  const login = loginOf.get(this.core);
  if (!login || typeof response.data !== 'string') return true;
  const wanted = response.statusCode === 401 ? 'authorization' : 'proxy-authorization';
  const challenge = readChallenges(response.data).find(({ header }) => header === wanted);
  if (!challenge) return true;

  const mine = tries.get(this) ?? new Map<string, number>();
  tries.set(this, mine);
  const key = `${challenge.header} ${challenge.realm}`;
  const tried = mine.get(key) ?? 0;
  if (tried >= (challenge.stale ? 2 : 1)) {
    login.known.delete(challenge.header);
    return true;
  }
  mine.set(key, tried + 1);

  const { message } = this;
  const inDialog = dialog ?? this.core.dialogs.get(`${message.callId}${message.fromTag}${message.toTag ?? ''}`);
  if (inDialog?.localSequenceNumber) {
    inDialog.incrementLocalSequenceNumber();
    message.cseq = inDialog.localSequenceNumber;
  } else {
    message.cseq += 1;
  }
  message.setHeader('cseq', `${message.cseq} ${message.method}`);
  const cnonce = hex64();
  login.known.set(challenge.header, { challenge, cnonce, count: 1 });
  const uri = message.ruri.toRaw();
  message.setHeader(challenge.header, authorize(challenge, login.credentials, message.method, uri, cnonce));
  supersede(this.core, this.transaction);
  this.init();
  return false;
};
