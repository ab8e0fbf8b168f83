import type { GraphQLClient } from './graphql-client.js';
import type { TestApp } from './test-app.js';

export const PASSWORD = 'a password of eight or more';

export interface TestUser {
  readonly id: string;
  readonly version: number;
  readonly username: string;
}

export interface TestGroup {
  readonly id: string;
  readonly version: number;
  readonly name: string;
}

let sequence = 0;

/** Groups and users with names of their own, made as a `MASTER` would. */
export async function makeGroup(app: TestApp, name = `Group ${++sequence}`): Promise<TestGroup> {
  const data = await app.master.ask<{ createGroup: { group: TestGroup } }>(
    `mutation ($input: CreateGroupInput!) { createGroup(input: $input) { group { id version name } } }`,
    { input: { name } },
  );
  return data.createGroup.group;
}

export async function makeUser(
  app: TestApp,
  role: string,
  groups: readonly { readonly id: string }[] = [],
  more: Record<string, unknown> = {},
): Promise<TestUser> {
  const data = await app.master.ask<{ createUser: { user: TestUser } }>(
    `mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id version username } } }`,
    {
      input: {
        username: `${role.toLowerCase()}-${++sequence}`,
        password: PASSWORD,
        role,
        groupIds: groups.map((group) => group.id),
        ...more,
      },
    },
  );
  return data.createUser.user;
}

/** A new user with a session. */
export async function makeClient(
  app: TestApp,
  role: string,
  groups: readonly { readonly id: string }[] = [],
): Promise<{ readonly user: TestUser; readonly client: GraphQLClient }> {
  const user = await makeUser(app, role, groups);
  return { user, client: await app.login(user.username, PASSWORD) };
}
