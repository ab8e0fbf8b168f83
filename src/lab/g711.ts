import { Codec } from './session-description.js';

/** G.711 of 16-bit samples (ITU-T G.711, as in the reference G.191 software). */
export function encodeG711(samples: Int16Array, codec: Codec): Uint8Array {
  const encode = codec === Codec.PCMU ? encodeMuLaw : encodeALaw;
  return Uint8Array.from(samples, encode);
}

function encodeMuLaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), 32_635) + 132;
  const exponent = 24 - Math.clz32(magnitude);
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
}

function encodeALaw(sample: number): number {
  const isPositive = sample >= 0;
  const magnitude = (isPositive ? sample : -sample - 1) >> 4;
  const exponent = magnitude < 16 ? 0 : 28 - Math.clz32(magnitude);
  const mantissa = exponent === 0 ? magnitude : (magnitude >> (exponent - 1)) & 0x0f;
  return (((exponent << 4) | mantissa) ^ (isPositive ? 0xd5 : 0x55)) & 0xff;
}
