import { isUtf8 } from 'node:buffer';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** The encoding that the byte order mark at the beginning of a file tells. */
export function encodingOfMark(head: Uint8Array): Encoding | undefined {
  const [first, second, third] = head;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return undefined;
}

/**
 * What a text is whose first byte outside of ASCII is the first one here. Letters of Windows-1252 hardly ever look like
 * UTF-8, but they may (ß before a closing “ does), and UTF-8 may be damaged: the majority decides, and the decoder is strict.
 */
export function guessEncoding(bytes: Uint8Array, isEnd: boolean): Encoding {
  let [letters, faults] = [0, 0];
  for (let at = 0; at < bytes.length;) {
    const length = utf8Length(bytes[at] ?? 0);
    const end = at + length;
    if (end > bytes.length && !isEnd) break;
    const isLetter = length > 1 && end <= bytes.length && isUtf8(bytes.subarray(at, end));
    if (isLetter) letters++;
    else if (length !== 1 || (bytes[at] ?? 0) >= 0x80) faults++;
    at = isLetter ? end : at + 1;
  }
  return faults === 0 || letters >= faults ? 'utf-8' : 'windows-1252';
}

/** Bytes of the character that begins with this one; 1 if none does. */
function utf8Length(byte: number): number {
  if (byte < 0xc2 || byte > 0xf4) return 1;
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/** Bytes to text, piece by piece; the last call has none. Throws a TypeError at what is not in the encoding. */
export function decoderOf(encoding: Encoding): (piece?: Uint8Array) => string {
  if (encoding === 'windows-1252') return (piece) => (piece ? windows1252(piece) : '');
  const decoder = new TextDecoder(encoding, { fatal: true });
  return (piece) => (piece ? decoder.decode(piece, { stream: true }) : decoder.decode());
}

/** The characters of the bytes 0x80 to 0x9F; a blank where there is none. */
const CHARACTERS_FROM_0X80 = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

/** By hand: the TextDecoder of Node 20 takes the name and leaves these 32 bytes as controls. */
function windows1252(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return text.replace(/[\u0080-\u009f]/g, (control) => {
    const character = CHARACTERS_FROM_0X80[control.charCodeAt(0) - 0x80] ?? ' ';
    if (character === ' ') throw new TypeError('A byte that Windows-1252 does not have');
    return character;
  });
}
