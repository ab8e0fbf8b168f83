import { AppError, ErrorCode } from '../../errors.js';

/**
 * The text of a file that must be UTF-8, with or without a byte order mark. Anything else is refused at the first byte
 * that shows it, rather than loaded with letters that nobody wrote.
 */
export async function* textPieces(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (piece?: Buffer): string => {
    try {
      return piece ? decoder.decode(piece, { stream: true }) : decoder.decode();
    } catch {
      throw rejected('The file is not text in UTF-8. Save it as "CSV UTF-8" and load it again.');
    }
  };
  for await (const piece of bytes) {
    const text = decode(piece);
    if (text.includes('\u0000')) throw rejected('The file is binary: it has the character U+0000.');
    yield text;
  }
  yield decode();
}

export function rejected(message: string): AppError {
  return new AppError(ErrorCode.UPLOAD_REJECTED, message);
}
