import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getDirective } from '@graphql-tools/utils';
import { getNamedType, type GraphQLField, isObjectType, isLeafType } from 'graphql';
import 'reflect-metadata';
import { createSchema } from '../../src/api/schema.js';
import { type CampaignBench, makeCampaignBench } from '../support/campaigns.js';
import type { GraphQLAnswer, GraphQLClient } from '../support/graphql-client.js';
import { GraphQLSocket } from '../support/graphql-socket.js';
import { makeClient } from '../support/people.js';
import { makePlace, type Place, type RootCall, rootCalls } from '../support/root-calls.js';
import { MASTER_PASSWORD, startTestApp, type TestApp } from '../support/test-app.js';

const ROLES = ['MASTER', 'GROUP_MANAGER', 'CAMPAIGN_ADMINISTRATOR', 'CAMPAIGN_SUPERVISOR'] as const;
type Role = (typeof ROLES)[number];

/** Operations that need no session (api.md, Conventions). */
const PUBLIC = ['Query.serverInfo', 'Mutation.login'];
/** How long a subscription that is accepted, but has nothing to tell, is waited for. */
const SILENCE_MS = 150;
const POLL_MS = 10;

const schema = await createSchema();
const operations = ['Query', 'Mutation', 'Subscription'] as const;
type Operation = (typeof operations)[number];
const fields = operations.flatMap((operation) => {
  const type = schema.getType(operation);
  if (!isObjectType(type)) throw new Error(`There is no type ${operation}`);
  return Object.values(type.getFields()).map((field) => ({ operation, field, name: `${operation}.${field.name}` }));
});

/** Roles that the printed schema admits; undefined for a field without a rule. */
function rolesOf(field: GraphQLField<unknown, unknown>): readonly string[] | undefined {
  const rules = getDirective(schema, field, 'auth') as { requires: readonly string[] }[] | undefined;
  return rules?.flatMap(({ requires }) => requires);
}

/** The field with all the arguments that are given variables, and of its answer what tells whose it is. */
function documentOf(operation: Operation, field: GraphQLField<unknown, unknown>, given: readonly string[]): string {
  const used = field.args.filter((arg) => given.includes(arg.name));
  const declared = used.map((arg) => `$${arg.name}: ${arg.type.toString()}`).join(', ');
  const passed = used.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  const type = getNamedType(field.type);
  const selection = isLeafType(type)
    ? ''
    : type.name.endsWith('Connection')
      ? '{ nodes { __typename } edges { node { __typename ...Id } } }'
      : '{ __typename }';
  const node = type.name.replace(/Connection$/, '');
  const fragment = selection.includes('...Id') ? idFragment(node) : '';
  const text = `${operation.toLowerCase()} ${declared && `(${declared})`} { ${field.name} ${passed && `(${passed})`} ${selection} } ${fragment}`;
  return fragment ? text : text.replace('...Id', '');
}

function idFragment(typeName: string): string {
  const type = schema.getType(typeName);
  return isObjectType(type) && 'id' in type.getFields() ? `fragment Id on ${typeName} { id }` : '';
}

