import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PostgresConversationStore } from '../../src/engine/postgres/conversation-store.js';
import { EngineStores } from '../support/engine-stores.js';

let stores: EngineStores;
beforeAll(async () => {
  stores = await EngineStores.open();
});
afterAll(() => stores.close());

test('a conversation is kept as it is until it is over', async () => {
  const conversations = new PostgresConversationStore(stores.pool);
  const dialog = {
    ...{ lineId: 'line', callId: 'call', localTag: 'l', remoteTag: 'r', localSequence: 2, remoteSequence: null },
    ...{ localUri: 'sip:l@x', remoteUri: 'sip:r@x', remoteTarget: 'sip:r@y', routeSet: ['<sip:p;lr>'] },
  };
  const leg = {
    dialog,
    localSdp: 'v=0\r\n',
    remoteSdp: 'v=0',
    sessionTimer: { intervalSeconds: 90, weRefresh: true },
  };
  const attemptId = randomUUID();
  const kept = { attemptId, queueId: randomUUID(), since: new Date(0), customer: leg, pilot: leg };
  await conversations.save(kept);
  const later = { ...kept, pilot: { ...leg, sessionTimer: null } };
  await conversations.save(later);
  expect(await conversations.load()).toEqual([later]);
  await conversations.delete(attemptId);
  await conversations.delete(attemptId);
  expect(await conversations.load()).toEqual([]);
});
