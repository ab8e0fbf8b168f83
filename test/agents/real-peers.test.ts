import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openAmiSession } from '../../src/engine/agents/asterisk-ami.js';
import { openEslSession } from '../../src/engine/agents/freeswitch-esl.js';
import { type OpenSession, RemoteSource } from '../../src/engine/agents/remote-source.js';
import { AgentSourceKind } from '../../src/engine/domain/agent-state.js';
import { freePort } from '../support/free-port.js';
import {
  ASTERISK_USERS,
  ASTERISK_WRAP_UP_S,
  asteriskDoes,
  asteriskFiles,
  setDevice,
} from '../support/real-asterisk.js';
import { RealClock } from '../support/real-clock.js';

const { ASTERISK_BIN, FREESWITCH_BIN } = process.env;

/** A source over a real peer, which is started anew with what `files` it needs. */
async function withPeer(
  binary: string,
  args: (folder: string) => readonly string[],
  files: (folder: string) => Readonly<Record<string, string>>,
  kind: AgentSourceKind,
  open: (clock: RealClock) => OpenSession,
  check: (source: RemoteSource, peer: ChildProcess, folder: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-peer-'));
  for (const [name, text] of Object.entries(files(folder))) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const peer = spawn(binary, args(folder), { stdio: 'ignore' });
  const exited = once(peer, 'exit');
  const clock = new RealClock();
  const source = new RemoteSource(kind, open(clock), clock);
  try {
    source.start();
    await healthIs(source, 'SYNCED');
    await check(source, peer, folder);
  } finally {
    await source.stop();
    peer.kill('SIGKILL');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Resolves once it holds, as the source tells of changes. */
function until(source: RemoteSource, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!holds()) return;
      stop();
      resolve();
    };
    const stop = source.onChanged(look);
    look();
  });
}

const healthIs = (source: RemoteSource, status: string): Promise<void> =>
  until(source, () => source.health().status === status);

const describeWith = (binary: string | undefined, variable: string, name: string, tests: (binary: string) => void) => {
  if (binary === undefined) describe.skip(`${name} (left out: ${variable} names none)`, () => tests(''));
  else describe(name, () => tests(binary));
};

