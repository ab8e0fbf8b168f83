import { pino } from 'pino';
import type { Log } from './engine/contracts/log.js';

/** Names of fields that never reach the log, at any depth that is used. */
const SECRET_FIELDS = ['password', 'newPassword', 'currentPassword', 'token', 'authorization', 'cookie', 'secret'];

/**
 * The root logger: JSON lines on standard error. A component takes a child with its name; telephone numbers are masked
 * where they are logged (`maskPhoneNumber`).
 */
export function createLogger(level: string): Log {
  return pino(
    {
      level,
      base: null,
      redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
    },
    pino.destination({ dest: 2, sync: false }),
  );
}
