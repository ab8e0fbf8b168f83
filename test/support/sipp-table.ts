/** What the far end does with one call. */
export type FarEndAct =
  /** A final response. */
  | {
      readonly kind: 'refuse';
      /** Code and phrase. */
      readonly status: string;
      readonly headers?: readonly string[];
      readonly before?: Provisional;
    }
  /** Asks for a digest, and then for another one, as a server does that does not take the password. */
  | { readonly kind: 'challenge'; readonly status: 401 | 407 }
  /** Nothing more until it is cancelled. */
  | { readonly kind: 'wait'; readonly before: Provisional }
  | { readonly kind: 'silence' }
  | { readonly kind: 'answer'; readonly then: 'take-bye' | 'take-refer' | 'refuse-refer' | 'send-bye' };

export type Provisional = '100 Trying' | '180 Ringing' | '183 Session Progress';

/**
 * A scenario of sipp that chooses what it does by the called number: the one that ends in `firstNumber + n` gets the act
 * of that place. Every other number is busy. What several acts have in common is there once: sipp reads no more than 64 kB.
 * @param transport what sipp calls the transport in requests of its own; that of the dialer, if somebody stands between
 */
export const sippTable = (acts: readonly FarEndAct[], firstNumber: number, transport: string): string => {
  const begins = groupBy(acts, provisionalOf);
  const goesOn = groupBy(acts, (act) => play(act, transport));
  begins.delete(undefined);
  const choice = (name: string, places: readonly number[]): string => {
    const numbers = places.map((at) => firstNumber + at).join('|');
    return `<ereg regexp="(${numbers})@" search_in="hdr" header="To:" assign_to="${name}"/>`;
  };
  const before = [...begins.keys()].map(
    (status, at) => `<nop next="${at + 1}" test="b${at}"/>
<nop next="${at + 101}"/>
<label id="${at + 1}"/>
${status === undefined ? '' : provisional(status)}
<label id="${at + 101}"/>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<scenario name="one act a number">
<recv request="INVITE"><action>
<ereg regexp="sip:[^&gt;]+" search_in="hdr" header="Contact:" assign_to="contact"/>
<ereg regexp=".*" search_in="hdr" header="From:" assign_to="their"/>
${[...begins.values()].map((places, at) => choice(`b${at}`, places)).join('\n')}
${[...goesOn.values()].map((places, at) => choice(`a${at}`, places)).join('\n')}
</action></recv>
${before.join('\n')}
${[...goesOn].map((_of, at) => `<nop next="${at + 201}" test="a${at}"/>`).join('\n')}
${play({ kind: 'refuse', status: '486 Busy Here' }, transport)}
${[...goesOn.keys()].map((steps, at) => `<label id="${at + 201}"/>\n${steps}`).join('\n')}
<label id="${END}"/>
<timewait milliseconds="4000"/>
<Reference variables="contact,their,ours"/>
</scenario>
`;
};

const groupBy = <Key>(acts: readonly FarEndAct[], keyOf: (act: FarEndAct) => Key): Map<Key, number[]> => {
  const groups = new Map<Key, number[]>();
  acts.forEach((act, at) => groups.set(keyOf(act), [...(groups.get(keyOf(act)) ?? []), at]));
  return groups;
};

const provisionalOf = (act: FarEndAct): Provisional | undefined => {
  if (act.kind === 'answer') return '180 Ringing';
  return act.kind === 'refuse' ? act.before : undefined;
};

/** Beyond the labels of all acts. */
const END = 9_999;
const TAG = ';tag=[pid]u[call_number]';
const SDP = `v=0
o=uas 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000`;

/** All but what `provisionalOf` sees to. */
const play = (act: FarEndAct, transport: string): string => {
  switch (act.kind) {
    case 'refuse':
      return refusal(act.status, act.headers);
    case 'challenge': {
      const header = act.status === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate';
      const challenge = (nonce: string): string =>
        response(`${act.status} Unauthorized`, {
          headers: [`${header}: Digest realm="carrier", nonce="${nonce}", algorithm=MD5, qop="auth"`],
          isRepeated: true,
        });
      return [
        challenge('one'),
        '<recv request="ACK"/>',
        '<recv request="INVITE"/>',
        challenge('two'),
        `<recv request="ACK" next="${END}"/>`,
      ].join('\n');
    }
    case 'wait':
      // Not before the choice: sipp would answer a CANCEL that comes at once by itself, and the INVITE never.
      return [
        provisional(act.before),
        '<recv request="CANCEL"/>',
        response('200 OK'),
        response('487 Request Terminated', { cseq: '1 INVITE', isRepeated: true }),
        `<recv request="ACK" next="${END}"/>`,
      ].join('\n');
    case 'silence':
      return `<nop next="${END}"/>`;
    case 'answer':
      return [
        response('200 OK', {
          headers: [CONTACT, 'Allow: INVITE, ACK, BYE, CANCEL, REFER'],
          body: SDP,
          isRepeated: true,
        }),
        `<recv request="ACK"><action>
<ereg regexp=".*" search_in="hdr" header="To:" assign_to="ours"/>
</action></recv>`,
        ...talk(act.then, transport),
      ].join('\n');
  }
};

const CONTACT = 'Contact: <sip:uas@[local_ip]:[local_port]>';

const talk = (then: Extract<FarEndAct, { kind: 'answer' }>['then'], transport: string): readonly string[] => {
  const takeBye = ['<recv request="BYE"/>', response('200 OK', { tag: '', next: END })];
  switch (then) {
    case 'take-bye':
      return takeBye;
    case 'take-refer':
      return [
        '<recv request="REFER"/>',
        response('202 Accepted', { tag: '', headers: [CONTACT] }),
        request('NOTIFY', transport, {
          headers: [CONTACT, 'Event: refer', 'Subscription-State: terminated;reason=noresource'],
          fragment: 'SIP/2.0 200 OK',
        }),
        '<recv response="200"/>',
        ...takeBye,
      ];
    case 'refuse-refer':
      return ['<recv request="REFER"/>', response('603 Declined', { tag: '' }), ...takeBye];
    case 'send-bye':
      return [
        '<recv request="REFER"/>',
        response('481 Call Does Not Exist', { tag: '' }),
        request('BYE', transport, {}),
        `<recv response="200" next="${END}"/>`,
      ];
  }
};

const provisional = (status: Provisional): string => response(status, status === '100 Trying' ? { tag: '' } : {});

const refusal = (status: string, headers: readonly string[] = []): string =>
  `${response(status, { headers, isRepeated: true })}\n<recv request="ACK" next="${END}"/>`;

interface ResponseParts {
  readonly headers?: readonly string[];
  readonly body?: string;
  readonly tag?: string;
  readonly cseq?: string;
  readonly isRepeated?: boolean;
  readonly next?: number;
}

const response = (
  status: string,
  { headers = [], body, tag = TAG, cseq, isRepeated = false, next }: ResponseParts = {},
): string =>
  send({ isRepeated, ...(next === undefined ? {} : { next }) }, [
    `SIP/2.0 ${status}`,
    '[last_Via:]',
    '[last_From:]',
    `[last_To:]${tag}`,
    '[last_Call-ID:]',
    cseq === undefined ? '[last_CSeq:]' : `CSeq: ${cseq}`,
    ...headers,
    ...(body === undefined ? [] : ['Content-Type: application/sdp']),
    body === undefined ? 'Content-Length: 0' : 'Content-Length: [len]',
    '',
    body ?? '',
  ]);

const request = (
  method: string,
  transport: string,
  { headers = [], fragment }: { readonly headers?: readonly string[]; readonly fragment?: string },
): string =>
  send({ isRepeated: true }, [
    `${method} [$contact] SIP/2.0`,
    `Via: SIP/2.0/${transport} [local_ip]:[local_port];branch=[branch]`,
    'From:[$ours]',
    'To:[$their]',
    '[last_Call-ID:]',
    `CSeq: 1 ${method}`,
    'Max-Forwards: 70',
    ...headers,
    ...(fragment === undefined ? [] : ['Content-Type: message/sipfrag']),
    fragment === undefined ? 'Content-Length: 0' : 'Content-Length: [len]',
    '',
    fragment ?? '',
  ]);

const send = (
  { isRepeated, next }: { readonly isRepeated: boolean; readonly next?: number },
  lines: readonly string[],
) =>
  `<send${isRepeated ? ' retrans="500"' : ''}${next === undefined ? '' : ` next="${next}"`}><![CDATA[
${lines.join('\n')}
]]></send>`;
