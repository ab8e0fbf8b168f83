import { describe, expect, test } from '@jest/globals';
import { parsePhoneNumberWithError } from 'libphonenumber-js';
import { demoLeads } from '../../src/lab/index.js';
import { DEFAULT_MIX, drawStory, LONGEST_HOLD_MS, Outcome, OUTCOME_PLANS } from '../../src/lab/outcomes.js';

const rules = { seed: 11, mix: DEFAULT_MIX, scripted: false };

describe('stories', () => {
  test('depend on seed, number and try alone', () => {
    const story = drawStory(rules, '5541999990001', 1);
    expect(drawStory(rules, '5541999990001', 1)).toEqual(story);
    expect(drawStory(rules, '5541999990001', 2)).not.toEqual(story);
    expect(drawStory(rules, '5541999990002', 1)).not.toEqual(story);
    expect(drawStory({ ...rules, seed: 12 }, '5541999990001', 1)).not.toEqual(story);
  });

  test('follow the weights of the mix', () => {
    const counts = new Map<Outcome, number>();
    const calls = 20_000;
    for (let n = 0; n < calls; n++) {
      const { outcome } = drawStory(rules, String(5_541_960_000_000 + n), 1);
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    }
    for (const outcome of Object.values(Outcome)) {
      const percent = (100 * (counts.get(outcome) ?? 0)) / calls;
      expect(Math.abs(percent - (DEFAULT_MIX[outcome] ?? 0))).toBeLessThan(1.5);
    }
  });

  test('the default mix adds up to 100 percent, and every pair of last digits means one outcome', () => {
    expect(Object.values(DEFAULT_MIX).reduce((sum, weight) => sum + weight, 0)).toBe(100);
    const digits = Object.values(OUTCOME_PLANS).map((plan) => plan.lastDigits);
    expect(new Set(digits).size).toBe(digits.length);
    for (const outcome of Object.values(Outcome)) {
      const number = `55419999900${OUTCOME_PLANS[outcome].lastDigits}`;
      expect(drawStory({ ...rules, scripted: true }, number, 1).outcome).toBe(outcome);
    }
  });

  test('keep an agent no longer than announced', () => {
    for (let n = 0; n < 1000; n++) {
      const { agent } = drawStory(rules, String(n), 1);
      expect(agent.talkMs + agent.wrapUpMs).toBeLessThanOrEqual(LONGEST_HOLD_MS);
      expect(agent.ringMs).toBeGreaterThanOrEqual(300);
    }
  });
});

describe('demo leads', () => {
  test('are different, the same for the same seed, and of the range that belongs to nobody', () => {
    const leads = demoLeads(1000, 1);
    expect(new Set(leads.map((lead) => lead.phoneNumber)).size).toBe(1000);
    expect(demoLeads(1000, 1)).toEqual(leads);
    expect(demoLeads(10, 2)).not.toEqual(leads.slice(0, 10));
    for (const { name, phoneNumber } of leads) {
      expect(name).toMatch(/^\S+ \S+$/);
      expect(phoneNumber).toMatch(/^\+447700900\d{3}$/);
      expect(parsePhoneNumberWithError(phoneNumber).isPossible()).toBe(true);
    }
    expect(() => demoLeads(-1, 1)).toThrow(RangeError);
    expect(() => demoLeads(1001, 1)).toThrow(RangeError);
  });
});
