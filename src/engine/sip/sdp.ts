import { isIPv6 } from 'node:net';
import type { MediaRemote } from '../contracts/call-media.js';

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export interface RemoteMedia extends MediaRemote {
  /** As the far end sees it. */
  readonly direction: Direction;
  /** Payload type of RFC 4733 events, if the far end takes them. */
  readonly telephoneEvent: number | null;
  /** The other media of its description, refused as an answer does it; null: the place of the audio. */
  readonly refusals: readonly (string | null)[];
}

export interface LocalMedia {
  readonly host: string;
  readonly rtpPort: number;
}

const TELEPHONE_EVENT = 101;
const ANSWER_TO: Readonly<Record<Direction, Direction>> = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
};

/**
 * PCMU, PCMA and DTMF events at 20 ms. Comfort noise is not offered: it would hide the silence that AMD listens for.
 * @param preferred the codec that comes first
 */
export const sdpOffer = (local: LocalMedia, preferred: RemoteMedia['codec'] = 'PCMU'): string =>
  describe(
    local,
    [...(preferred === 'PCMU' ? ['0', '8'] : ['8', '0']), String(TELEPHONE_EVENT)],
    TELEPHONE_EVENT,
    'sendrecv',
  );

/**
 * The answer to a re-INVITE that carries an offer (RFC 3264, 6): its codec, the mirrored direction, and a line for each of
 * its media in their order.
 */
export const sdpAnswer = (local: LocalMedia, offer: RemoteMedia): string => {
  const codec = offer.codec === 'PCMU' ? '0' : '8';
  const event = offer.telephoneEvent === null ? [] : [String(offer.telephoneEvent)];
  return describe(local, [codec, ...event], offer.telephoneEvent, ANSWER_TO[offer.direction], offer.refusals);
};

const describe = (
  local: LocalMedia,
  formats: string[],
  event: number | null,
  direction: Direction,
  refusals: RemoteMedia['refusals'] = [null],
): string => {
  const address = `IN ${isIPv6(local.host) ? 'IP6' : 'IP4'} ${local.host}`;
  const audio = [
    `m=audio ${local.rtpPort} RTP/AVP ${formats.join(' ')}`,
    ...(formats.includes('0') ? ['a=rtpmap:0 PCMU/8000'] : []),
    ...(formats.includes('8') ? ['a=rtpmap:8 PCMA/8000'] : []),
    ...(event === null ? [] : [`a=rtpmap:${event} telephone-event/8000`, `a=fmtp:${event} 0-15`]),
    'a=ptime:20',
    `a=${direction}`,
  ];
  const media = refusals.flatMap((refusal) => refusal ?? audio);
  return ['v=0', `o=- 0 0 ${address}`, 's=-', `c=${address}`, 't=0 0', ...media, ''].join('\r\n');
};

/** A version further on than any that was told after the dialog had been saved. */
const CONTINUED_VERSION_STEP = 100;
const ORIGIN = /^o=[^\r\n]*/m;

/**
 * What one peer has been told of the other side of its call, which may be us or, after a transfer, somebody else. The
 * peer shall see one session all along (RFC 3264, 8): the origin stays, and its version grows with every change.
 */
export class DescribedSession {
  private readonly id: number;
  private version = 0;
  private latest = '';

  /**
   * @param host IP address for the origin line
   * @param continued what an earlier process had told
   */
  constructor(
    private readonly host: string,
    continued: string | null = null,
  ) {
    const [, id, version] = /^o=\S+ (\d+) (\d+) /m.exec(continued ?? '') ?? [];
    this.id = id === undefined ? Date.now() : Number(id);
    if (continued === null) return;
    this.version = Number(version ?? 0) + CONTINUED_VERSION_STEP;
    this.latest = continued.replace(ORIGIN, this.origin);
  }

  /** The last description; empty before the first. */
  get current(): string {
    return this.latest;
  }

