import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('Not started as root: the test of a DATA_DIR that PostgreSQL cannot reach is left out.');

describe('a DATA_DIR that the user of the embedded PostgreSQL cannot reach', () => {
  (isRoot ? test : test.skip)(
    'is replaced by a folder that the start names, where nothing is deleted for its age',
    async () => {
      const closed = await mkdtemp(join(tmpdir(), 'outdial-closed-'));
      await chmod(closed, 0o700);
      const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
      const child = spawn(process.execPath, [main], {
        env: {
          ...process.env,
          DATABASE_URL: '',
          DATA_DIR: join(closed, 'data'),
          HTTP_PORT: '0',
          DEMO: 'off',
          LOG_LEVEL: 'silent',
        },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      let folder: string | undefined;
      for await (const line of createInterface({ input: child.stdout })) {
        folder ??= /^The database is in (\S+),/.exec(line)?.[1];
        if (line.includes('/graphql')) break;
      }
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      await rm(closed, { recursive: true });
      expect(folder).toMatch(/^\/var\/lib\/outdial\/[0-9a-f]{16}$/);
      expect(existsSync(join(folder ?? '', 'PG_VERSION'))).toBe(true);
      await rm(folder ?? '', { recursive: true });
    },
    60_000,
  );
});
