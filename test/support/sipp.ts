import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `sip-tester` of Debian. In CI its absence is a failure, elsewhere these tests are skipped and say so. */
export const hasSipp = spawnSync('sipp', ['-v']).error === undefined;

const freePort = async (): Promise<number> => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
};

export interface Sipp {
  readonly port: number;
  /** The exit code, 0: all calls went as the scenario says, and what sipp has to say otherwise. */
  readonly done: Promise<{ code: number | null; errors: string }>;
  stop(): void;
}

/** One sipp that takes `calls` calls by a scenario of test/fixtures/sipp. Resolves when its socket is bound. */
export const startSipp = async (scenario: string, calls: number, more: readonly string[] = []): Promise<Sipp> => {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'outdial-sipp-'));
  const file = fileURLToPath(new URL(`../fixtures/sipp/${scenario}.xml`, import.meta.url));
  const child: ChildProcess = spawn(
    'sipp',
    ['-sf', file, '-i', '127.0.0.1', '-p', String(port), '-m', String(calls), '-nostdin', '-timeout', '40', ...more],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, TERM: 'dumb' } },
  );
  let errors = '';
  child.stderr!.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  // Its screen appears when the sockets are there.
  await Promise.race([once(child.stdout!, 'data'), once(child, 'exit')]);
  child.stdout!.resume();
  const done = once(child, 'close').then(([code]) => {
    rmSync(folder, { recursive: true, force: true });
    return { code: code as number | null, errors };
  });
  return { port, done, stop: () => child.kill('SIGKILL') };
};
