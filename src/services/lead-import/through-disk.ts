import { randomUUID } from 'node:crypto';
import { open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/**
 * Takes in all that `fill` writes before `use` reads it, on the disk, so that whatever `use` holds, such as a connection
 * to the database, does not wait for a slow sender. The file has lost its name by then: nothing of it stays, also after
 * a crash.
 */
export async function throughDisk<T>(
  fill: (sink: Writable) => Promise<void>,
  use: (source: Readable) => Promise<T>,
): Promise<T> {
  const path = join(tmpdir(), `outdial-${randomUUID()}.tmp`);
  const sink = (await open(path, 'wx', 0o600)).createWriteStream();
  try {
    const source = (await open(path, 'r')).createReadStream();
    try {
      await unlink(path);
      await fill(sink);
      return await use(source);
    } finally {
      source.destroy();
    }
  } finally {
    sink.destroy();
  }
}
