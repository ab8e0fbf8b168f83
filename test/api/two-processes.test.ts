import http from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { type App, startApp } from '../../src/app.js';
import { loadConfig } from '../../src/config.js';
import { createLogger } from '../../src/logger.js';
import { makeCampaignBench, UPLOAD } from '../support/campaigns.js';
import { GraphQLSocket } from '../support/graphql-socket.js';
import { GraphQLClient } from '../support/graphql-client.js';
import { makeClient, makeGroup, PASSWORD } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

describe('two processes on one database', () => {
  let app: TestApp;
  let other: App;

  const startOther = (): Promise<App> => {
    const config = loadConfig({ HTTP_PORT: '0', DEMO: 'off', LOG_LEVEL: 'error', DATABASE_POOL_SIZE: '8' });
    return startApp({ config, log: createLogger(config.LOG_LEVEL), databaseUrl: app.databaseUrl });
  };

  beforeAll(async () => {
    app = await startTestApp();
    other = await startOther();
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

  test('a balancer that asks for the one that dials is sent to that one alone', async () => {
    const isReady = async (url: string, query: string) => (await fetch(`${url}/readyz${query}`)).status;
    while ((await isReady(app.url, '?dialing')) !== 200) await new Promise((done) => setTimeout(done, 50));
    expect(await isReady(other.url, '?dialing')).toBe(503);
    expect(await isReady(other.url, '')).toBe(200);
  });

  test('a start ends the uploads of a process that was killed, and not those that another process loads', async () => {
    const bench = await makeCampaignBench(app);
    const { id } = await bench.create();
    const upload = slowUpload(app.url, bench.admin.token, id);
    upload.write('Ana,+554183015031\n');
    const socket = await GraphQLSocket.connect(app.url, bench.admin.token);
    const watch = (uploadId: string) =>
      socket.subscribe<{ leadUploadProgress: { phase: string; failure: string | null } }>(
        'subscription ($id: ID!) { leadUploadProgress(uploadId: $id) { phase failure } }',
        { id: uploadId },
      );
    const running = watch(upload.id);
    await running.waitFor(({ leadUploadProgress }) => leadUploadProgress.phase === 'READING');
    const killed = uuidv7();
    await bench.pool.query(
      `insert into lead_upload (id, campaign_id, user_id, file_name, phase, started_at)
       select $1, campaign_id, user_id, 'killed.csv', 'LOADING', now() from lead_upload where id = $2`,
      [killed, upload.id],
    );
    await bench.pool.query(`update lead_upload set started_at = now() - interval '10 minutes'`);
    const third = await startOther();
    const { leadUploadProgress: end } = await watch(killed).waitFor(
      ({ leadUploadProgress }) => leadUploadProgress.phase === 'FAILED',
    );
    expect(end.failure).toContain('load it again');
    upload.end();
    await running.waitFor(({ leadUploadProgress }) => leadUploadProgress.phase === 'DONE');
    expect(await running.waitForEnd()).toEqual([]);
    await socket.close();
    await third.close();
    await bench.close();
  });
});

/** A file that comes piece by piece. */
function slowUpload(url: string, token: string | undefined, campaignId: string) {
  const id = uuidv7();
  const request = http.request(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'multipart/form-data; boundary=boundary',
      'apollo-require-preflight': 'true',
      authorization: `Bearer ${token ?? ''}`,
    },
  });
  const variables = { input: { campaignId, uploadId: id }, file: null };
  const part = (disposition: string, body: string): string =>
    `--boundary\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${body}`;
  request.on('response', (response) => response.resume());
  request.write(
    part('name="operations"', `${JSON.stringify({ query: UPLOAD, variables })}\r\n`) +
      part('name="map"', `${JSON.stringify({ 0: ['variables.file'] })}\r\n`) +
      part('name="0"; filename="leads.csv"', ''),
  );
  return {
    id,
    write: (rows: string): void => void request.write(rows),
    end: (): void => void request.end('\r\n--boundary--\r\n'),
  };
}
