/** RFC 3550, 5.1. */
export interface RtpPacket {
  readonly payloadType: number;
  readonly marker: boolean;
  /** 16 bits. */
  readonly sequence: number;
  /** 32 bits, in samples of 1/8,000 s for G.711. */
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Uint8Array;
}

const HEADER_BYTES = 12;

/** Null: not RTP, RTCP on the same port (RFC 5761, 4), or cut. Never throws. */
export const readRtp = (data: Uint8Array): RtpPacket | null => {
  if (data.length < HEADER_BYTES) return null;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const first = view.getUint8(0);
  const second = view.getUint8(1);
  if (first >> 6 !== 2 || (second >= 192 && second <= 223)) return null;
  let start = HEADER_BYTES + (first & 0x0f) * 4;
  let end = data.length;
  if (first & 0x10) {
    if (start + 4 > end) return null;
    start += 4 + view.getUint16(start + 2) * 4;
  }
  if (first & 0x20) {
    const padding = view.getUint8(end - 1);
    if (padding === 0) return null;
    end -= padding;
  }
  if (start > end) return null;
  return {
    payloadType: second & 0x7f,
    marker: (second & 0x80) !== 0,
    sequence: view.getUint16(2),
    timestamp: view.getUint32(4),
    ssrc: view.getUint32(8),
    payload: data.subarray(start, end),
  };
};

export const writeRtp = ({ payloadType, marker, sequence, timestamp, ssrc, payload }: RtpPacket): Uint8Array => {
  const data = new Uint8Array(HEADER_BYTES + payload.length);
  const view = new DataView(data.buffer);
  data[0] = 0x80;
  data[1] = (marker ? 0x80 : 0) | payloadType;
  view.setUint16(2, sequence & 0xffff);
  view.setUint32(4, timestamp >>> 0);
  view.setUint32(8, ssrc >>> 0);
  data.set(payload, HEADER_BYTES);
  return data;
};
