import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from './free-port.js';

/** `sip-tester` of Debian. In CI its absence is a failure, elsewhere these tests are skipped and say so. */
export const hasSipp = spawnSync('sipp', ['-v']).error === undefined;

/** sipp says nothing when it is ready; the kernel does. */
const isBound = async (port: number, transport: 'UDP' | 'TCP'): Promise<void> => {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  while (!readFileSync(`/proc/net/${transport.toLowerCase()}`, 'utf8').includes(wanted)) await setTimeout(10);
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
  readonly audio?: SippAudio;
  readonly transport?: 'UDP' | 'TCP';
  readonly passesOverLateCopies?: boolean;
}

/** What `play.xml` plays: raw G.711. */
export interface SippAudio {
  readonly file: string;
  readonly payloadType: 0 | 8;
}

/**
 * One sipp that takes `calls` calls. Resolves when its socket is bound.
 * @param scenario name of one of test/fixtures/sipp, or the XML itself
 * @param status in place of the scenario's `486 Busy Here`: sipp takes no variable there
 * @param timeoutSeconds after which sipp gives up
 * @param transport of all calls, over one socket or connection; sipp of Debian has no TLS
 * @param passesOverLateCopies of messages; by default sipp gives up a call in which something arrives out of turn
 * @param traceMessages keep every message, for `invites`
 */
export const startSipp = async (
  scenario: string | { readonly xml: string },
  calls: number,
  {
    status,
    timeoutSeconds = 40,
    traceMessages = false,
    audio,
    transport = 'UDP',
    passesOverLateCopies = false,
  }: SippOptions = {},
): Promise<Sipp> => {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'outdial-sipp-'));
  const file = join(folder, 'scenario.xml');
  const errorFile = join(folder, 'errors.log');
  const source =
    typeof scenario === 'string'
      ? readFileSync(new URL(`../fixtures/sipp/${scenario}.xml`, import.meta.url), 'utf8')
      : scenario.xml;
  const scenarioText = source
    .replace('486 Busy Here', status ?? '486 Busy Here')
    .replaceAll('AUDIO_FILE', audio?.file ?? '')
    .replaceAll('PAYLOAD_TYPE', String(audio?.payloadType ?? 0));
  writeFileSync(file, scenarioText);
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
      '-t',
      transport === 'UDP' ? 'u1' : 't1',
      '-timeout',
      String(timeoutSeconds),
      '-trace_err',
      '-error_file',
      errorFile,
      ...(traceMessages ? ['-trace_msg'] : []),
      ...(passesOverLateCopies ? ['-nd'] : []),
    ],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, TERM: 'dumb' } },
  );
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout?.resume();
  const done = once(child, 'close').then(([code]) => {
    // On its standard error sipp shows only the first one, which may be one that does not matter.
    if (existsSync(errorFile)) errors = readFileSync(errorFile, 'latin1');
    rmSync(folder, { recursive: true, force: true });
    return { code: code as number | null, errors: faultsIn(errors) };
  });
  await Promise.race([isBound(port, transport), done]);
  const invites = (): Map<string, Set<string>> => {
    const trace = readdirSync(folder).find((name) => name.endsWith('_messages.log'));
    return trace === undefined
      ? new Map<string, Set<string>>()
      : readInvites(readFileSync(join(folder, trace), 'latin1'));
  };
  return { port, done, invites, stop: () => child.kill('SIGKILL') };
};

/** The entries of sipp's log, which it does not end with a line break, without those that are no fault of the calls. */
function faultsIn(log: string): string {
  const entries = log.replace('The following events occurred:', '').split(/(?=\d{4}-\d\d-\d\d\t)/);
  // Its watchdog says so when the machine stalls.
  return entries.filter((entry) => entry.trim() !== '' && !entry.includes('Overload warning')).join('\n');
}

function readInvites(trace: string): Map<string, Set<string>> {
  const byNumber = new Map<string, Set<string>>();
  for (const [, number = '', callId = ''] of trace.matchAll(/^INVITE sip:([^@]+)@[^]*?^Call-ID: *(\S+)/gim)) {
    byNumber.set(number, (byNumber.get(number) ?? new Set()).add(callId));
  }
  return byNumber;
}
