import type { Log } from '../../src/engine/contracts/log.js';

/** Keeps what would have been logged, for tests about what must not be in a log. */
export class SilentLog implements Log {
  constructor(readonly lines: string[] = []) {}

  debug(fields: object, message: string): void {
    this.lines.push(`debug ${message} ${JSON.stringify(fields)}`);
  }
  info(fields: object, message: string): void {
    this.lines.push(`info ${message} ${JSON.stringify(fields)}`);
  }
  warn(fields: object, message: string): void {
    this.lines.push(`warn ${message} ${JSON.stringify(fields)}`);
  }
  error(fields: object, message: string): void {
    this.lines.push(`error ${message} ${JSON.stringify(fields)}`);
  }
  child(fields: object): Log {
    this.lines.push(`child ${JSON.stringify(fields)}`);
    return new SilentLog(this.lines);
  }
}