describeWith(ASTERISK_BIN, 'ASTERISK_BIN', 'asterisk-ami against a real Asterisk', (binary) => {
  let amiPort = 0;
  const openQueue =
    (queueName: string) =>
    (clock: RealClock): OpenSession =>
    (listener, calls) => {
      const { source: username, secret } = ASTERISK_USERS;
      const address = { host: '127.0.0.1', amiPort, tls: false };
      const settings = { ...address, username, secret, queueName, wrapUpSeconds: undefined };
      return openAmiSession(settings, clock, listener, calls);
    };
  const args = (folder: string): readonly string[] => ['-f', '-C', join(folder, 'asterisk.conf')];
  const withAsterisk = async (check: (source: RemoteSource, peer: ChildProcess, folder: string) => Promise<void>) => {
    amiPort = await freePort();
    const files = (folder: string): Readonly<Record<string, string>> => asteriskFiles(folder, amiPort);
    await withPeer(binary, args, files, AgentSourceKind.ASTERISK_AMI, openQueue('sales'), async (source, ...more) => {
      for (const name of ['eva', 'tom']) await setDevice(amiPort, name, 'NOT_INUSE');
      await until(source, () => source.snapshot().free === 2);
      await check(source, ...more);
    });
  };
  const hasAgent = (source: RemoteSource, state: string) => (): boolean =>
    source.agents().some((agent) => agent.state === state);

  test('counts who is ready, sees pauses and calls outside of the queue', async () => {
    await withAsterisk(async (source) => {
      expect(source.agents().map(({ displayName }) => displayName)).toEqual(['eva', 'tom']);
      expect(source.health().status).toBe('SYNCED');
      const pause = { Action: 'QueuePause', Queue: 'sales', Interface: 'Local/eva@agents' };
      await asteriskDoes(amiPort, { ...pause, Paused: 'true', Reason: 'Lunch' });
      await until(source, hasAgent(source, 'UNAVAILABLE'));
      await asteriskDoes(amiPort, { ...pause, Paused: 'false' });
      await until(source, () => source.snapshot().free === 2);
      await setDevice(amiPort, 'tom', 'INUSE');
      await until(source, hasAgent(source, 'TALKING'));
      expect(source.snapshot()).toMatchObject({ free: 1, busy: 1, callsSeen: 0 });
    });
  }, 60_000);

  test('sees a call ring, be answered and end, and learns the wrap-up', async () => {
    await withAsterisk(async (source) => {
      const caller = { Channel: 'Local/caller@callers', CallerID: '5541999990000', Async: 'true' };
      await asteriskDoes(amiPort, { Action: 'Originate', ...caller, Application: 'Queue', Data: 'sales' });
      for (const state of ['RINGING', 'TALKING', 'WRAPUP']) await until(source, hasAgent(source, state));
      const endedAtMs = Date.now();
      expect(source.snapshot()).toMatchObject({ free: 1, callsSeen: 1, callersWaiting: 0 });
      await until(source, () => source.snapshot().free === 2);
      // The switch counts in whole seconds.
      expect(Date.now() - endedAtMs).toBeGreaterThan((ASTERISK_WRAP_UP_S - 1) * 1_000);
    });
  }, 60_000);

  test.each(['nowhere', 'Sales'])(
    'has no queue %s',
    async (queueName) => {
      await withAsterisk(async () => {
        const clock = new RealClock();
        const other = new RemoteSource(AgentSourceKind.ASTERISK_AMI, openQueue(queueName)(clock), clock);
        other.start();
        await healthIs(other, 'DOWN');
        expect(other.health().fault).toBe('UNKNOWN_POOL');
        await other.stop();
      });
    },
    60_000,
  );

  test('is down when it is killed, and is read anew when it is back', async () => {
    await withAsterisk(async (source, peer, folder) => {
      peer.kill('SIGKILL');
      await healthIs(source, 'DOWN');
      expect(source.snapshot().free).toBe(0);
      const again = spawn(binary, args(folder), { stdio: 'ignore' });
      const exited = once(again, 'exit');
      await healthIs(source, 'SYNCED');
      again.kill('SIGKILL');
      await exited;
    });
  }, 60_000);
});

describeWith(FREESWITCH_BIN, 'FREESWITCH_BIN', 'freeswitch-esl against a real FreeSWITCH', (binary) => {
  test('reads its agents, and is down when it is killed', async () => {
    const eslPort = await freePort();
    const settings = { host: '127.0.0.1', eslPort, password: 'outdial', queueName: 'support@default' };
    const callcenter = `<configuration name="callcenter.conf"><queues><queue name="support@default"/></queues>
      <agents><agent name="eva" type="callback" contact="null/1" status="Available"/></agents>
      <tiers><tier agent="eva" queue="support@default" level="1" position="1"/></tiers></configuration>`;
    const socket = `<configuration name="event_socket.conf"><settings><param name="listen-ip" value="127.0.0.1"/>
      <param name="listen-port" value="${eslPort}"/><param name="password" value="outdial"/></settings></configuration>`;
    const modules = `<configuration name="modules.conf"><modules><load module="mod_commands"/><load module="mod_event_socket"/>
      <load module="mod_callcenter"/></modules></configuration>`;
    await withPeer(
      binary,
      (folder) => ['-nf', '-nonat', '-conf', folder, '-log', folder, '-db', folder],
      () => ({
        'freeswitch.xml': `<document type="freeswitch/xml"><section name="configuration">${modules}${socket}${callcenter}</section></document>`,
      }),
      AgentSourceKind.FREESWITCH_ESL,
      (clock) => (listener, calls) => openEslSession(settings, clock, listener, calls),
      async (source, peer) => {
        expect(source.agents()).toMatchObject([{ agentId: 'eva', state: 'AVAILABLE' }]);
        peer.kill('SIGKILL');
        await healthIs(source, 'DOWN');
        expect(source.snapshot().free).toBe(0);
      },
    );
  }, 60_000);
});
