import { v7 as uuidv7 } from 'uuid';
import { type CampaignBench, CREATE_CAMPAIGN, dayFromNow, storeAttempt, UPLOAD } from './campaigns.js';
import type { GraphQLClient } from './graphql-client.js';
import { makeUser, PASSWORD } from './people.js';
import type { TestApp } from './test-app.js';

/** The same objects in two groups: the caller's, and one that the caller is not in. */
export interface Place {
  readonly groupId: string;
  /** An administrator of the group. */
  readonly admin: GraphQLClient;
  readonly campaignId: string;
  readonly scheduleId: string;
  readonly leadId: string;
  readonly attemptId: string;
  readonly uploadId: string;
  /** A supervisor of the group. */
  readonly userId: string;
}

/** How a root field is called in a place. */
export interface RootCall {
  /** Variables by argument name; the file of an upload is added. */
  readonly variables: (place: Place) => Promise<Record<string, unknown>> | Record<string, unknown>;
  /**
   * What somebody with the role sees of another group: `NOT_FOUND` or another code, `ABSENT` from the list with this
   * id, or, for what is of the whole installation, the `SAME`.
   */
  readonly elsewhere: 'SAME' | 'NOT_FOUND' | 'BAD_USER_INPUT' | ((place: Place) => string);
  /** The call ends the session or changes the password. */
  readonly needsOwnSession?: boolean;
}

export async function makePlace(bench: CampaignBench, admin: GraphQLClient, groupId: string): Promise<Place> {
  const campaignId = await newCampaign(bench, admin, groupId);
  const uploadId = uuidv7();
  const csv = { content: 'Ana,+554183015031\nBea,+554183015032', name: 'leads.csv' };
  await admin.upload(UPLOAD, { input: { campaignId, uploadId } }, csv);
  const first = async (table: string): Promise<string> => {
    const { rows } = await bench.pool.query<{ id: string }>(`select id from ${table} where campaign_id = $1`, [
      campaignId,
    ]);
    return rows[0]?.id ?? '';
  };
  return {
    ...{ groupId, admin, campaignId, uploadId },
    ...{ scheduleId: await first('schedule'), leadId: await first('lead') },
    attemptId: (await storeAttempt(bench.pool, campaignId)).id,
    userId: (await makeUser(bench.app, 'CAMPAIGN_SUPERVISOR', [{ id: groupId }])).id,
  };
}

async function newCampaign(bench: CampaignBench, admin: GraphQLClient, groupId: string): Promise<string> {
  const { createCampaign } = await admin.ask<{ createCampaign: { campaign: { id: string } } }>(CREATE_CAMPAIGN, {
    input: bench.input({ groupId }),
  });
  return createCampaign.campaign.id;
}

/** Never the present one: an edit that comes as far as the version is allowed, and changes nothing. */
const version = 1_000_000;
const nothing = { variables: () => ({}), elsewhere: 'SAME' } as const;
let names = 0;
const name = (): string => `Matrix ${++names}`;

