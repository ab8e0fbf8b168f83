import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { notFound } from '../errors.js';

/** The only names that are looked at: nothing that names another folder, and no other file of this one. */
const NAME = /^outdial\.\d{1,9}\.log$/;

export interface KeptLogFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
}

/** The log files that the server keeps (`logger.ts` writes them). */
export class LogFiles {
  constructor(private readonly dir: string) {}

  /** Newest first; empty if none is kept. */
  async list(): Promise<KeptLogFile[]> {
    const names = (await readdir(this.dir).catch(noFolder)).filter((name) => NAME.test(name));
    const files = await Promise.all(names.map((name) => this.find(name)));
    return files
      .filter((file) => file !== undefined)
      .sort((a, b) => b.modifiedAt.getTime() - a.modifiedAt.getTime() || numberOf(b.name) - numberOf(a.name));
  }

  /** The file as it is now: what is written to it meanwhile is not in the stream. */
  async open(name: string): Promise<{ readonly file: KeptLogFile; readonly content: Readable }> {
    const file = NAME.test(name) ? await this.find(name) : undefined;
    if (!file) throw notFound('log file', name);
    const end = file.sizeBytes - 1;
    return { file, content: createReadStream(join(this.dir, name), file.sizeBytes === 0 ? {} : { end }) };
  }

  /** Undefined for one that was deleted meanwhile, and for what is no file, such as a link to one elsewhere. */
  private async find(name: string): Promise<KeptLogFile | undefined> {
    const found = await lstat(join(this.dir, name)).catch(() => undefined);
    return found?.isFile() ? { name, sizeBytes: found.size, modifiedAt: new Date(found.mtimeMs) } : undefined;
  }
}

function numberOf(name: string): number {
  return Number(name.split('.')[1]);
}

function noFolder(error: unknown): string[] {
  if ((error as { code?: unknown }).code === 'ENOENT') return [];
  throw error;
}
