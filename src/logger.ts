import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type DestinationStream, pino } from 'pino';
import type { Log } from './engine/contracts/log.js';
import { maskPhoneNumber } from './engine/domain/phone-number.js';

/** Names of fields that never reach the log, at any depth that is used. */
const SECRET_FIELDS = [
  ...['password', 'newPassword', 'currentPassword', 'passwordHash', 'agentSourceSecret'],
  ...['token', 'authorization', 'cookie', 'secret'],
];
const DEPTHS = ['', '*.', '*.*.'];

/** The base of the log files' names, which are numbered: `outdial.12.log`. */
export const LOG_FILE_BASE = 'outdial';

const JSON_STRING = /"(?:[^"\\]|\\.)*"/g;
/** Digits that stand alone: parts of a UUID, of an address or of a word do not. */
const PHONE_NUMBER = /(?<![\w.-])\+?\d{8,15}(?![\w-]|\.\d)/g;
const CREDENTIALS = /:\/\/[^/\s"@]+@/g;
const BEARER = /\bBearer\s+[\w.~+/=-]+/gi;

/**
 * The root logger: JSON lines on standard error, and in the log files where there are any. A component takes a child
 * with its name. Telephone numbers are masked where they are logged (`maskPhoneNumber`); what slips through, in the
 * message of a foreign error for example, is masked here.
 */
export function createLogger(level: string, files?: DestinationStream, toStandardError = true): Log {
  const streams = [...(toStandardError ? [pino.destination({ dest: 2, sync: false })] : []), ...(files ? [files] : [])];
  return pino(
    {
      level,
      base: null,
      redact: { paths: SECRET_FIELDS.flatMap((name) => DEPTHS.map((depth) => depth + name)), censor: '[redacted]' },
      serializers: { err: describeError },
      hooks: { streamWrite: withoutPersonalData },
    },
    // Each stream takes what the logger's level lets through.
    pino.multistream(streams.map((stream) => ({ stream, level: 'trace' }))),
  );
}

/** One that was thrown in another thread comes described already, as a plain object. */
function describeError(error: unknown): unknown {
  const isError = Object.prototype.toString.call(error) === '[object Error]';
  return isError ? pino.stdSerializers.err(error as Error) : error;
}

/** Only within strings, so that the line stays JSON and its numbers, the time among them, stay as they are. */
function withoutPersonalData(line: string): string {
  return line.replace(JSON_STRING, (text) =>
    text
      .replace(PHONE_NUMBER, maskPhoneNumber)
      .replace(CREDENTIALS, '://[redacted]@')
      .replace(BEARER, 'Bearer [redacted]'),
  );
}

export interface LogFileOptions {
  readonly dir: string;
  /** Size at which the next file is begun. */
  readonly megabytes: number;
  /** Files that are kept, 2 or more. */
  readonly files: number;
}

/** The library has no types. */
interface RollOptions {
  readonly file: string;
  readonly size: string;
  readonly mkdir: boolean;
  readonly sync: boolean;
  readonly mode: number;
  readonly limit: { readonly count: number; readonly removeOtherLogFiles: boolean };
}
const require = createRequire(import.meta.url);
const roll = require('pino-roll') as (options: RollOptions) => Promise<LogFileStream>;

export interface LogFileStream extends DestinationStream {
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** Writes what waits, and closes the file. */
  end(): void;
  once(event: 'close', listener: () => void): unknown;
}

/** Rejects if the folder cannot be written to. */
export async function openLogFiles({ dir, megabytes, files }: LogFileOptions): Promise<LogFileStream> {
  const stream = await roll({
    file: join(dir, LOG_FILE_BASE),
    size: `${megabytes}m`,
    mkdir: true,
    sync: false,
    mode: 0o600,
    limit: { count: files - 1, removeOtherLogFiles: true },
  });
  // A full disk must not end the calls; standard error has the lines still.
  stream.on('error', () => undefined);
  return stream;
}
