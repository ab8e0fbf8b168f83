import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type App, startApp } from '../../src/app.js';
import { loadConfig } from '../../src/config.js';
import { createLogger } from '../../src/logger.js';
import { GraphQLSocket } from '../support/graphql-socket.js';
import { GraphQLClient } from '../support/graphql-client.js';
import { makeClient, makeGroup, PASSWORD } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

describe('two processes on one database', () => {
  let app: TestApp;
  let other: App;

  beforeAll(async () => {
    app = await startTestApp();
    const config = loadConfig({ HTTP_PORT: '0', DEMO: 'off', LOG_LEVEL: 'error', DATABASE_POOL_SIZE: '8' });
    other = await startApp({ config, log: createLogger(config.LOG_LEVEL), databaseUrl: app.databaseUrl });
  });

  afterAll(async () => {
    await other.close();
    await app.close();
  });

  test('who is dismissed at one of them watches no longer at the other, and the rest goes on', async () => {
    const group = await makeGroup(app);
    const { user } = await makeClient(app, 'CAMPAIGN_ADMINISTRATOR', [group]);
    const { user: colleague } = await makeClient(app, 'CAMPAIGN_ADMINISTRATOR', [group]);
    const connect = async (username: string): Promise<GraphQLSocket> => {
      const client = await new GraphQLClient(other.url).login(username, PASSWORD);
      return GraphQLSocket.connect(other.url, client.token);
    };
    const [dismissed, staying] = [await connect(user.username), await connect(colleague.username)];
    await app.master.ask(`mutation ($input: DeleteUserInput!) { deleteUser(input: $input) { deletedUserId } }`, {
      input: { id: user.id },
    });
    expect(await dismissed.closed).toMatchObject({ code: 4401 });
    const watch = staying.subscribe<{ engineStatus: { state: string } }>('subscription { engineStatus { state } }');
    await watch.waitFor(({ engineStatus }) => engineStatus.state === 'STANDBY');
    await staying.close();
  }, 20_000);
});
