/** G.711 (ITU-T, 1988): one byte a sample at 8 kHz, here as tables of 16-bit linear samples. */

const decodeULaw = (code: number): number => {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + 0x84) << ((bits & 0x70) >> 4)) - 0x84;
  return bits & 0x80 ? -magnitude : magnitude;
};

const decodeALaw = (code: number): number => {
  const bits = code ^ 0x55;
  const segment = (bits & 0x70) >> 4;
  const mantissa = (bits & 0x0f) << 4;
  const magnitude = segment === 0 ? mantissa + 8 : (mantissa + 0x108) << (segment - 1);
  return bits & 0x80 ? magnitude : -magnitude;
};

export const U_LAW: Int16Array = Int16Array.from({ length: 256 }, (_, code) => decodeULaw(code));
export const A_LAW: Int16Array = Int16Array.from({ length: 256 }, (_, code) => decodeALaw(code));

/** The byte that stands for silence, smallest positive value of each law. */
export const SILENCE_U_LAW = 0xff;
export const SILENCE_A_LAW = 0xd5;

const encodeULaw = (sample: number): number => {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), 32_635) + 0x84;
  const segment = 24 - Math.clz32(magnitude);
  return ~(sign | (segment << 4) | ((magnitude >> (segment + 3)) & 0x0f)) & 0xff;
};

const encodeALaw = (sample: number): number => {
  const magnitude = (sample < 0 ? ~sample : sample) >> 4;
  const segment = Math.max(0, 28 - Math.clz32(magnitude));
  const mantissa = segment === 0 ? magnitude : (magnitude >> (segment - 1)) & 0x0f;
  return ((segment << 4) | mantissa) ^ (sample < 0 ? 0x55 : 0xd5);
};

/** Writes the bytes of `samples` into `bytes`, which is as long. */
export const encodeG711 = (samples: Int16Array, bytes: Uint8Array, codec: 'PCMU' | 'PCMA'): void => {
  const encode = codec === 'PCMU' ? encodeULaw : encodeALaw;
  for (let at = 0; at < samples.length; at++) bytes[at] = encode(samples[at] ?? 0);
};

/** From one law to the other, for two far ends that speak different ones; indexed by the byte. */
export const U_TO_A_LAW: Uint8Array = Uint8Array.from(U_LAW, encodeALaw);
export const A_TO_U_LAW: Uint8Array = Uint8Array.from(A_LAW, encodeULaw);
