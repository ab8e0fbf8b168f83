// The far end of the benches: sipp (Debian's sip-tester) with a scenario of bench/sipp or test/fixtures/sipp.
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const running = new Set();

/** Of UDP. */
export async function freePort() {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

/** sipp says nothing when it is ready; the kernel does. */
async function isBound(port, transport) {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  while (!readFileSync(`/proc/net/${transport.toLowerCase()}`, 'utf8').includes(wanted)) await sleep(10);
}

/**
 * @param scenario path of the file, from the folder of the project
 * @param args of sipp, after those for scenario and address
 * @param transport UDP or TCP
 */
export async function startSipp(scenario, args = [], transport = 'UDP') {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-bench-'));
  const port = await freePort();
  const file = fileURLToPath(new URL(`../../${scenario}`, import.meta.url));
  const address = ['-t', transport === 'TCP' ? 't1' : 'u1', '-i', '127.0.0.1', '-p', String(port)];
  const child = spawn('sipp', ['-sf', file, ...address, '-nostdin', ...args], {
    cwd: folder,
    stdio: 'ignore',
    env: { ...process.env, TERM: 'dumb' },
  });
  const sipp = {
    port,
    pid: child.pid,
    ended: once(child, 'exit'),
    /** Contents of what it traces in a file with this ending. */
    traces: (ending) =>
      readdirSync(folder)
        .filter((name) => name.endsWith(ending))
        .map((name) => readFileSync(join(folder, name), 'latin1')),
    /** Response times that it has noted with `-trace_rtt -rtt_freq 1`, in milliseconds, ascending. */
    responseTimes: () =>
      sipp
        .traces('_rtt.csv')
        .flatMap((text) => text.split('\n').slice(1))
        // `date;milliseconds;name`
        .map((line) => Number(line.split(';')[1]))
        .filter((value) => value > 0)
        .sort((a, b) => a - b),
    /** INVITEs that began a call, as counted with `-trace_counts` until it was stopped. */
    callsBegun: () => {
      const lines = sipp.traces('_counts.csv').flatMap((text) => text.trim().split('\n'));
      const column = lines[0].split(';').findIndex((name) => /^\d+_INVITE_Recv$/.test(name));
      return Number(lines.at(-1).split(';')[column]);
    },
    async stop(signal = 'SIGKILL') {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal);
        await sipp.ended;
      }
    },
    remove() {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
      running.delete(sipp);
    },
  };
  running.add(sipp);
  await Promise.race([isBound(port, transport), sipp.ended]);
  return sipp;
}

/** Whatever happened, nothing is left running. */
export function stopAllSipp() {
  for (const sipp of running) sipp.remove();
}
