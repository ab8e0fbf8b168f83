import { LAB_HOST, type Destination } from './loopback-only.js';

/** G.711, the only codecs of the lab; value: static RTP payload type (RFC 3551 table 4). */
export const Codec = { PCMU: 0, PCMA: 8 } as const;
export type Codec = (typeof Codec)[keyof typeof Codec];

/** What a session description of the peer says about its audio. */
export interface RemoteAudio {
  readonly codec: Codec;
  /** Where the peer wants RTP; null on hold or when it only sends. */
  readonly destination: Destination | null;
  /** Payload type of telephone-event (RFC 4733), if the peer has it. */
  readonly telephoneEventType: number | null;
  /** The lab's own direction in the answer. */
  readonly answerDirection: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
  /** The `m=` lines, in order: an answer has as many (RFC 3264 section 6). */
  readonly mediaLines: readonly string[];
  /** Index of the audio line that is used. */
  readonly audioIndex: number;
}

const ANSWER_DIRECTION = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
} as const;

/** Undefined if there is no plain RTP audio line with G.711: the offer is then answered with 488. */
export function readSessionDescription(sdp: string): RemoteAudio | undefined {
  const [session = '', ...media] = sdp.split(/\r?\n(?=m=)/);
  const mediaLines = media.map((section) => section.split(/\r?\n/, 1)[0] ?? '');
  const audioIndex = mediaLines.findIndex((line) => /^m=audio [1-9]\d{0,4}(?:\/1)? RTP\/AVPF? /.test(line));
  const section = media[audioIndex];
  if (section === undefined) return undefined;

  const [, port = '0', , ...types] = (mediaLines[audioIndex] ?? '').trim().split(/ +/);
  const codec = types.map(Number).find((type) => type === Codec.PCMU || type === Codec.PCMA);
  const address = /^c=IN IP[46] (\S+)/m.exec(section)?.[1] ?? /^c=IN IP[46] (\S+)/m.exec(session)?.[1];
  if (codec === undefined || address === undefined) return undefined;

  const offered = directionOf(section) ?? directionOf(session) ?? 'sendrecv';
  const wantsAudio = (offered === 'sendrecv' || offered === 'recvonly') && address !== '0.0.0.0';
  const telephoneEvent = /^a=rtpmap:(\d{1,3}) telephone-event\/8000/im.exec(section)?.[1];
  return {
    codec,
    destination: wantsAudio ? { address, port: Number.parseInt(port, 10) } : null,
    telephoneEventType: telephoneEvent === undefined ? null : Number(telephoneEvent),
    answerDirection: ANSWER_DIRECTION[offered],
    mediaLines,
    audioIndex,
  };
}

function directionOf(section: string): keyof typeof ANSWER_DIRECTION | undefined {
  const direction = /^a=(sendrecv|sendonly|recvonly|inactive)\s*$/m.exec(section)?.[1];
  return direction === 'sendrecv' || direction === 'sendonly' || direction === 'recvonly' || direction === 'inactive'
    ? direction
    : undefined;
}

/** The lab's answer to `remote`, or its offer if the INVITE had none. `version` grows with every change. */
export function writeSessionDescription(rtpPort: number, version: number, remote: RemoteAudio | undefined): string {
  const telephoneEvent = remote ? remote.telephoneEventType : 101;
  const codecs = remote ? [remote.codec] : [Codec.PCMU, Codec.PCMA];
  const types = telephoneEvent === null ? codecs : [...codecs, telephoneEvent];
  const audio = [
    `m=audio ${rtpPort} RTP/AVP ${types.join(' ')}`,
    ...codecs.map((codec) => `a=rtpmap:${codec} ${codec === Codec.PCMU ? 'PCMU' : 'PCMA'}/8000`),
    ...(telephoneEvent === null
      ? []
      : [`a=rtpmap:${telephoneEvent} telephone-event/8000`, `a=fmtp:${telephoneEvent} 0-15`]),
    'a=ptime:20',
    `a=${remote?.answerDirection ?? 'sendrecv'}`,
  ];
  // Further lines of the offer, such as video, are refused by port 0 (RFC 3264 section 6).
  const media = remote
    ? remote.mediaLines.flatMap((line, index) =>
        index === remote.audioIndex ? audio : [line.replace(/^(m=\S+) \S+/, '$1 0')],
      )
    : audio;
  const session = [
    'v=0',
    `o=lab ${rtpPort} ${version} IN IP4 ${LAB_HOST}`,
    's=Outdial lab',
    `c=IN IP4 ${LAB_HOST}`,
    't=0 0',
  ];
  return [...session, ...media, ''].join('\r\n');
}
