import { isIPv6 } from 'node:net';
import type { MediaRemote } from '../contracts/call-media.js';

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export interface RemoteMedia extends MediaRemote {
  /** As the far end sees it. */
  readonly direction: Direction;
  /** Payload type of RFC 4733 events, if the far end takes them. */
  readonly telephoneEvent: number | null;
}

export interface LocalMedia {
  readonly host: string;
  readonly rtpPort: number;
  /** Raised by one with every changed description (RFC 3264, 8). */
  readonly version: number;
  readonly sessionId: number;
}

const TELEPHONE_EVENT = 101;
const ANSWER_TO: Readonly<Record<Direction, Direction>> = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
};

/** PCMU, PCMA and DTMF events at 20 ms. Comfort noise is not offered: it would hide the silence that AMD listens for. */
export const sdpOffer = (local: LocalMedia): string =>
  describe(local, ['0', '8', String(TELEPHONE_EVENT)], TELEPHONE_EVENT, 'sendrecv');

/** The answer to a re-INVITE that carries an offer (RFC 3264, 6): its codec, the mirrored direction. */
export const sdpAnswer = (local: LocalMedia, offer: RemoteMedia): string => {
  const codec = offer.codec === 'PCMU' ? '0' : '8';
  const event = offer.telephoneEvent === null ? [] : [String(offer.telephoneEvent)];
  return describe(local, [codec, ...event], offer.telephoneEvent, ANSWER_TO[offer.direction]);
};

const describe = (local: LocalMedia, formats: string[], event: number | null, direction: Direction): string => {
  const address = `IN ${isIPv6(local.host) ? 'IP6' : 'IP4'} ${local.host}`;
  return [
    'v=0',
    `o=- ${local.sessionId} ${local.version} ${address}`,
    's=-',
    `c=${address}`,
    't=0 0',
    `m=audio ${local.rtpPort} RTP/AVP ${formats.join(' ')}`,
    ...(formats.includes('0') ? ['a=rtpmap:0 PCMU/8000'] : []),
    ...(formats.includes('8') ? ['a=rtpmap:8 PCMA/8000'] : []),
    ...(event === null ? [] : [`a=rtpmap:${event} telephone-event/8000`, `a=fmtp:${event} 0-15`]),
    'a=ptime:20',
    `a=${direction}`,
    '',
  ].join('\r\n');
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
  for (const line of text.split(/\r?\n/)) {
    const value = line.slice(2);
    switch (line.slice(0, 2)) {
      case 'm=': {
        const media = /^audio (\d{1,5})(?:\/\d+)? (?:RTP\/AVP|RTP\/AVPF) (.+)$/i.exec(value);
        inAudio = media !== null && audio === null;
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
        if (audio === null && !inAudio) session.host = host;
        else if (inAudio && audio) audio.host = host;
        break;
      }
      case 'a=': {
        const direction = /^(sendrecv|sendonly|recvonly|inactive)\s*$/i.exec(value)?.[1]?.toLowerCase();
        if (direction !== undefined) {
          if (audio === null) session.direction = direction as Direction;
          else if (inAudio) audio.direction = direction as Direction;
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
  };
};
