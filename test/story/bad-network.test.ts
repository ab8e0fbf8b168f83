import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { startLab } from '../../src/lab/index.js';
import { BadNetwork } from '../support/bad-network.js';
import { hasSipp, startSipp } from '../support/sipp.js';
import { prepareStory, startCampaign, storyCsv, uploadStory } from '../support/story.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const LEADS = 150;
const PATIENCE_MS = 200_000;

/** Its faults of a trunk stay away: one that is out of service would only make the test longer. */
const MIX = {
  ...{ PERSON: 40, HANGS_UP_AT_ONCE: 5, BUSY: 12, DECLINED: 8, UNAVAILABLE: 8, NOT_FOUND: 8, CHANGED_NUMBER: 4 },
  ...{ BUSY_EVERYWHERE: 4, TIMES_OUT: 4, BLOCKED_BY_ANALYTICS: 4, UNWANTED: 4, REFUSES_TRANSFER: 4, NO_ANSWER: 3 },
  ...{ ANSWERS_THE_CANCEL: 2, HANGS_UP_IN_TRANSFER: 4 },
};

type Results = Record<'busy' | 'declined' | 'notReachable' | 'blockedByAnalytics', number>;

interface FarEnd {
  readonly sipPort: number;
  /** What it has played, once all leads are called. */
  played(): Results;
  /** Resolves when no call is left. */
  over(): Promise<void>;
  close(): Promise<void>;
}

async function until(isReached: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isReached())) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** Its SIP shares no line with the dialer's. */
async function labAsFarEnd(): Promise<FarEnd> {
  const lab = await startLab({ seed: 4, agents: LEADS, pilotNumber: '9000', mix: MIX, pace: 3 });
  return {
    sipPort: lab.sipPort,
    played: () => {
      const { played } = lab.stats();
      return {
        busy: played.BUSY + played.BUSY_EVERYWHERE,
        declined: played.DECLINED + played.UNWANTED,
        notReachable: played.NOT_FOUND + played.CHANGED_NUMBER,
        blockedByAnalytics: played.BLOCKED_BY_ANALYTICS,
      };
    },
    over: async () => {
      await until(() => lab.stats().callsNow === 0);
      expect(lab.stats().refusedDestinations).toBe(0);
    },
    close: () => lab.close(),
  };
}

/** It plays by the last two digits of the called number, which for the leads run from 00. */
async function sippAsFarEnd(): Promise<FarEnd> {
  // One call more than there are leads: with its last call sipp would end.
  const sipp = await startSipp('over-loss', LEADS + 1, {
    timeoutSeconds: PATIENCE_MS / 1000,
    passesOverLateCopies: true,
  });
  const leadsWith = (first: number, last: number): number =>
    Array.from({ length: LEADS }, (_, index) => index % 100).filter((digits) => digits >= first && digits <= last)
      .length;
  return {
    sipPort: sipp.port,
    played: () => ({
      busy: leadsWith(0, 9),
      declined: leadsWith(10, 14),
      notReachable: leadsWith(15, 19),
      blockedByAnalytics: 0,
    }),
    over: () => Promise.resolve(),
    close: () => {
      sipp.stop();
      return Promise.resolve();
    },
  };
}

const farEnds = { 'the lab': labAsFarEnd, sipp: sippAsFarEnd } as const;
const isWithSipp = hasSipp || process.env['CI'] === 'true';
if (!isWithSipp) process.stderr.write('SKIPPED: the bad network to sipp, which is not installed (sip-tester)\n');

describe.each([
  { farEndName: 'the lab', transferMode: 'REFER' },
  { farEndName: 'the lab', transferMode: 'REINVITE' },
  ...(isWithSipp ? ([{ farEndName: 'sipp', transferMode: 'REFER' }] as const) : []),
] as const)(
  `${LEADS} calls to $farEndName by $transferMode over a network that loses one datagram in ten, doubles one and holds back two`,
  ({ farEndName, transferMode }) => {
    let app: TestApp;
    let pool: pg.Pool;
    let farEnd: FarEnd;
    let network: BadNetwork;

    beforeAll(async () => {
      farEnd = await farEnds[farEndName]();
      network = await BadNetwork.open(farEnd.sipPort, {
        ...{ lossRate: 0.1, duplicateRate: 0.1, reorderRate: 0.2 },
        seed: 20_261,
      });
      app = await startTestApp({ MAX_CALLS_PER_SECOND: '40', MAX_PARALLEL_CALLS: '300' });
      pool = new pg.Pool({ connectionString: app.databaseUrl, max: 2 });
    });

    afterAll(async () => {
      await pool.end();
      await app.close();
      await network.close();
      await farEnd.close();
    });

    const count = async (table: string, where: string): Promise<number> => {
      const { rows } = await pool.query<{ count: number }>(
        `select count(*)::int as count from ${table} where ${where}`,
      );
      return rows[0]?.count ?? 0;
    };
    test(
      'are one attempt each, and one call at the far end, and all of them are over at both ends',
      async () => {
        const story = await prepareStory(app, {
          sipPort: network.port,
          channels: LEADS,
          holdSeconds: 1,
          transferMode,
          retryStatuses: ['SERVICE_TEMPORARILY_UNAVAILABLE'],
        });
        const client = await app.login(story.administrator.username, story.administrator.password);
        await uploadStory(client, story.campaignId, storyCsv(LEADS));
        await startCampaign(client, story.campaignId);
        await until(async () => (await count('lead', "place in ('NEW', 'IN_CALL')")) === 0);

        expect(await count('call_attempt', 'true')).toBe(LEADS);
        expect(await count('call_attempt', 'ended_at is null')).toBe(0);
        expect(await count('(select distinct lead_id from call_attempt) as called', 'true')).toBe(LEADS);
        const customers = [...network.invites].filter(([number]) => number !== '9000');
        expect(customers.filter(([, callIds]) => callIds.size > 1)).toEqual([]);
        // Whom the far end has never heard of did not use up an attempt.
        expect(await count('call_attempt', "reason = 'trunk-down' and counts_as_attempt")).toBe(0);
        expect(customers.length).toBeGreaterThanOrEqual(LEADS - (await count('call_attempt', "reason = 'trunk-down'")));
        const results = (where: string): Promise<number> => count('call_attempt', where);
        expect({
          busy: await results("result = 'BUSY'"),
          declined: await results("result = 'DECLINED'"),
          notReachable: await results("reason = 'number-not-reachable'"),
          blockedByAnalytics: await results("reason = 'blocked-by-analytics'"),
        }).toEqual(farEnd.played());
        await farEnd.over();
        expect(Math.min(network.counts.lost, network.counts.doubled, network.counts.heldBack)).toBeGreaterThan(30);
      },
      PATIENCE_MS,
    );
  },
);
