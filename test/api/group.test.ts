import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/test-app.js';

const CREATE = `mutation ($input: CreateGroupInput!) { createGroup(input: $input) { group { id version name enabled } } }`;
const UPDATE = `mutation ($input: UpdateGroupInput!) { updateGroup(input: $input) { group { id version name } } }`;
const LIST = `query ($first: Int, $after: String, $filter: GroupFilter) {
  groups(first: $first, after: $after, filter: $filter) {
    totalCount nodes { name } pageInfo { hasNextPage endCursor }
  }
}`;

interface Groups {
  groups: {
    totalCount: number;
    nodes: { name: string }[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  };
}

describe('groups', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });

  afterAll(() => app.close());

  async function create(name: string): Promise<{ id: string; version: number }> {
    const data = await app.master.ask<{ createGroup: { group: { id: string; version: number } } }>(CREATE, {
      input: { name },
    });
    return data.createGroup.group;
  }

  test('a new installation has the default group', async () => {
    const { groups } = await app.master.ask<Groups>(LIST);
    expect(groups.nodes).toEqual([{ name: 'Default Dialer Group' }]);
  });

  test('a list is paged by cursor', async () => {
    for (const name of ['Page A', 'Page B', 'Page C']) await create(name);
    const first = await app.master.ask<Groups>(LIST, { first: 2, filter: { search: 'page' } });
    expect(first.groups).toMatchObject({
      totalCount: 3,
      nodes: [{ name: 'Page A' }, { name: 'Page B' }],
      pageInfo: { hasNextPage: true },
    });
    const after = first.groups.pageInfo.endCursor;
    const second = await app.master.ask<Groups>(LIST, { first: 2, after, filter: { search: 'page' } });
    expect(second.groups).toMatchObject({ nodes: [{ name: 'Page C' }], pageInfo: { hasNextPage: false } });
  });

  test('a page of 501, and a cursor of nobody, are refused with the field', async () => {
    expect((await app.master.refusal(LIST, { first: 501 })).extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'first' }],
    });
    expect((await app.master.refusal(LIST, { after: 'nonsense' })).extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'after' }],
    });
  });

  test('a name is taken in any case, and a blank one is refused', async () => {
    await create('Taken');
    expect((await app.master.refusal(CREATE, { input: { name: 'TAKEN' } })).extensions).toMatchObject({
      code: 'CONFLICT',
      fields: [{ path: 'input.name' }],
    });
    expect((await app.master.refusal(CREATE, { input: { name: '  ' } })).extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'input.name' }],
    });
  });

  test('an edit on an old version is refused and changes nothing', async () => {
    const { id, version } = await create('Versioned');
    await app.master.ask(UPDATE, { input: { id, version, name: 'Versioned 2' } });
    const refusal = await app.master.refusal(UPDATE, { input: { id, version, name: 'Versioned 3' } });
    expect(refusal.extensions).toMatchObject({ code: 'CONFLICT', presentVersion: version + 1 });
    const { groups } = await app.master.ask<Groups>(LIST, { filter: { search: 'Versioned' } });
    expect(groups.nodes).toEqual([{ name: 'Versioned 2' }]);
  });

  test('without a session nothing but login and serverInfo is answered', async () => {
    expect((await app.anonymous.refusal(LIST)).extensions.code).toBe('UNAUTHENTICATED');
    expect(await app.anonymous.ask(`{ serverInfo { name } }`)).toEqual({ serverInfo: { name: 'Outdial' } });
  });
});
