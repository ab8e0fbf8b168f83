import type { Log } from '../engine/contracts/log.js';
import type { LogLevel, LogLine } from './messages.js';

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** A logger whose lines are written by that of another thread, the only writer of the files. */
export class ForwardedLog implements Log {
  /**
   * @param post sends a line to the other thread
   * @param level the lowest that is sent, or `silent`
   */
  constructor(
    private readonly post: (line: LogLine) => void,
    private readonly level: LogLevel | 'silent',
    private readonly bindings: object = {},
  ) {}

  debug(fields: object, message: string): void {
    this.send('debug', fields, message);
  }

  info(fields: object, message: string): void {
    this.send('info', fields, message);
  }

  warn(fields: object, message: string): void {
    this.send('warn', fields, message);
  }

  error(fields: object, message: string): void {
    this.send('error', fields, message);
  }

  child(fields: object): Log {
    return new ForwardedLog(this.post, this.level, { ...this.bindings, ...fields });
  }

  private send(level: LogLevel, fields: object, message: string): void {
    if (this.level === 'silent' || LEVELS.indexOf(level) < LEVELS.indexOf(this.level)) return;
    this.post({ type: 'log', level, fields: plain({ ...this.bindings, ...fields }), message });
  }
}

/** As it would stand in the file, so that nothing in it can be refused by `postMessage`. */
function plain(fields: object): object {
  return JSON.parse(JSON.stringify(fields, (_key, value: unknown) => describe(value))) as object;
}

function describe(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  const code: unknown = 'code' in value ? value.code : undefined;
  return { type: name, message, stack, code, cause };
}
