import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** `sip-tester` of Debian. In CI its absence is a failure, elsewhere these tests are skipped and say so. */
export const hasSipp = spawnSync('sipp', ['-v']).error === undefined;

const freePort = async (): Promise<number> => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
};

/** sipp says nothing when it is ready; the kernel does. */
const isBound = async (port: number): Promise<void> => {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  while (!readFileSync('/proc/net/udp', 'utf8').includes(wanted)) await setTimeout(10);
};

export interface Sipp {
  readonly port: number;
  /** INVITEs that it has received, by called number: the Call-IDs that they came with. Needs `traceMessages`. */
  invites(): Map<string, Set<string>>;
  /** The exit code, 0: all calls went as the scenario says, and what sipp has to say otherwise. */
  readonly done: Promise<{ code: number | null; errors: string }>;
  stop(): void;
}

export interface SippOptions {
  readonly status?: string;
  readonly timeoutSeconds?: number;
  readonly traceMessages?: boolean;
}

/**
 * One sipp that takes `calls` calls by a scenario of test/fixtures/sipp. Resolves when its socket is bound.
 * @param status in place of the scenario's `486 Busy Here`: sipp takes no variable there
 * @param timeoutSeconds after which sipp gives up
 * @param traceMessages keep every message, for `invites`
 */
export const startSipp = async (
  scenario: string,
  calls: number,
  { status, timeoutSeconds = 40, traceMessages = false }: SippOptions = {},
): Promise<Sipp> => {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'outdial-sipp-'));
  const file = join(folder, 'scenario.xml');
  const source = readFileSync(new URL(`../fixtures/sipp/${scenario}.xml`, import.meta.url), 'utf8');
  writeFileSync(file, status === undefined ? source : source.replace('486 Busy Here', status));
  const child: ChildProcess = spawn(
    'sipp',
    [
      '-sf',
      file,
      '-i',
      '127.0.0.1',
      '-p',
      String(port),
      '-m',
      String(calls),
      '-nostdin',
      '-timeout',
      String(timeoutSeconds),
      ...(traceMessages ? ['-trace_msg'] : []),
    ],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, TERM: 'dumb' } },
  );
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout?.resume();
  const done = once(child, 'close').then(([code]) => {
    rmSync(folder, { recursive: true, force: true });
    // Its watchdog says so when the machine stalls, which is no fault of the calls.
    const faults = errors.split('\n').filter((line) => line.trim() !== '' && !line.includes('Overload warning'));
    return { code: code as number | null, errors: faults.join('\n') };
  });
  await Promise.race([isBound(port), done]);
  const invites = (): Map<string, Set<string>> => {
    const trace = readdirSync(folder).find((name) => name.endsWith('_messages.log'));
    return trace === undefined
      ? new Map<string, Set<string>>()
      : readInvites(readFileSync(join(folder, trace), 'latin1'));
  };
  return { port, done, invites, stop: () => child.kill('SIGKILL') };
};

function readInvites(trace: string): Map<string, Set<string>> {
  const byNumber = new Map<string, Set<string>>();
  for (const [, number = '', callId = ''] of trace.matchAll(/^INVITE sip:([^@]+)@[^]*?^Call-ID: *(\S+)/gim)) {
    byNumber.set(number, (byNumber.get(number) ?? new Set()).add(callId));
  }
  return byNumber;
}