describe('who may do what', () => {
  let app: TestApp;
  let bench: CampaignBench;
  let calls: Readonly<Record<string, RootCall>>;
  let own: Place;
  let other: Place;
  const clients = new Map<Role, GraphQLClient>();

  beforeAll(async () => {
    app = await startTestApp();
    bench = await makeCampaignBench(app);
    calls = rootCalls(app, bench);
    for (const role of ROLES) clients.set(role, await session(role));
    // The uploads of the own group are those of the administrator who asks.
    own = await makePlace(bench, clients.get('CAMPAIGN_ADMINISTRATOR') as GraphQLClient, bench.group.id);
    other = await makePlace(bench, bench.stranger, bench.strangerGroup.id);
  });

  afterAll(async () => {
    await bench.close();
    await app.close();
  });

  async function session(role: Role): Promise<GraphQLClient> {
    return (await makeClient(app, role, [bench.group])).client;
  }

  /** The code of the first error, and the answer. */
  async function ask(
    { operation, field, name }: (typeof fields)[number],
    client: GraphQLClient,
    place: Place,
  ): Promise<{ code: string | undefined; text: string }> {
    const variables = (await calls[name]?.variables(place)) ?? {};
    const isUpload = field.args.some((arg) => getNamedType(arg.type).name === 'Upload');
    const query = documentOf(operation, field, [...Object.keys(variables), ...(isUpload ? ['file'] : [])]);
    if (operation === 'Subscription') return watch(client, query, variables);
    const answer: GraphQLAnswer<unknown> = isUpload
      ? await client.upload(query, variables, { content: 'x', name: 'x.csv' })
      : await client.send(query, variables);
    return { code: answer.errors?.[0]?.extensions.code, text: JSON.stringify(answer) };
  }

  async function watch(client: GraphQLClient, query: string, variables: Record<string, unknown>) {
    const socket = await GraphQLSocket.connect(app.url, client.token).catch(() => undefined);
    if (!socket) return { code: 'UNAUTHENTICATED', text: '' };
    const watch = socket.subscribe(query, variables);
    for (let waited = 0; waited < SILENCE_MS && watch.messages.length === 0 && !watch.ended; waited += POLL_MS) {
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
    const errors = watch.ended?.[0] ?? watch.messages[0]?.errors?.[0];
    await socket.close();
    return { code: errors?.extensions.code, text: JSON.stringify(watch.messages) };
  }

  test('every root field has a rule or is public, and a call in the matrix', () => {
    const names = fields.map(({ name }) => name);
    const withoutRule = fields.filter(({ field }) => !rolesOf(field)).map(({ name }) => name);
    expect(withoutRule.sort()).toEqual([...PUBLIC].sort());
    expect(names.filter((name) => !calls[name])).toEqual([]);
  });

  test.each(fields.map((entry) => [entry.name, entry] as const))('%s', async (name, entry) => {
    const admitted = rolesOf(entry.field);
    const { elsewhere, needsOwnSession } = calls[name] as RootCall;
    const found: Record<string, string | undefined> = {};
    const wanted: Record<string, string> = {};
    const note = (cell: string, code: string | undefined, isRight: boolean, what: string): void => {
      found[cell] = isRight ? what : (code ?? 'no error');
      wanted[cell] = what;
    };
    const isAllowed = (code: string | undefined): boolean =>
      !['UNAUTHENTICATED', 'FORBIDDEN', 'INTERNAL', 'QUERY_TOO_COMPLEX'].includes(code ?? '');

    const anonymous = (await ask(entry, app.anonymous, own)).code;
    // `login` answers a wrong password with the code that others give to those who have no session.
    const isOpen = name === 'Mutation.login' ? anonymous === 'UNAUTHENTICATED' : isAllowed(anonymous);
    if (admitted) note('no session', anonymous, anonymous === 'UNAUTHENTICATED', 'UNAUTHENTICATED');
    else note('no session', anonymous, isOpen, 'allowed');

    for (const role of admitted ? ROLES : []) {
      const client = needsOwnSession ? await session(role) : (clients.get(role) as GraphQLClient);
      const isAdmitted = admitted?.includes(role) ?? false;
      const here = await ask(entry, client, own);
      if (isAdmitted) {
        const isUnknown = elsewhere !== 'SAME' && here.code === 'NOT_FOUND';
        note(`${role}, own group`, here.code, isAllowed(here.code) && !isUnknown, 'allowed');
        if (typeof elsewhere === 'function') expect(here.text).toContain(elsewhere(own));
      } else note(`${role}, own group`, here.code, here.code === 'FORBIDDEN', 'FORBIDDEN');

      const session2 = needsOwnSession ? await session(role) : client;
      const there = await ask(entry, session2, other);
      const cell = `${role}, other group`;
      if (!isAdmitted) note(cell, there.code, there.code === 'FORBIDDEN', 'FORBIDDEN');
      // Users and groups of the whole installation are the business of a `MASTER`.
      else if (role === 'MASTER' || elsewhere === 'SAME') note(cell, there.code, isAllowed(there.code), 'allowed');
      else if (typeof elsewhere === 'function') {
        note(cell, there.text, there.code === undefined && !there.text.includes(elsewhere(other)), 'absent');
      } else note(cell, there.code, there.code === elsewhere, elsewhere);
    }
    expect(found).toEqual(wanted);
  });

  test('the password of master still is what it was', async () => {
    await app.login('master', MASTER_PASSWORD);
  });
});
