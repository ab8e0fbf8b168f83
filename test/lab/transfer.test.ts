import { describe, expect, test } from '@jest/globals';
import { offer } from '../support/scripted-caller.js';
import { eventually, labAndCaller, PILOT } from './lab-fixture.js';

const PERSON = '+5541991234500';
const REFUSES_TRANSFER = '+5541991234531';
const HANGS_UP_IN_TRANSFER = '+5541991234532';

describe('REFER', () => {
  test('to the pilot: 202, NOTIFY 100 and 200, and after talk and wrap-up the agent is free again', async () => {
    const { lab, caller } = await labAndCaller();
    const call = caller.invite(PERSON);
    await call.answered();
    expect((await call.refer('554130000000')).status).toBe(202);
    await call.finalReport();
    expect(call.reports).toEqual([
      'refer;id=2 active;expires=60 SIP/2.0 100 Trying',
      'refer;id=2 terminated;reason=noresource SIP/2.0 200 OK',
    ]);
    expect(lab.stats().agents).toMatchObject({ free: 0, talking: 1 });
    expect((await call.bye()).status).toBe(200);
    await eventually('the agent is free', () => lab.stats().agents.free === 1);
    expect(lab.stats().transfers.taken).toBe(1);
    expect(lab.stats().callsNow).toBe(0);
  });

  test('the agent is free within the announced hold time', async () => {
    const { lab, caller } = await labAndCaller({ pace: 20 });
    const call = caller.invite(PERSON);
    await call.answered();
    await call.refer(PILOT);
    await call.finalReport();
    const takenAt = performance.now();
    await eventually('the agent is free', () => lab.stats().agents.free === 1);
    expect(performance.now() - takenAt).toBeLessThanOrEqual(lab.maxHoldMs);
  });

  test('RTP from the customer ends when the agent has taken over', async () => {
    const { caller, lab } = await labAndCaller({ pace: 10 });
    const call = caller.invite(PERSON);
    await call.answered();
    await caller.until('RTP', () => caller.rtp[2]);
    await call.refer(PILOT);
    await call.finalReport();
    const { sent } = lab.stats().rtp;
    await call.bye();
    expect(lab.stats().rtp.sent).toBe(sent);
  });

  test('an early BYE does not stop the transfer', async () => {
    const { lab, caller } = await labAndCaller({ pace: 10 });
    const call = caller.invite(PERSON);
    await call.answered();
    await call.refer(PILOT);
    await call.bye();
    expect((await call.finalReport()).body).toBe('SIP/2.0 200 OK\r\n');
    expect(lab.stats().agents.talking).toBe(1);
  });

  test('without a free agent the call waits, then 503', async () => {
    const { lab, caller } = await labAndCaller({ agents: 0 });
    const call = caller.invite(PERSON);
    await call.answered();
    await call.refer(PILOT);
    await eventually('the call waits', () => lab.stats().agents.waiting === 1);
    expect((await call.finalReport()).body).toBe('SIP/2.0 503 Service Unavailable\r\n');
    expect(lab.stats()).toMatchObject({ transfers: { noAgent: 1 }, agents: { waiting: 0 } });
    expect((await call.bye()).status).toBe(200);
  });

  test('a waiting call is taken by the agent who becomes free', async () => {
    const { lab, caller } = await labAndCaller({ queueTimeoutMs: 60_000 });
    const calls = [caller.invite(PERSON), caller.invite(`${PERSON.slice(0, -3)}700`)];
    for (const call of calls) {
      await call.answered();
      await call.refer(PILOT);
    }
    for (const call of calls) expect((await call.finalReport()).body).toContain('200 OK');
    expect(lab.stats().transfers.taken).toBe(2);
  });

  test('to another number: 404, and the customer is still there for a second try', async () => {
    const { lab, caller } = await labAndCaller();
    const call = caller.invite(PERSON);
    await call.answered();
    expect((await call.refer('12345')).status).toBe(202);
    expect((await call.finalReport()).body).toBe('SIP/2.0 404 Not Found\r\n');
    await call.refer(PILOT);
    await call.waitFor('NOTIFY', (m) => m.body.includes('200 OK') && m.header('Event') === 'refer;id=3');
    expect(lab.stats().transfers).toMatchObject({ unknownTarget: 1, taken: 1 });
  });

  test('while another one is under way: 491; without a target: 400', async () => {
    const { caller } = await labAndCaller({ agents: 0, queueTimeoutMs: 600_000 });
    const call = caller.invite(PERSON);
    await call.answered();
    expect((await call.request('REFER')).status).toBe(400);
    expect((await call.refer(PILOT)).status).toBe(202);
    expect((await call.refer(PILOT)).status).toBe(491);
  });

  test('by script it is refused with 603', async () => {
    const { lab, caller } = await labAndCaller();
    const call = caller.invite(REFUSES_TRANSFER);
    await call.answered();
    expect((await call.refer(PILOT)).status).toBe(603);
    expect(lab.stats().transfers.refused).toBe(1);
    expect(lab.stats().agents.free).toBe(1);
  });

  test('by script the customer hangs up while the agent rings: NOTIFY 503, BYE, agent free', async () => {
    const { lab, caller } = await labAndCaller();
    const call = caller.invite(HANGS_UP_IN_TRANSFER);
    await call.answered();
    await call.refer(PILOT);
    expect((await call.finalReport()).body).toContain('503');
    await call.waitFor('BYE');
    expect(lab.stats()).toMatchObject({ transfers: { customerHungUp: 1 }, agents: { free: 1, wrapUp: 0 } });
  });
});