/** One for each root field of the schema, by `Type.field`. */
export function rootCalls(app: TestApp, bench: CampaignBench): Readonly<Record<string, RootCall>> {
  const ofCampaign: RootCall = { variables: ({ campaignId }) => ({ campaignId }), elsewhere: 'NOT_FOUND' };
  const edit = (id: (place: Place) => string, more: object = {}): RootCall => ({
    variables: (place) => ({ input: { id: id(place), version, ...more } }),
    elsewhere: 'NOT_FOUND',
  });
  const installation = (input: object): RootCall => ({ variables: () => ({ input }), elsewhere: 'SAME' });
  const one = (id: (place: Place) => string): RootCall => ({
    variables: (place) => ({ id: id(place) }),
    elsewhere: 'NOT_FOUND',
  });
  const list = (id: (place: Place) => string): RootCall => ({ variables: () => ({ first: 500 }), elsewhere: id });
  const freshCampaign: RootCall['variables'] = async ({ admin, groupId }) => ({
    input: { id: await newCampaign(bench, admin, groupId) },
  });
  return {
    'Query.serverInfo': nothing,
    'Query.me': nothing,
    'Query.users': list(({ userId }) => userId),
    'Query.user': one(({ userId }) => userId),
    'Query.groups': list(({ groupId }) => groupId),
    'Query.group': one(({ groupId }) => groupId),
    'Query.campaigns': list(({ campaignId }) => campaignId),
    'Query.campaign': one(({ campaignId }) => campaignId),
    'Query.schedule': one(({ scheduleId }) => scheduleId),
    'Query.lead': one(({ leadId }) => leadId),
    'Query.callAttempts': list(({ attemptId }) => attemptId),
    'Query.callAttempt': one(({ attemptId }) => attemptId),
    'Query.queues': nothing,
    'Query.dncServices': nothing,
    'Query.dncNumbers': nothing,
    'Query.trunks': nothing,
    'Query.dialerPorts': nothing,
    'Query.engineStatus': nothing,
    'Query.auditEvents': nothing,
    'Query.diagnostics': nothing,

    'Mutation.login': installation({ username: 'nobody', password: 'wrong password' }),
    'Mutation.logout': { ...installation({}), needsOwnSession: true },
    'Mutation.changePassword': {
      ...installation({ currentPassword: PASSWORD, newPassword: PASSWORD }),
      needsOwnSession: true,
    },
    'Mutation.createUser': {
      variables: ({ groupId }) => ({
        input: { username: name(), password: PASSWORD, role: 'CAMPAIGN_SUPERVISOR', groupIds: [groupId] },
      }),
      elsewhere: 'BAD_USER_INPUT',
    },
    'Mutation.updateUser': edit(({ userId }) => userId),
    'Mutation.deleteUser': {
      variables: async ({ groupId }) => ({
        input: { id: (await makeUser(app, 'CAMPAIGN_SUPERVISOR', [{ id: groupId }])).id },
      }),
      elsewhere: 'NOT_FOUND',
    },
    'Mutation.resetPassword': {
      variables: ({ userId }) => ({ input: { userId, newPassword: PASSWORD } }),
      elsewhere: 'NOT_FOUND',
    },
    'Mutation.createGroup': { variables: () => ({ input: { name: name() } }), elsewhere: 'SAME' },
    'Mutation.updateGroup': edit(({ groupId }) => groupId),
    'Mutation.setGroupEnabled': {
      variables: ({ groupId }) => ({ input: { id: groupId, enabled: true } }),
      elsewhere: 'NOT_FOUND',
    },
    'Mutation.createCampaign': {
      variables: ({ groupId }) => ({ input: bench.input({ groupId }) }),
      elsewhere: 'NOT_FOUND',
    },
    'Mutation.updateCampaign': edit(({ campaignId }) => campaignId),
    'Mutation.deleteCampaign': { variables: freshCampaign, elsewhere: 'NOT_FOUND' },
    'Mutation.startCampaign': { variables: freshCampaign, elsewhere: 'NOT_FOUND' },
    'Mutation.stopCampaign': { variables: freshCampaign, elsewhere: 'NOT_FOUND' },
    'Mutation.addSchedule': {
      variables: ({ campaignId }) => ({
        input: { campaignId, date: dayFromNow(0), startTime: '08:00', endTime: '17:00' },
      }),
      elsewhere: 'NOT_FOUND',
    },
    'Mutation.updateRemainingSchedules': {
      variables: ({ campaignId }) => ({ input: { campaignId, version, endTime: '23:00' } }),
      elsewhere: 'NOT_FOUND',
    },
    'Mutation.deleteSchedule': {
      // The first one, whose window has opened: it is refused where it is allowed.
      variables: ({ scheduleId: id }) => ({ input: { id } }),
      elsewhere: 'NOT_FOUND',
    },
    'Mutation.uploadLeads': {
      variables: ({ campaignId }) => ({ input: { campaignId } }),
      elsewhere: 'NOT_FOUND',
    },
    'Mutation.uploadCampaignMessage': {
      variables: ({ campaignId }) => ({ input: { campaignId } }),
      elsewhere: 'NOT_FOUND',
    },
    'Mutation.deleteCampaignMessage': {
      variables: ({ campaignId }) => ({ input: { campaignId } }),
      elsewhere: 'NOT_FOUND',
    },
    'Mutation.updateLead': edit(({ leadId }) => leadId),
    'Mutation.deleteLeads': {
      variables: ({ campaignId }) => ({ input: { campaignId, leadIds: [uuidv7()] } }),
      elsewhere: 'NOT_FOUND',
    },
    'Mutation.recycleLeads': {
      variables: ({ campaignId }) => ({ input: { campaignId, statuses: ['BUSY'] } }),
      elsewhere: 'NOT_FOUND',
    },
    'Mutation.createDncService': installation({ name: ' ', url: 'https://dnc.example' }),
    'Mutation.updateDncService': installation({ id: 'x', version }),
    'Mutation.deleteDncService': installation({ id: 'x' }),
    'Mutation.testDncService': installation({ id: 'x', phoneNumber: '+554183015031' }),
    'Mutation.uploadDncNumbers': installation({ mode: 'APPEND' }),
    'Mutation.createTrunk': installation({ name: ' ', servers: [{ host: '127.0.0.1' }] }),
    'Mutation.updateTrunk': installation({ id: 'x', version }),
    'Mutation.deleteTrunk': installation({ id: 'x' }),
    'Mutation.addDialerPorts': installation({ trunkId: 'x', ports: [] }),
    'Mutation.removeDialerPorts': installation({ ids: [] }),
    'Mutation.createQueue': installation({ name: ' ', type: 'IVR', agentSource: { fixed: { channels: 1 } } }),
    'Mutation.updateQueue': installation({ id: 'x', version }),
    'Mutation.deleteQueue': installation({ id: 'x' }),
    'Mutation.setAgentStates': installation({ sequence: 1, ttlSeconds: 1 }),

    'Subscription.campaignCounters': ofCampaign,
    'Subscription.callAttempts': ofCampaign,
    'Subscription.campaignChanged': ofCampaign,
    'Subscription.scheduleChanged': ofCampaign,
    'Subscription.leadUploadProgress': {
      variables: ({ uploadId }) => ({ uploadId }),
      elsewhere: 'NOT_FOUND',
    },
    'Subscription.engineStatus': nothing,
  };
}