  /** The description with our origin. */
  stamp(sdp: string): string {
    if (!this.says(sdp)) this.version++;
    this.latest = sdp.replace(ORIGIN, this.origin);
    return this.latest;
  }

  /**
   * The description with our origin, for an offer. Returns the function that takes it back when the peer has refused it:
   * then it was never told.
   */
  propose(sdp: string): { readonly sdp: string; readonly takeBack: () => void } {
    const { version, latest } = this;
    const takeBack = (): void => {
      this.version = version;
      this.latest = latest;
    };
    return { sdp: this.stamp(sdp), takeBack };
  }

  /** The last description is this one, whoever's origin it has. */
  says(sdp: string): boolean {
    return sdp.replace(ORIGIN, '') === this.latest.replace(ORIGIN, '');
  }

  private get origin(): string {
    return `o=- ${this.id} ${this.version} IN ${isIPv6(this.host) ? 'IP6' : 'IP4'} ${this.host}`;
  }
}

/** Whether both lead the audio to the same place in the same codec; a description that cannot be read leads nowhere. */
export const isSameMedia = (one: string, other: string): boolean => {
  const [a, b] = [readSdp(one), readSdp(other)];
  return a !== null && b !== null && a.host === b.host && a.port === b.port && a.codec === b.codec;
};

/**
 * Null: no usable audio (refused with port 0, no G.711, SRTP, or not SDP at all). Of both codecs the far end's first
 * counts. Never throws.
 */
export const readSdp = (text: string): RemoteMedia | null => {
  const session = { host: '', direction: 'sendrecv' as Direction };
  let audio: { host: string; direction: Direction; port: number; formats: string[]; maps: Map<string, string> } | null =
    null;
  let inAudio = false;
  const refusals: (string | null)[] = [];
  for (const line of text.split(/\r?\n/)) {
    const value = line.slice(2);
    switch (line.slice(0, 2)) {
      case 'm=': {
        const media = /^audio (\d{1,5})(?:\/\d+)? (?:RTP\/AVP|RTP\/AVPF) (.+)$/i.exec(value);
        inAudio = media !== null && audio === null;
        refusals.push(inAudio ? null : `m=${value.trim().replace(/^(\S+) \S+/, '$1 0')}`);
        if (media && inAudio) {
          audio = {
            ...session,
            port: Number(media[1]),
            formats: (media[2] ?? '').trim().split(/\s+/),
            maps: new Map(),
          };
        }
        break;
      }
      case 'c=': {
        const host = /^IN IP[46] ([^\s/]+)/i.exec(value)?.[1];
        if (host === undefined) break;
        if (refusals.length === 0) session.host = host;
        else if (inAudio && audio) audio.host = host;
        break;
      }
      case 'a=': {
        const direction = /^(sendrecv|sendonly|recvonly|inactive)\s*$/i.exec(value)?.[1]?.toLowerCase();
        if (direction !== undefined) {
          if (refusals.length === 0) session.direction = direction as Direction;
          else if (inAudio && audio) audio.direction = direction as Direction;
        }
        const map = /^rtpmap:(\d{1,3}) ([\w-]+)\/8000/i.exec(value);
        if (map && inAudio) audio?.maps.set(map[1] ?? '', (map[2] ?? '').toUpperCase());
        break;
      }
    }
  }
  if (audio === null || audio.port === 0 || audio.port > 65_535 || audio.host === '') return null;
  const { host, port, direction, formats, maps } = audio;
  const format = formats.find((candidate) => candidate === '0' || candidate === '8');
  if (format === undefined) return null;
  const event = [...maps].find(([payloadType, name]) => name === 'TELEPHONE-EVENT' && formats.includes(payloadType));
  return {
    host,
    port,
    codec: format === '0' ? 'PCMU' : 'PCMA',
    direction,
    telephoneEvent: event ? Number(event[0]) : null,
    refusals,
  };
};
