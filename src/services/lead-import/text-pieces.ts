import { isAscii } from 'node:buffer';
import { AppError, ErrorCode } from '../../errors.js';
import { decoderOf, type Encoding, encodingOfMark, guessEncoding } from './encoding.js';

const LONGEST_MARK = 3;
/** Bytes from the first one outside of ASCII on, by which the encoding is guessed. */
const WINDOW = 65_536;

/**
 * The text of a file in UTF-8, with or without a byte order mark, in UTF-16 with one, or in Windows-1252, of which Latin-1
 * is a part. As long as all is ASCII nothing needs to be decided. Once it is, the rest of the file must keep to it: it is
 * refused at the first byte that does not, rather than loaded with letters that nobody wrote.
 */
export async function* textPieces(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const text = new FileText();
  for await (const piece of bytes) {
    const decoded = text.push(piece);
    if (decoded !== '') yield decoded;
  }
  yield text.end();
}

class FileText {
  private encoding: Encoding | undefined;
  private decoder: ((piece?: Uint8Array) => string) | undefined;
  /** Bytes that wait for the encoding. */
  private held = Buffer.alloc(0);
  private isPastMark = false;

  push(piece: Buffer): string {
    return checked(this.decoder ? this.decode(piece) : this.undecided(piece, false));
  }

  end(): string {
    const last = this.decoder ? '' : this.undecided(Buffer.alloc(0), true);
    return checked(last + this.decode());
  }

  private undecided(piece: Buffer, isEnd: boolean): string {
    const bytes = this.held.length === 0 ? piece : Buffer.concat([this.held, piece]);
    this.held = Buffer.alloc(0);
    if (!this.isPastMark) {
      if (bytes.length < LONGEST_MARK && !isEnd) return this.hold(bytes);
      this.isPastMark = true;
      const marked = encodingOfMark(bytes);
      if (marked) return this.decide(marked, bytes);
    }
    const start = firstOutsideAscii(bytes);
    const ascii = bytes.toString('latin1', 0, start);
    const rest = bytes.subarray(start);
    if (rest.length === 0) return ascii;
    if (rest.length < WINDOW && !isEnd) return ascii + this.hold(rest);
    const encoding = guessEncoding(rest.subarray(0, WINDOW), isEnd && rest.length <= WINDOW);
    return ascii + this.decide(encoding, rest);
  }

  private hold(bytes: Buffer): '' {
    this.held = Buffer.from(bytes);
    return '';
  }

  private decide(encoding: Encoding, bytes: Buffer): string {
    this.encoding = encoding;
    this.decoder = decoderOf(encoding);
    return this.decode(bytes);
  }

  private decode(piece?: Buffer): string {
    try {
      return this.decoder?.(piece) ?? '';
    } catch (cause) {
      const NAMES = { 'utf-8': 'UTF-8', 'utf-16le': 'UTF-16', 'utf-16be': 'UTF-16', 'windows-1252': 'Windows-1252' };
      const name = NAMES[this.encoding ?? 'utf-8'];
      throw rejected(
        `The file is not text in one encoding: it begins as ${name} and has bytes that are not ${name}. Nothing was loaded. ` +
          'Save it as "CSV UTF-8" and load it again.',
        cause,
      );
    }
  }
}

function firstOutsideAscii(bytes: Buffer): number {
  if (isAscii(bytes)) return bytes.length;
  return bytes.findIndex((byte) => byte >= 0x80);
}

function checked(text: string): string {
  if (text.includes('\u0000')) throw rejected('The file is binary: it has the character U+0000.');
  return text;
}

export function rejected(message: string, cause?: unknown): AppError {
  return new AppError(ErrorCode.UPLOAD_REJECTED, message, {}, cause === undefined ? undefined : { cause });
}
