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
