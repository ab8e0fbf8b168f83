import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CampaignBench, makeCampaignBench, storeAttempt } from '../support/campaigns.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

interface Page {
  readonly totalCount: number;
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly nodes: readonly { readonly name: string }[];
}
interface Campaigns {
  readonly campaigns: { readonly nodes: readonly { readonly name: string; readonly leads: Page }[] };
}

const LEADS = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: LeadFilter, $orderBy: LeadOrder!) {
  campaigns(orderBy: { field: NAME }) { nodes { name
    leads(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
      totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { name }
    }
  } }
}`;
const BY_NAME = { field: 'NAME', direction: 'DESC' };

/** Pages of nested lists are read for all parents together, and are what each parent alone would have. */
describe('a page of each parent', () => {
  let app: TestApp;
  let bench: CampaignBench;

  beforeAll(async () => {
    app = await startTestApp();
    bench = await makeCampaignBench(app);
    for (const [name, leads] of [
      ['A none', ''],
      ['B three', 'Ada,+554183015031\nBea,+554183015032\nCid,+554183015033'],
      ['C two', 'Ada,+554183015031\nAda,+554183015032'],
    ] as const) {
      const { id } = await bench.create({ name });
      if (leads) await bench.load(id, leads);
    }
  });

  afterAll(async () => {
    await bench.close();
    await app.close();
  });

  const ask = async (variables: Record<string, unknown>): Promise<Page[]> =>
    (await bench.admin.ask<Campaigns>(LEADS, { orderBy: { field: 'FILE_ORDER' }, ...variables })).campaigns.nodes.map(
      ({ leads }) => leads,
    );
  const names = (pages: readonly Page[]): string[] => pages.map(({ nodes }) => nodes.map(({ name }) => name).join(' '));

  test('begins at the start of each list, and says whether more follow', async () => {
    const pages = await ask({ first: 2 });
    expect(names(pages)).toEqual(['', 'Ada Bea', 'Ada Ada']);
    expect(pages.map(({ totalCount }) => totalCount)).toEqual([0, 3, 2]);
    expect(pages.map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([false, true, false]);
    expect(pages[0]?.pageInfo).toMatchObject({ startCursor: null, endCursor: null });
  });

  test('goes on behind a cursor, and ends before one, in either direction', async () => {
    const [, three] = await ask({ first: 1 });
    const second = await ask({ first: 1, after: three?.pageInfo.endCursor });
    expect(names(second)).toEqual(['', 'Bea', 'Ada']);
    expect(second[1]?.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
    const lastOnes = await ask({ last: 2 });
    expect(names(lastOnes)).toEqual(['', 'Bea Cid', 'Ada Ada']);
    expect(lastOnes[1]?.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect(names(await ask({ last: 1, before: lastOnes[1]?.pageInfo.endCursor }))[1]).toBe('Bea');
  });

  test('goes on by id where names are equal', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    for (let page = 0; page < 3; page++) {
      const leads: Page | undefined = (await ask({ first: 1, after, orderBy: BY_NAME }))[2];
      if (leads?.nodes.length) seen.push(leads.pageInfo.endCursor ?? '');
      after = leads?.pageInfo.endCursor ?? after;
    }
    expect(new Set(seen).size).toBe(2);
  });

  test('is filtered and counted by the filter', async () => {
    const pages = await ask({ first: 5, filter: { search: 'ad' } });
    expect(names(pages)).toEqual(['', 'Ada', 'Ada Ada']);
    expect(pages.map(({ totalCount }) => totalCount)).toEqual([0, 1, 2]);
  });

  test('has schedules by their status, which depends on the state of their campaign', async () => {
    const { id } = await bench.create({ name: 'D started' });
    await bench.load(id, 'Dan,+554183015034');
    await bench.pool.query(`update campaign set state = 'STARTED' where id = $1`, [id]);
    const { campaigns } = await bench.admin.ask<{
      campaigns: { nodes: { name: string; schedules: { totalCount: number; nodes: { status: string }[] } }[] };
    }>(`{ campaigns(orderBy: { field: NAME }) { nodes { name
      schedules(filter: { statuses: [RUNNING] }) { totalCount nodes { status } }
    } } }`);
    expect(campaigns.nodes.map(({ schedules }) => schedules.totalCount)).toEqual([0, 0, 0, 1]);
    expect(campaigns.nodes[3]?.schedules.nodes).toEqual([{ status: 'RUNNING' }]);
    await bench.pool.query(`update campaign set state = 'STOPPED' where id = $1`, [id]);
  });

  test('has attempts of each lead by their time', async () => {
    const { campaigns } = await bench.admin.ask<{
      campaigns: { nodes: { id: string; leads: { nodes: { id: string }[] } }[] };
    }>('{ campaigns(orderBy: { field: NAME }) { nodes { id leads { nodes { id } } } } }');
    const three = campaigns.nodes[1];
    for (const minutes of [3, 1, 2]) {
      await storeAttempt(bench.pool, three?.id ?? '', {
        ...{ lead_id: three?.leads.nodes[0]?.id, queued_at: new Date(Date.UTC(2026, 0, 1, 0, minutes)) },
        ...{ state: 'ENDED', ended_at: new Date(), result: 'BUSY', attributed_to: 'CALLEE', reason: 'busy' },
      });
    }
    interface Attempts {
      readonly totalCount: number;
      readonly edges: readonly { readonly cursor: string; readonly node: { readonly queuedAt: string } }[];
    }
    const attempts = async (after: string | null): Promise<Attempts | undefined> =>
      (
        await bench.admin.ask<{ campaign: { leads: { nodes: { attempts: Attempts }[] } } }>(
          `query ($id: ID!, $after: String) { campaign(id: $id) { leads { nodes {
             attempts(first: 2, after: $after) { totalCount edges { cursor node { queuedAt } } }
           } } } }`,
          { id: three?.id, after },
        )
      ).campaign.leads.nodes[0]?.attempts;
    const first = await attempts(null);
    expect(first?.totalCount).toBe(3);
    expect(first?.edges.map(({ node }) => node.queuedAt.slice(14, 16))).toEqual(['03', '02']);
    const second = await attempts(first?.edges[1]?.cursor ?? null);
    expect(second?.edges.map(({ node }) => node.queuedAt.slice(14, 16))).toEqual(['01']);
  });

  test('refuses a cursor that no list has given, and a page of 501', async () => {
    expect((await bench.admin.refusal(LEADS, { after: 'nobody', orderBy: BY_NAME })).extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'after' }],
    });
    const tooLarge = '{ campaigns(first: 1) { nodes { leads(first: 501) { totalCount } } } }';
    expect((await bench.admin.refusal(tooLarge)).extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'first' }],
    });
  });
});
