/**
 * Messages after the cases of RFC 4475, with its names for them: what is legal and strange, and what is not legal. The names
 * and numbers in them are ours; the trait that each case is about is the RFC's.
 */
export interface TortureMessage {
  readonly name: string;
  /** What is strange about it. */
  readonly trait: string;
  readonly text: string;
  /** The status that a dialer answers with, who takes no calls; null: it must say nothing. */
  readonly status: number | null;
  /** Where a stream differs, because the end of the message is not where the datagram ends. */
  readonly overTcp?: { readonly status: number | null; readonly ends: boolean };
}

interface Parts {
  readonly start: string;
  readonly via?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly callId?: string;
  readonly cseq?: string;
  readonly more?: readonly string[];
  readonly body?: string;
  /** Null: the one of the body. */
  readonly length?: string | null;
}

const write = ({ start, via, from, to, callId, cseq, more = [], body = '', length = null }: Parts): string =>
  [
    start,
    ...(via ?? [`Via: SIP/2.0/UDP peer.invalid:5060;branch=z9hG4bK${start.length}x${more.length}`]),
    from ?? 'From: "Peer" <sip:peer@peer.invalid>;tag=p1',
    to ?? 'To: <sip:dialer@dialer.invalid>',
    callId ?? 'Call-ID: torture.of@peer.invalid',
    cseq ?? `CSeq: 7 ${start.split(' ')[0] ?? ''}`,
    'Max-Forwards: 70',
    'Contact: <sip:peer@peer.invalid>',
    ...more,
    length ?? `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');

const SDP = 'v=0\r\no=peer 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';
const withSdp = { more: ['Content-Type: application/sdp'], body: SDP };
const invite = 'INVITE sip:dialer@dialer.invalid SIP/2.0';
const options = 'OPTIONS sip:dialer@dialer.invalid SIP/2.0';
const register = 'REGISTER sip:dialer.invalid SIP/2.0';

export const legal: readonly TortureMessage[] = [
  {
    name: 'wsinv',
    trait: 'folded lines, spaces wherever they may be, compact and oddly written names',
    text: [
      'INVITE sip:dialer@dialer.invalid;unknownparam SIP/2.0',
      'TO :',
      ' sip:dialer@dialer.invalid ;   tag    = 1918',
      'from   : "Peer \\"\\\\ Joe"       <sip:peer@peer.invalid>',
      '  ;',
      '  tag = 98asjd8',
      'MaX-fOrWaRdS: 0068',
      'Call-ID: torture.wsinv@peer.invalid',
      'Content-Length   : 0',
      'cseq: 0009',
      '  INVITE',
      'Via  : SIP/2.0',
      ' /UDP',
      '    peer.invalid;branch=390skdjuw',
      's :',
      'NewFangledHeader:   a value',
      ' that goes on',
      'UnknownHeaderWithUnusualValue: ;;,,;;,;',
      'v:  SIP  / 2.0  / TCP     farther.invalid   ;',
      '  branch  =   z9hG4bK9ikj8  ,',
      ' SIP  /    2.0   / UDP  192.168.255.111   ; branch=',
      ' z9hG4bK30239',
      'm:"Quoted string \\"\\"" <sip:peer@peer.invalid> ; newparam = newvalue ; secondparam ; q = 0.33',
      '',
      '',
    ].join('\r\n'),
    status: 481,
  },
  {
    name: 'intmeth',
    trait: 'a method of all characters that a token may have',
    text: write({
      start: "!interesting-Method0123456789_*+`.%indeed'~ sip:dialer@dialer.invalid SIP/2.0",
      from: `From: "BEL:\\\u0007 NUL:\\\u0001 DEL:\\\u007f" <sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*@peer.invalid>;tag=_token~1'+\`*%!-.`,
    }),
    status: 405,
  },
  {
    name: 'esc01',
    trait: 'escaped characters in the user of a URI',
    text: write({ start: 'INVITE sip:sips%3Adialer%40dialer.invalid@other.invalid SIP/2.0', ...withSdp }),
    status: 486,
  },
  {
    name: 'escnull',
    trait: 'an escaped NUL in a URI',
    text: write({
      start: register,
      to: 'To: sip:null-%00-null@peer.invalid',
      from: 'From: sip:null-%00-null@peer.invalid;tag=8',
    }),
    status: 405,
  },
  {
    name: 'esc02',
    trait: 'a method with percent signs, which escape nothing there',
    text: write({ start: 'RE%47IST%45R sip:registrar.invalid SIP/2.0' }),
    status: 405,
  },
  {
    name: 'lwsdisp',
    trait: 'no space between a display name and the address',
    text: write({ start: options, from: 'From: caller<sip:caller@peer.invalid>;tag=323' }),
    status: 200,
  },
  {
    name: 'longreq',
    trait: 'names, values and parameters of great length',
    text: write({
      start: `INVITE sip:${'extremely-'.repeat(40)}long@dialer.invalid SIP/2.0`,
      from: `From: "${'I have a long name '.repeat(40)}" <sip:peer@peer.invalid>;tag=1${'0'.repeat(300)};unknown${'x'.repeat(300)}=y`,
      via: Array.from({ length: 34 }, (_, n) => `Via: SIP/2.0/TCP hop${n}.invalid;branch=z9hG4bK${n}${'v'.repeat(40)}`),
      callId: `Call-ID: ${'long'.repeat(70)}@peer.invalid`,
      more: [`Unknown-${'Long-'.repeat(40)}Name: ${'value'.repeat(100)}`, 'Content-Type: application/sdp'],
      body: SDP,
    }),
    status: 486,
  },
  {
    name: 'dblreq',
    trait: 'another message behind the body: none in a datagram, the next one on a stream',
    text: `${write({ start: register })}${write({ start: invite, ...withSdp })}`,
    status: 405,
  },
  {
    name: 'semiuri',
    trait: 'semicolons in the user, which begin no parameters there',
    text: write({ start: 'OPTIONS sip:user;par=u%40other.invalid@dialer.invalid SIP/2.0' }),
    status: 200,
  },
  {
    name: 'transports',
    trait: 'Vias of many transports, one of them unknown',
    text: write({
      start: options,
      via: ['UDP', 'SCTP', 'TLS', 'UNKNOWN', 'TCP'].map(
        (name, n) => `Via: SIP/2.0/${name} t${n}.invalid;branch=z9hG4bKk${n}`,
      ),
    }),
    status: 200,
  },
  {
    name: 'mpart01',
    trait: 'a body of several parts with bytes that are no text',
    text: write({
      start: 'MESSAGE sip:dialer@dialer.invalid SIP/2.0',
      more: ['Content-Type: multipart/mixed;boundary=7a9cbec02ceef655'],
      body: '--7a9cbec02ceef655\r\nContent-Type: text/plain\r\n\r\nHello\r\n--7a9cbec02ceef655\r\n\r\n0\u0000\u0001\u0080\u00ff\r\n--7a9cbec02ceef655--',
    }),
    status: 405,
  },
  {
    name: 'unreason',
    trait: 'a reason phrase that is not ASCII, in an answer to nothing that was asked',
    text: write({ start: 'SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять - простое', cseq: 'CSeq: 35 INVITE' }),
    status: null,
  },
  {
    name: 'noreason',
    trait: 'no reason phrase at all',
    text: write({ start: 'SIP/2.0 100 ', cseq: 'CSeq: 35 INVITE' }),
    status: null,
  },
  {
    name: 'zeromf',
    trait: 'Max-Forwards 0: it is for us, so that nothing has to be forwarded',
    text: write({ start: options }).replace('Max-Forwards: 70', 'Max-Forwards: 0'),
    status: 200,
  },
  {
    name: 'cparam01',
    trait: 'unknown parameters of a Contact',
    text: write({ start: register, more: ['Contact: sip:+19725552222@gw1.example.net;unknownparam'] }),
    status: 405,
  },
  {
    name: 'inv2543',
    trait: 'of the time of RFC 2543: no branch, no tag, no Max-Forwards',
    text: [
      invite,
      'Via: SIP/2.0/UDP iftgw.invalid',
      'From: <sip:+13035551111@ift.invalid;user=phone>',
      'To: sip:+16505552222@ss1.invalid;user=phone',
      'Call-ID: 1717@ift.invalid',
      'CSeq: 56 INVITE',
      'Content-Type: application/sdp',
      `Content-Length: ${SDP.length}`,
      '',
      SDP,
    ].join('\r\n'),
    status: 486,
  },
];

