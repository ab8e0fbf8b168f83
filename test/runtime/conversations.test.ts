import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ConfiguredAgentSources } from '../../src/engine/agents/agent-sources.js';
import { AgentReports } from '../../src/engine/agents/push-source.js';
import type { SavedConversation } from '../../src/engine/contracts/conversation-store.js';
import type { Conversation } from '../../src/engine/contracts/telephony.js';
import { EngineBench } from '../support/engine-bench.js';
import { ScriptedNotifier } from '../support/scripted-notifier.js';
import { SilentLog } from '../support/silent-log.js';

const leg = { localSdp: 'l', remoteSdp: 'r', sessionTimer: null };
const dialog = (callId: string): SavedConversation['customer']['dialog'] => ({
  lineId: 'port-1',
  callId,
  localTag: 'a',
  remoteTag: 'b',
  localSequence: 1,
  remoteSequence: null,
  localUri: 'sip:dialer@127.0.0.1',
  remoteUri: 'sip:1@127.0.0.1',
  remoteTarget: 'sip:127.0.0.1',
  routeSet: [],
});

/** Two who talk until the test says otherwise. */
class FakeConversation implements Conversation {
  readonly ended: Promise<void>;
  wasEnded = false;
  finish!: () => void;

  constructor(readonly isRelayed = false) {
    this.ended = new Promise((resolve) => (this.finish = resolve));
  }

  save(): SavedConversation {
    return { customer: { ...leg, dialog: dialog('customer') }, pilot: { ...leg, dialog: dialog('pilot') } };
  }

  end(): Promise<void> {
    this.wasEnded = true;
    this.finish();
    return this.ended;
  }
}

let bench: EngineBench;
let conversation: FakeConversation;
const open = (isRelayed = false): void => {
  bench = new EngineBench({ agents: 1, ports: 1, leads: 3 });
  conversation = new FakeConversation(isRelayed);
  bench.telephony.script = () => ({ does: 'answer', afterMs: 1_000, transfer: { kind: 'completed', conversation } });
};
beforeEach(() => open());
afterEach(() => bench.engine.stop());

describe('a conversation after a transfer', () => {
  test('ends the attempt well, and keeps the line busy until the two have done talking', async () => {
    await bench.start();
    await bench.clock.advance(2_000);
    expect(bench.database.results()).toEqual(['SUCCESS transferred']);
    bench.queue.setFree(5);
    await bench.clock.advance(10_000);
    expect(bench.telephony.calls).toHaveLength(1);
    expect(bench.engine.status().ports).toMatchObject({ busy: 1, free: 0 });
    expect(bench.engine.status().callsInFlight).toBe(0);
    conversation.finish();
    await bench.clock.advance(0);
    expect(bench.telephony.calls).toHaveLength(2);
  });

  test.each([false, true])(
    'is kept while it goes on, for the next start to go on with or to end (relayed: %s)',
    async (isRelayed) => {
      await bench.engine.stop();
      open(isRelayed);
      await bench.start();
      await bench.clock.advance(2_000);
      expect([...bench.conversations.rows.values()]).toMatchObject([
        { queueId: 'queue-1', customer: { dialog: { callId: 'customer' } }, pilot: { dialog: { callId: 'pilot' } } },
      ]);
      conversation.finish();
      await bench.clock.advance(0);
      expect(bench.conversations.rows.size).toBe(0);
    },
  );

  test('is kept as soon as the database takes it again', async () => {
    bench.conversations.isAway = true;
    await bench.start();
    await bench.clock.advance(30_000);
    bench.conversations.isAway = false;
    await bench.clock.advance(5_000);
    expect(bench.conversations.rows.size).toBe(1);
    conversation.finish();
    await bench.clock.advance(0);
    expect(bench.conversations.rows.size).toBe(0);
  });

  test('that is over before the database takes it is not kept any more', async () => {
    bench.conversations.isAway = true;
    await bench.start();
    await bench.clock.advance(2_000);
    conversation.finish();
    bench.conversations.isAway = false;
    await bench.clock.advance(10_000);
    expect([...bench.conversations.rows.keys()]).toEqual([]);
  });

  test('is not hung up by the sweep that closes an attempt whose end was not written', async () => {
    const { database } = bench;
    const close = database.close.bind(database);
    database.close = () => Promise.reject(new Error('refused'));
    await bench.start();
    await bench.clock.advance(2_000);
    database.close = close;
    await bench.clock.advance(20 * 60_000);
    expect(database.results()).toEqual(['SUCCESS transferred']);
    expect(bench.telephony.leftOver).toEqual([]);
  });

  test('occupies its channel of a FIXED queue until its end, however long it takes', async () => {
    const { clock } = bench;
    const sources = new ConfiguredAgentSources(
      clock,
      new AgentReports(clock),
      new ScriptedNotifier(clock, []),
      new SilentLog(),
      { osccEnabled: false },
    );
    sources.configure([
      {
        id: 'queue-1',
        name: 'IVR',
        agentSource: { kind: 'FIXED', channels: 1, holdSeconds: 10 },
        agentSourceSecret: null,
      },
    ]);
    const source = sources.forQueue('queue-1');
    if (!source) throw new Error('No source');
    bench.sources.add('queue-1', source);
    await bench.start();
    await clock.advance(60_000);
    expect(source.snapshot()).toMatchObject({ free: 0, busy: 1 });
    conversation.finish();
    await clock.advance(0);
    expect(source.snapshot()).toMatchObject({ free: 1, busy: 0 });
    await sources.stop();
  });
});

