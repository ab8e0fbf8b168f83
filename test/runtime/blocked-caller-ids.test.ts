import { beforeEach, describe, expect, test } from '@jest/globals';
import type { BlockedCallerId } from '../../src/engine/contracts/engine.js';
import { EngineBench, HOUR, MINUTE } from '../support/engine-bench.js';
import { ports } from '../support/fake-telephony.js';

const CALLER_ID = '+4930901820000';
const blocked = { sipStatus: 608 } as const;

describe('the caller-IDs whose calls are blocked by analytics', () => {
  let bench: EngineBench;

  beforeEach(async () => {
    bench = new EngineBench({ agents: 1, leads: 60, campaign: { callerId: CALLER_ID } });
    await bench.start();
  });

  const listed = (): readonly BlockedCallerId[] => bench.engine.status().blockedCallerIds;
  const fails = async (...failures: Parameters<typeof bench.telephony.last.fail>): Promise<void> => {
    bench.telephony.last.fail(...failures);
    await bench.clock.advance(0);
  };
  const isAnswered = async (): Promise<void> => {
    bench.telephony.last.answer({ hangsUpMs: 1 });
    await bench.clock.advance(10);
    bench.queue.setFree(1);
    await bench.clock.advance(100);
  };

  test('are listed with how often, since when, and what came last', async () => {
    expect(listed()).toEqual([]);
    const since = bench.clock.now();
    await fails(blocked);
    await bench.clock.advance(MINUTE);
    await fails({ sipStatus: 603, reasonHeaders: ['SIP;cause=603;text="v=analytics1;url=https://example.com"'] });
    expect(listed()).toEqual([{ callerId: CALLER_ID, since, occurrences: 2, sipStatus: 603 }]);
    expect(bench.eventsOf('engine-status-changed').length).toBeGreaterThan(0);
  });

  test('are not those whose calls are declined by people, or refused by the trunk', async () => {
    await fails({ sipStatus: 603, rang: true });
    await fails({ sipStatus: 503 });
    expect(listed()).toEqual([]);
  });

  test('stay while only a few calls get through, and go when twenty in a row have', async () => {
    await fails(blocked);
    for (let n = 0; n < 19; n++) await isAnswered();
    await fails(blocked);
    for (let n = 0; n < 19; n++) await isAnswered();
    expect(listed()).toMatchObject([{ occurrences: 2 }]);
    await isAnswered();
    expect(listed()).toEqual([]);
  });

  test('go when an hour has passed without a blocked call', async () => {
    await fails(blocked);
    bench.queue.setFree(0);
    await bench.clock.advance(HOUR - MINUTE);
    expect(listed()).toHaveLength(1);
    await bench.clock.advance(MINUTE);
    expect(listed()).toEqual([]);
  });
});

test('the line is named where the campaign has no caller-ID', async () => {
  const bench = new EngineBench({ agents: 1 });
  bench.telephony.setLines(ports(1, { portName: '4001' }));
  await bench.start();
  bench.telephony.last.fail(blocked);
  await bench.clock.advance(0);
  expect(bench.engine.status().blockedCallerIds).toMatchObject([{ callerId: '4001', occurrences: 1 }]);
});
