import { Grammar, NameAddrHeader, URI } from 'sip.js';

type Parse = (text: string, rule: string) => unknown;
type Rule = (text: string) => unknown;

/**
 * Hand-written rules for the ordinary form of each header, with sip.js's generated PEG parser behind them. That parser
 * decodes all of its tables again at each call and takes three quarters of the CPU of a call; these take a hundredth.
 *
 * A rule answers `undefined` for whatever is unusual (0 is a value: Content-Length), and the PEG decides. Where both
 * answer, they agree (tested against each other); only a reason phrase may hold more here than the PEG allows, because
 * the alternative is to drop the response. Rules must not throw, for the PEG does not: its failure is the value -1.
 */
const TOKEN = "[A-Za-z0-9\\-.!%*_+`'~]+";
const HOST =
  '(?:(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\\.)*[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?' +
  '|(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d))';
const URI_PARAMETER = "[A-Za-z0-9\\-_.!~*'()\\[\\]/:&+$]+";
const USER = "(?:[A-Za-z0-9\\-_.!~*'()&=+$,;?/]|%[0-9A-Fa-f]{2})+";
const METHOD = '(?:INVITE|ACK|OPTIONS|BYE|CANCEL|REGISTER|SUBSCRIBE|NOTIFY|REFER|PUBLISH|UPDATE|PRACK|INFO|MESSAGE)';
const SIP_URI = `sip:(?:${USER}@)?${HOST}(?::\\d{1,5})?(?:;${URI_PARAMETER}(?:=${URI_PARAMETER})?)*`;
const HEADER_PARAMETERS = `((?:;${TOKEN}(?:=${TOKEN})?)*)`;

const URI_PARTS = new RegExp(
  `^sip:(?:(${USER})@)?(${HOST})(?::(\\d{1,5}))?((?:;${URI_PARAMETER}(?:=${URI_PARAMETER})?)*)$`,
);
/** The PEG treats these apart, or stops at a name that only begins like one of them. */
const SPECIAL_URI_PARAMETER = /^(?:ttl|maddr|method|lr.|transport$|user$)/;

const parseUri = (text: string): URI | undefined => {
  const parts = URI_PARTS.exec(text);
  if (!parts) return undefined;
  const parameters: Record<string, string | null> = {};
  for (const parameter of (parts[4] ?? '').split(';').slice(1)) {
    const equals = parameter.indexOf('=');
    const name = (equals < 0 ? parameter : parameter.slice(0, equals)).toLowerCase();
    const value = equals < 0 ? null : parameter.slice(equals + 1);
    if ((name === 'transport' || name === 'user') && value !== null) {
      // An address in brackets and the like: left to the PEG.
      if (!/^[A-Za-z0-9-]+$/.test(value)) return undefined;
      parameters[name] = value.toLowerCase();
    } else if (SPECIAL_URI_PARAMETER.test(name) || (name === 'lr' && value !== null) || name === '__proto__') {
      return undefined;
    } else {
      parameters[name] = value;
    }
  }
  let user: string | undefined;
  try {
    user = parts[1] === undefined ? undefined : decodeURIComponent(parts[1]);
  } catch {
    return undefined;
  }
  const port = parts[3] === undefined ? undefined : Number(parts[3]);
  // sip.js types the user as always there and reads it as optional.
  return new URI('sip', user as string, parts[2] ?? '', port, parameters);
};

const parameterMap = (text: string): Record<string, string> | undefined => {
  const parameters: Record<string, string | undefined> = {};
  for (const parameter of text.split(';').slice(1)) {
    const equals = parameter.indexOf('=');
    const name = (equals < 0 ? parameter : parameter.slice(0, equals)).toLowerCase();
    const value = equals < 0 ? undefined : parameter.slice(equals + 1);
    // Numbers that the PEG normalises (`q=0.50`), and a name that would change the object's prototype.
    if (name === 'q' || name === '__proto__') return undefined;
    if (name === 'expires' && (value === undefined || !/^(?:0|[1-9]\d{0,8})$/.test(value))) return undefined;
    if (name === 'tag' && value === undefined) return undefined;
    parameters[name] = value;
  }
  // A flag is `undefined`, as the PEG has it; the type of the constructor does not know flags.
  return parameters as Record<string, string>;
};

const NAME_ADDR = new RegExp(
  `^(?:"([\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]*)" ?|(${TOKEN}(?: ${TOKEN})*) ?)?<(${SIP_URI})>${HEADER_PARAMETERS}$`,
);

const nameAddr: Rule = (text) => {
  const parts = NAME_ADDR.exec(text);
  if (!parts) return undefined;
  const uri = parseUri(parts[3] ?? '');
  const parameters = parameterMap(parts[4] ?? '');
  if (!uri || !parameters) return undefined;
  const displayName = parts[1] ?? parts[2];
  return new NameAddrHeader(uri, displayName as string, parameters);
};

