/** What the Reason headers (RFC 3326) of a final response say. */
export interface ReasonEvidence {
  /** Q.850 causes in order of appearance, 0 to 127. */
  readonly q850Causes: readonly number[];
  /** RFC 8606: the user refused, not the network. */
  readonly fromUser: boolean;
  /** A text or parameter carries the analytics marker of ATIS-1000099, `v=analytics…`, or says "Network Blocked". */
  readonly blockedByAnalytics: boolean;
}

const analyticsVersion = /\bv\s*=\s*"?analytics\d*/i;
const networkBlocked = /\bnetwork\s+blocked\b/i;

/** Liberal on purpose: values come in any order, with spaces, several in one header, and with stray parameters. */
export function readReasonHeaders(headers: readonly string[]): ReasonEvidence {
  const values = headers.flatMap((header) => splitOutsideQuotes(header, ','));
  const q850Causes: number[] = [];
  let fromUser = false;
  for (const value of values) {
    const [protocol = '', ...parameters] = splitOutsideQuotes(value, ';').map((part) => part.trim());
    if (!/^q\.?850$/i.test(protocol)) continue;
    for (const parameter of parameters) {
      const [, name = '', text = ''] = /^([\w-]+)\s*=\s*"?([^"]*)"?$/.exec(parameter) ?? [];
      // The upper bit is the extension bit of the ISUP octet, which some gateways pass on (sip-outcomes B2).
      if (/^cause$/i.test(name) && /^\d{1,3}$/.test(text)) q850Causes.push(Number(text) & 0x7f);
      if (/^location$/i.test(name) && /^(u|user)$/i.test(text)) fromUser = true;
    }
  }
  const blockedByAnalytics = values.some((value) => analyticsVersion.test(value) || networkBlocked.test(value));
  return { q850Causes, fromUser, blockedByAnalytics };
}

/** True if the phrase of a response is that of ATIS-1000099. */
export function isNetworkBlockedPhrase(phrase: string | undefined): boolean {
  return phrase !== undefined && networkBlocked.test(phrase);
}

function splitOutsideQuotes(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (quoted && character === '\\') part += character + text.charAt(++index);
    else if (character === separator && !quoted) {
      parts.push(part);
      part = '';
    } else {
      if (character === '"') quoted = !quoted;
      part += character;
    }
  }
  return [...parts, part];
}
