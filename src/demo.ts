import type { App } from './app.js';
import type { Log } from './engine/contracts/log.js';

export interface Demo {
  begin(app: App, print: (line: string) => void): Promise<void>;
  stopLine(): void;
  close(): Promise<void>;
}

export function startDemo(_databaseUrl: string, _log: Log): Promise<Demo | undefined> {
  return Promise.resolve(undefined);
}
