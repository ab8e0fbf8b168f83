import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type GraphQLField, getNamedType, isLeafType, isObjectType, type GraphQLOutputType } from 'graphql';
import { type CampaignBench, makeCampaignBench } from '../support/campaigns.js';
import type { GraphQLAnswer } from '../support/graphql-client.js';
import { InputArbitraries, type KnownIds } from '../support/input-arbitrary.js';
import { makeGroup, makeUser } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { createSchema } from '../../src/api/schema.js';
import { ErrorCode } from '../../src/errors.js';

/** All operations together take some 30 s at the most. */
const TOTAL_MS = 25_000;
const RUNS = 60;
/** Set FUZZ_SEED to search elsewhere; a failure prints the seed that repeats it. */
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_125);

/** They end the very sessions that the test has. */
const EXCLUDED = new Set(['logout', 'changePassword']);

type Kind = 'query' | 'mutation';
interface Operation {
  readonly kind: Kind;
  readonly name: string;
  readonly field: GraphQLField<unknown, unknown>;
}

const schema = await createSchema();
const operations: Operation[] = (['query', 'mutation'] as const).flatMap((kind) => {
  const root = kind === 'query' ? schema.getQueryType() : schema.getMutationType();
  return (
    Object.values(root?.getFields() ?? {})
      .filter((field) => field.args.length > 0 && !EXCLUDED.has(field.name))
      .filter((field) => !field.args.some((argument) => getNamedType(argument.type).name === 'Upload'))
      // What others need goes last.
      .sort((a, b) => Number(/^(?:delete|remove)/.test(a.name)) - Number(/^(?:delete|remove)/.test(b.name)))
      .map((field) => ({ kind, name: field.name, field: field as GraphQLField<unknown, unknown> }))
  );
});

/** What a refusal must leave as it is. The engine writes campaigns by itself, so that of those the rows are counted. */
const WHOLE = ['app_user', 'dialer_group', 'group_member', 'trunk', 'dialer_port', 'queue', 'dnc_service'];
const COUNTED = [
  'campaign',
  'schedule',
  'lead',
  'lead_upload',
  'call_attempt',
  'deleted_campaign',
  'campaign_counters',
];

describe('whatever comes in', () => {
  let app: TestApp;
  let bench: CampaignBench;
  let ids: KnownIds = {};

  beforeAll(async () => {
    // Invented trunks are not called: nothing is dialed without a started campaign, and hosts lead nowhere.
    app = await startTestApp({ LOG_LEVEL: 'silent' });
    bench = await makeCampaignBench(app);
    await bench.create();
    await bench.load((await bench.create()).id, 'Ada,+554183015031\nBob,+554183015032\n');
    await makeUser(app, 'CAMPAIGN_SUPERVISOR', [await makeGroup(app)]);
  });

  /** What there is by now, made by the operations that were tried before too; but nobody who has a session. */
  beforeEach(async () => {
    const idsOf = async (from: string) => {
      const { rows } = await bench.pool.query<{ id: string }>(`select id from ${from} limit 20`);
      return rows.map(({ id }) => id);
    };
    ids = {
      campaign: await idsOf('campaign'),
      dialerPort: await idsOf('dialer_port'),
      dncService: await idsOf('dnc_service'),
      group: await idsOf('dialer_group'),
      lead: await idsOf('lead'),
      queue: await idsOf('queue'),
      schedule: await idsOf('schedule'),
      trunk: await idsOf('trunk'),
      user: await idsOf('app_user where id not in (select user_id from session)'),
    };
  });

  afterAll(async () => {
    await bench.close();
    await app.close();
  });

  async function fingerprint(): Promise<unknown> {
    const whole = WHOLE.map(
      (table) => `select '${table}' as name, md5(string_agg(t::text, '' order by t::text)) as state from ${table} t`,
    );
    const counted = COUNTED.map((table) => `select '${table}', count(*)::text from ${table}`);
    return (await bench.pool.query([...whole, ...counted].join(' union all '))).rows;
  }

  async function send(
    operation: Operation,
    variables: Record<string, unknown>,
  ): Promise<GraphQLAnswer<Record<string, unknown>>> {
    const isForMaster = /Roles: [^.]*\bMASTER\b/.test(operation.field.description ?? '');
    return (isForMaster ? app.master : bench.admin).send(documentOf(operation), variables);
  }

  test.each(operations)('$kind $name never fails inside, and changes nothing where it refuses', async (operation) => {
    const { args } = operation.field;
    const inputs = new InputArbitraries(() => ids, nounOf(operation.name));
    const variables = fc.record(
      Object.fromEntries(args.map((argument) => [argument.name, inputs.named(argument.name, argument.type)])),
      { requiredKeys: [] },
    );
    const deadline = performance.now() + TOTAL_MS / operations.length;
    const property = fc.asyncProperty(variables, async (given) => {
      // Not by fast-check's own limit, which would leave the last request in flight when the next test begins.
      if (performance.now() > deadline) return;
      const before = await fingerprint();
      const { data, errors } = await send(operation, given);
      for (const { extensions } of errors ?? []) {
        expect(Object.values(ErrorCode)).toContain(extensions.code);
        expect(extensions.code).not.toBe(ErrorCode.INTERNAL);
      }
      if (data?.[operation.name] == null) expect(await fingerprint()).toEqual(before);
    });
    await fc.assert(property, {
      seed: SEED,
      numRuns: RUNS,

      endOnFailure: process.env['FUZZ_SHRINK'] === undefined,
    });
  });
});

/** `updateGroup` is about a `group`. */
function nounOf(operation: string): string {
  const noun = operation.replace(/^[a-z]+(?=[A-Z])/, '').replace(/s$/, '');
  return noun.charAt(0).toLowerCase() + noun.slice(1);
}

function documentOf({ kind, name, field }: Operation): string {
  const declared = field.args.map((argument) => `$${argument.name}: ${String(argument.type)}`).join(', ');
  const passed = field.args.map((argument) => `${argument.name}: $${argument.name}`).join(', ');
  return `${kind} (${declared}) { ${name}(${passed}) ${selection(field.type, 2)} }`;
}

/** The leaves of the answer, so that what was stored is printed too; fields with arguments are left out. */
function selection(type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (!isObjectType(named)) return isLeafType(named) ? '' : '{ __typename }';
  const fields = Object.values(named.getFields()).filter(({ args }) => args.length === 0);
  const leaves = fields.filter((field) => isLeafType(getNamedType(field.type))).map(({ name }) => name);
  const nested = fields.filter((field) => isObjectType(getNamedType(field.type)) && depth > 1);
  const inner = nested.map((field) => `${field.name} ${selection(field.type, depth - 1)}`);
  return `{ __typename ${[...leaves, ...inner].join(' ')} }`;
}