describe('a call to the pilot number', () => {
  test('rings, is answered by an agent, and BYE leads to wrap-up', async () => {
    const { lab, caller } = await labAndCaller({ pace: 5 });
    const call = caller.invite(PILOT);
    await call.waitFor(180);
    expect((await call.answered()).body).toContain('m=audio');
    expect(lab.stats().agents.talking).toBe(1);
    await call.bye();
    expect(lab.stats().agents).toMatchObject({ talking: 0, wrapUp: 1 });
    await eventually('the agent is free', () => lab.stats().agents.free === 1);
    expect(lab.stats()).toMatchObject({ pilotCalls: 1, callsNow: 0 });
  });

  test('the agent hangs up when all is said', async () => {
    const { lab, caller } = await labAndCaller();
    const call = caller.invite(PILOT);
    await call.answered();
    await call.waitFor('BYE');
    await eventually('the agent is free', () => lab.stats().agents.free === 1);
  });

  test('CANCEL while the agent rings sets the agent free at once', async () => {
    const { lab, caller } = await labAndCaller({ pace: 1 });
    const call = caller.invite(PILOT);
    await call.waitFor(180);
    call.cancel();
    expect((await call.final()).status).toBe(487);
    expect(lab.stats().agents).toMatchObject({ free: 1, ringing: 0, wrapUp: 0 });
  });

  test('without an agent it is queued with 182 and refused with 503', async () => {
    const { caller } = await labAndCaller({ agents: 0 });
    const call = caller.invite(PILOT);
    await call.waitFor(182);
    expect((await call.final()).status).toBe(503);
  });

  test('customer and agent can be joined by re-INVITE: each sends its RTP to the other', async () => {
    const { lab, caller } = await labAndCaller({ pace: 2 });
    const customer = caller.invite(PERSON);
    const customerSdp = (await customer.answered()).body;
    const agent = caller.invite(PILOT);
    const agentSdp = (await agent.answered()).body;
    const joined = await customer.reinvite(agentSdp);
    expect(joined.status).toBe(200);
    expect(joined.body).toContain(customerSdp.match(/m=audio \d+/)?.[0] ?? 'no port');
    expect((await agent.reinvite(joined.body)).status).toBe(200);
    await eventually('both hear each other', () => lab.stats().rtp.received > 10);
    await customer.bye();
    await agent.bye();
  });

  test('a re-INVITE that cannot be accepted gets 488 and changes nothing', async () => {
    const { caller } = await labAndCaller({ pace: 5 });
    const agent = caller.invite(PILOT);
    await agent.answered();
    expect((await agent.request('INVITE', ['Content-Type: application/sdp'], offer(4000, '111'))).status).toBe(488);
    const { length } = caller.rtp;
    await caller.until('more RTP', () => caller.rtp[length + 2]);
  });
});