export const illegal: readonly TortureMessage[] = [
  {
    name: 'badinv01',
    trait: 'separators at the end of Via and Contact',
    text: write({
      start: invite,
      via: ['Via: SIP/2.0/UDP 192.0.2.15;;,;,,'],
      more: ['Contact: "Joe" <sip:joe@peer.invalid>;;;;', 'Content-Type: application/sdp'],
      body: SDP,
    }),
    status: 486,
  },
  {
    name: 'clerr',
    trait: 'a Content-Length beyond the end of the datagram; on a stream the rest is waited for',
    text: write({ start: invite, ...withSdp, length: 'Content-Length: 9999' }),
    status: 400,
    overTcp: { status: null, ends: false },
  },
  {
    name: 'ncl',
    trait: 'a negative Content-Length',
    text: write({ start: invite, ...withSdp, length: 'Content-Length: -999' }),
    status: 400,
    overTcp: { status: 400, ends: true },
  },
  {
    name: 'scalar02',
    trait: 'numbers in a request that are too big',
    text: write({ start: register, cseq: 'CSeq: 36893488147419103232 REGISTER', more: ['Expires: 1000000000000'] }),
    status: null,
  },
  {
    name: 'scalarlg',
    trait: 'numbers in a response that are too big',
    text: write({
      start: 'SIP/2.0 503 Service Unavailable',
      cseq: 'CSeq: 9292394834772304023312 OPTIONS',
      more: ['Retry-After: 949302838503028349304023988'],
    }),
    status: null,
  },
  {
    name: 'ltgtruri',
    trait: 'a request URI in angle brackets',
    text: write({ start: 'INVITE <sip:dialer@dialer.invalid> SIP/2.0', ...withSdp }),
    status: 400,
  },
  {
    name: 'lwsruri',
    trait: 'a space within the request URI',
    text: write({ start: 'INVITE sip:dialer@dialer.invalid; lr SIP/2.0', ...withSdp }),
    status: null,
  },
  {
    name: 'lwsstart',
    trait: 'several spaces between the parts of the first line, which harm nobody',
    text: write({ start: 'INVITE  sip:dialer@dialer.invalid  SIP/2.0', cseq: 'CSeq: 7 INVITE', ...withSdp }),
    status: 486,
  },
  {
    name: 'trws',
    trait: 'spaces behind the first line, which harm nobody',
    text: write({ start: 'OPTIONS sip:dialer@dialer.invalid SIP/2.0  ' }),
    status: 200,
  },
  {
    name: 'escruri',
    trait: 'escaped headers in the request URI, which nobody follows',
    text: write({ start: 'INVITE sip:dialer@dialer.invalid?Route=%3Csip:other.invalid%3E SIP/2.0', ...withSdp }),
    status: 486,
  },
  {
    name: 'baddate',
    trait: 'a date that is not in GMT',
    text: write({
      start: invite,
      more: ['Date: Fri, 01 Jan 2010 16:00:00 EST', 'Content-Type: application/sdp'],
      body: SDP,
    }),
    status: 486,
  },
  {
    name: 'regbadct',
    trait: 'headers in a Contact without angle brackets',
    text: write({ start: register, more: ['Contact: sip:user@peer.invalid?Route=%3Csip:sip.invalid%3E'] }),
    status: 405,
  },
  {
    name: 'badaspec',
    trait: 'spaces within the address of To',
    text: write({ start: options, to: 'To: "Watson, Thomas" < sip:t.watson@dialer.invalid >' }),
    status: 200,
  },
  {
    name: 'baddn',
    trait: 'a display name with a comma and without quotes',
    text: write({ start: options, from: 'From: Bell, Alexander <sip:a.g.bell@peer.invalid>;tag=43' }),
    status: 200,
  },
  {
    name: 'badvers',
    trait: 'another version of SIP',
    text: write({ start: 'OPTIONS sip:dialer@dialer.invalid SIP/7.0' }),
    status: 505,
  },
  {
    name: 'mismatch01',
    trait: 'a CSeq of another method',
    text: write({ start: options, cseq: 'CSeq: 8 INVITE' }),
    status: 400,
  },
  {
    name: 'mismatch02',
    trait: 'a CSeq of another method than the unknown one',
    text: write({ start: 'NEWMETHOD sip:dialer@dialer.invalid SIP/2.0', cseq: 'CSeq: 8 INVITE' }),
    status: 400,
  },
  {
    name: 'bigcode',
    trait: 'a status of ten digits',
    text: write({ start: 'SIP/2.0 4294967301 better not break the receiver', cseq: 'CSeq: 8 INVITE' }),
    status: null,
  },
  {
    name: 'badbranch',
    trait: 'a branch that is the magic cookie alone',
    text: write({ start: options, via: ['Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK'] }),
    status: 200,
  },
  {
    name: 'insuf',
    trait: 'neither From nor To nor Call-ID',
    text: `${invite}\r\nCSeq: 193942 INVITE\r\nVia: SIP/2.0/UDP 192.0.2.95;branch=z9hG4bKkdj\r\nContent-Length: 0\r\n\r\n`,
    status: null,
  },
  {
    name: 'unkscm',
    trait: 'a request URI of an unknown scheme',
    text: write({ start: 'OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0' }),
    status: 416,
  },
  {
    name: 'novelsc',
    trait: 'a request URI of a scheme that is known elsewhere',
    text: write({ start: 'OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0' }),
    status: 416,
  },
  {
    name: 'unksm2',
    trait: 'unknown schemes in From, To and Contact',
    text: write({
      start: register,
      to: 'To: isbn:2983792873',
      from: 'From: <http://www.peer.invalid>;tag=3234233',
      more: ['Contact: <name:John_Smith>'],
    }),
    status: 405,
  },
  {
    name: 'bext01',
    trait: 'extensions are required that nobody has',
    text: write({
      start: options,
      more: ['Require: nothingSupportsThis, nothingSupportsThisEither', 'Proxy-Require: noProxiesSupportThis'],
    }),
    status: 420,
  },
  {
    name: 'invut',
    trait: 'a body of an unknown type',
    text: write({
      start: invite,
      more: ['Content-Type: application/unknownformat'],
      body: '<audio>\r\n <pcmu port="443"/>\r\n</audio>',
    }),
    status: 486,
  },
  {
    name: 'regaut01',
    trait: 'credentials of an unknown scheme',
    text: write({ start: register, more: ['Authorization: NoOneKnowsThisScheme opaque-data=here'] }),
    status: 405,
  },
  {
    name: 'multi01',
    trait: 'CSeq, Call-ID, From and To twice',
    text: write({
      start: invite,
      more: [
        'CSeq: 59 INVITE',
        'Call-ID: other@peer.invalid',
        'From: <sip:other@peer.invalid>;tag=3413415',
        'To: <sip:another@dialer.invalid>',
        'Content-Type: application/sdp',
      ],
      body: SDP,
    }),
    status: 400,
  },
  {
    name: 'mcl01',
    trait: 'two Content-Lengths that differ',
    text: write({
      start: options,
      more: ['Content-Length: 13'],
      body: "There's no way to know how many octets are supposed to be here.",
    }),
    status: 400,
    overTcp: { status: 400, ends: true },
  },
  {
    name: 'bcast',
    trait: 'an answer to somebody else, whose Via is a broadcast address',
    text: write({
      start: 'SIP/2.0 200 OK',
      via: [
        'Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923',
        'Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23',
      ],
      to: 'To: sip:dialer@dialer.invalid;tag=2229',
      cseq: 'CSeq: 1 INVITE',
    }),
    status: null,
  },
  {
    name: 'sdp01',
    trait: 'an answer is accepted in no format that there is',
    text: write({ start: invite, more: ['Accept: text/nobodyKnowsThis'] }),
    status: 486,
  },
];