/** `position` and `offset` are the end and the start of a value, as the PEG names them. */
const nameAddrList: Rule = (text) => {
  if (text.includes('"') && text.includes(',')) return undefined;
  const values: { position: number; offset: number; parsed: unknown }[] = [];
  let offset = 0;
  for (const piece of text.split(',')) {
    const parsed = nameAddr(piece.trim());
    if (parsed === undefined) return undefined;
    const start = offset + (piece.length - piece.trimStart().length);
    values.push({ position: start + piece.trim().length, offset: start, parsed });
    offset += piece.length + 1;
  }
  return values;
};

const contact: Rule = (text) => (text.includes(',') ? undefined : nameAddrList(text));

const VIA = new RegExp(`^SIP/2\\.0/(UDP|TCP|TLS|SCTP) (${HOST})(?::(\\d{1,5}))?${HEADER_PARAMETERS}$`);

const via: Rule = (text) => {
  const parts = VIA.exec(text);
  if (!parts) return undefined;
  const value: Record<string, unknown> = { protocol: 'SIP', transport: parts[1], host: parts[2] };
  if (parts[3] !== undefined) value['port'] = Number(parts[3]);
  for (const parameter of (parts[4] ?? '').split(';').slice(1)) {
    const equals = parameter.indexOf('=');
    const name = (equals < 0 ? parameter : parameter.slice(0, equals)).toLowerCase();
    const content = equals < 0 ? undefined : parameter.slice(equals + 1);
    if (name === 'branch' && content !== undefined) value['branch'] = content;
    else if (name === 'received' && content !== undefined && IPV4.test(content)) value['received'] = content;
    else if (name === 'rport' && (content === undefined || /^\d{1,5}$/.test(content))) value['rport'] = content;
    else return undefined;
  }
  return value;
};
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/;

const STATUS_LINE = /^SIP\/2\.0 ([1-6]\d\d) ([^\r\n]*)$/;
const REQUEST_LINE = new RegExp(`^(${METHOD}) (${SIP_URI}) SIP/2\\.0$`);

const requestOrResponse: Rule = (text) => {
  const status = STATUS_LINE.exec(text);
  if (status) return { status_code: Number(status[1]), reason_phrase: status[2] };
  const request = REQUEST_LINE.exec(text);
  const uri = request ? parseUri(request[2] ?? '') : undefined;
  return uri && { method: request?.[1], uri };
};

const CSEQ = new RegExp(`^(\\d{1,10}) (${METHOD})$`);
const cseq: Rule = (text) => {
  const parts = CSEQ.exec(text);
  return parts ? { value: Number(parts[1]), method: parts[2] } : undefined;
};

const whole =
  (pattern: RegExp): Rule =>
  (text) =>
    pattern.test(text) ? text : undefined;
const number: Rule = (text) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);
const callId = whole(/^[A-Za-z0-9\-.!%*_+`'~()<>:/[\]?{}]+(?:@[A-Za-z0-9\-.!%*_+`'~()<>:/[\]?{}]+)?$/);
const contentType = whole(/^(?:application|message|text|multipart)\/[A-Za-z0-9.+-]+$/);

const EVENT = new RegExp(`^([A-Za-z0-9-]+)(?:;id=(${TOKEN}))?$`);
const event: Rule = (text) => {
  const parts = EVENT.exec(text);
  if (!parts) return undefined;
  const name = parts[1]?.toLowerCase();
  return parts[2] === undefined ? { event: name } : { event: name, params: { id: parts[2] } };
};

const rules: Readonly<Record<string, Rule>> = {
  Request_Response: requestOrResponse,
  Via: via,
  From: nameAddr,
  To: nameAddr,
  Name_Addr_Header: nameAddr,
  Contact: contact,
  Record_Route: nameAddrList,
  SIP_URI: parseUri,
  CSeq: cseq,
  Content_Length: number,
  Max_Forwards: number,
  Call_ID: callId,
  Content_Type: contentType,
  Event: event,
};

/** How often each rule left the decision to the PEG; a rule that does it often is worth extending. */
export const pegFallbacks = new Map<string, number>();

/** The parser that sip.js was shipped with, kept for comparison. */
export const pegParse: Parse = Grammar.parse;

export const fastParse: Parse = (text, rule) => {
  const value = rules[rule]?.(text);
  if (value !== undefined) return value;
  pegFallbacks.set(rule, (pegFallbacks.get(rule) ?? 0) + 1);
  return pegParse(text, rule);
};

/** For the differential test: `undefined` where the PEG would be asked. */
export const ruleOf = (rule: string): Rule | undefined => rules[rule];

/** All of sip.js parses through this one mutable object. */
export const installGrammar = (): void => {
  (Grammar as { parse: Parse }).parse = fastParse;
};