describe('a drain', () => {
  test('leaves those to each other who are joined end to end', async () => {
    await bench.start();
    await bench.clock.advance(2_000);
    await bench.engine.drain();
    expect(conversation.wasEnded).toBe(false);
    conversation.finish();
    await bench.clock.advance(0);
    expect(bench.conversations.rows.size).toBe(1);
  });

  test('waits for those whose media passes the dialer, and ends them after a minute', async () => {
    open(true);
    await bench.start();
    await bench.clock.advance(2_000);
    const drained = bench.engine.drain();
    await bench.clock.advance(59_000);
    expect(conversation.wasEnded).toBe(false);
    await bench.clock.advance(2_000);
    expect(conversation.wasEnded).toBe(true);
    await drained;
  });

  test('that is cut short ends them at once', async () => {
    open(true);
    await bench.start();
    await bench.clock.advance(2_000);
    const drained = bench.engine.drain();
    await bench.engine.stop();
    expect(conversation.wasEnded).toBe(true);
    await drained;
  });
});

describe('the next start', () => {
  const restart = async (): Promise<void> => {
    await bench.engine.drain();
    bench.engine = bench.newEngine();
    bench.engine.start();
    await bench.clock.advance(2_000);
  };

  test('goes on with a conversation, its line and its agent', async () => {
    await bench.start();
    await bench.clock.advance(2_000);
    const resumed = new FakeConversation();
    bench.telephony.resume = () => resumed;
    await restart();
    expect(bench.engine.status().ports).toMatchObject({ busy: 1 });
    resumed.finish();
    await bench.clock.advance(0);
    expect(bench.conversations.rows.size).toBe(0);
    expect(bench.engine.status().ports).toMatchObject({ busy: 0 });
  });

  test('hangs up both where the dialogs cannot be rebuilt', async () => {
    await bench.start();
    await bench.clock.advance(2_000);
    await restart();
    expect(bench.telephony.leftOver.map(({ callId }) => callId)).toEqual(['customer', 'pilot']);
    expect(bench.conversations.rows.size).toBe(0);
  });

  test('takes an attempt for transferred whose conversation was kept but whose end was not', async () => {
    await bench.start();
    await bench.clock.advance(900);
    const [open] = bench.database.open();
    if (!open) throw new Error('No attempt');
    const since = bench.clock.now();
    await bench.conversations.save({ ...conversation.save(), attemptId: open.id, queueId: 'queue-1', since });
    bench.telephony.resume = () => conversation;
    bench.database.loseLease();
    await bench.clock.advance(0);
    const second = bench.newEngine();
    second.start();
    await bench.clock.advance(100);
    expect(bench.database.results()).toEqual(['SUCCESS transferred']);
    expect(bench.telephony.leftOver).toEqual([]);
    await second.stop();
  });
});
