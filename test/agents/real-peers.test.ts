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
import { RealClock } from '../support/real-clock.js';

const { ASTERISK_BIN, FREESWITCH_BIN } = process.env;

/** A source over a real peer, which is started anew with what `files` it needs. */
async function withPeer(
  binary: string,
  args: (folder: string) => readonly string[],
  files: (folder: string) => Readonly<Record<string, string>>,
  kind: AgentSourceKind,
  open: (clock: RealClock) => OpenSession,
  check: (source: RemoteSource, peer: ChildProcess) => Promise<void>,
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
    await check(source, peer);
  } finally {
    await source.stop();
    peer.kill('SIGKILL');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  }
}

function healthIs(source: RemoteSource, status: string): Promise<void> {
  return new Promise((resolve) => {
    const stop = source.onChanged(() => look());
    const look = (): void => {
      if (source.health().status !== status) return;
      stop();
      resolve();
    };
    look();
  });
}

describe('asterisk-ami against a real Asterisk', () => {
  if (ASTERISK_BIN === undefined) {
    test('is left out: ASTERISK_BIN names none', () => {
      expect(ASTERISK_BIN).toBeUndefined();
    });
    return;
  }

  test('reads its members, and is down when it is killed', async () => {
    const amiPort = await freePort();
    const settings = { host: '127.0.0.1', amiPort, tls: false, username: 'outdial', secret: 'outdial' };
    await withPeer(
      ASTERISK_BIN,
      (folder) => ['-f', '-C', join(folder, 'asterisk.conf')],
      (folder) => ({
        'asterisk.conf': `[directories](!)\nastetcdir => ${folder}\nastrundir => ${folder}/run\nastlogdir => ${folder}\nastdbdir => ${folder}\nastspooldir => ${folder}\n`,
        'run/.keep': '',
        'modules.conf': '[modules]\nautoload=no\nload=app_queue.so\nload=chan_local.so\nload=func_cdr.so\n',
        'queues.conf': '[sales]\nstrategy=rrmemory\nmember => Local/101@agents,0,Eva\nmember => Local/102@agents\n',
        'manager.conf': `[general]\nenabled=yes\nbindaddr=127.0.0.1\nport=${amiPort}\n[outdial]\nsecret=outdial\nread=agent,call\nwrite=call,reporting\n`,
      }),
      AgentSourceKind.ASTERISK_AMI,
      (clock) => (listener, calls) =>
        openAmiSession({ ...settings, queueName: 'sales', wrapUpSeconds: undefined }, clock, listener, calls),
      async (source, peer) => {
        expect(source.agents().map(({ displayName }) => displayName)).toContain('Eva');
        peer.kill('SIGKILL');
        await healthIs(source, 'DOWN');
        expect(source.snapshot().free).toBe(0);
      },
    );
  }, 60_000);
});

describe('freeswitch-esl against a real FreeSWITCH', () => {
  if (FREESWITCH_BIN === undefined) {
    test('is left out: FREESWITCH_BIN names none', () => {
      expect(FREESWITCH_BIN).toBeUndefined();
    });
    return;
  }

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
      FREESWITCH_BIN,
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
