import { describe, expect, test } from '@jest/globals';
import { EngineBench } from '../support/engine-bench.js';

describe('an outage of a do-not-call service', () => {
  test('is told of with its beginning, its unanswered questions and the next try, until it is over', async () => {
    const bench = new EngineBench({ agents: 2, campaign: { dncServiceId: 'dnc-1' } });
    const since = bench.clock.now();
    bench.dnc.answer = () => 'OUT_OF_SERVICE';
    await bench.start();
    expect(bench.engine.status().dncOutages).toEqual([
      { dncServiceId: 'dnc-1', since, occurrences: 2, nextTryAt: new Date(since.getTime() + 5000) },
    ]);
    expect(bench.eventsOf('engine-status-changed').length).toBeGreaterThan(0);
    await bench.clock.advance(12_000);
    expect(bench.engine.status().dncOutages).toEqual([
      { dncServiceId: 'dnc-1', since, occurrences: 4, nextTryAt: new Date(since.getTime() + 15_000) },
    ]);
    bench.dnc.answer = () => 'MAY_CALL';
    await bench.clock.advance(5000);
    expect(bench.engine.status().dncOutages).toEqual([]);
  });

  test('ends at once when the service is edited and answers', async () => {
    const bench = new EngineBench({ agents: 1, campaign: { dncServiceId: 'dnc-1' } });
    bench.dnc.answer = () => 'OUT_OF_SERVICE';
    await bench.start();
    bench.engine.nudge();
    bench.engine.nudge();
    await bench.clock.advance(0);
    expect(bench.dnc.asked).toHaveLength(2);
    expect(bench.engine.status().dncOutages).toMatchObject([{ occurrences: 2 }]);
    bench.dnc.answer = () => 'MAY_CALL';
    bench.engine.nudge();
    await bench.clock.advance(0);
    expect(bench.telephony.calls).toHaveLength(1);
    expect(bench.engine.status().dncOutages).toEqual([]);
  });
});
