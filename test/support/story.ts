import type { GraphQLClient } from './graphql-client.js';
import type { Product } from './product.js';

/** The far end's script (test/fixtures/sipp/story.xml), in leads per hundred numbers. */
export const SCRIPT = {
  busy: 10,
  declined: 5,
  unknownNumber: 5,
  serviceUnavailable: 2,
  refusesTransfer: 3,
  hangsUpAtOnce: 2,
  transferred: 73,
} as const;

export interface Story {
  readonly administrator: { readonly username: string; readonly password: string };
  readonly campaignId: string;
}

export interface StoryOptions {
  readonly sipPort: number;
  /** Of further servers of the trunk. */
  readonly furtherSipPorts?: readonly number[];
  readonly channels: number;
  /** User names of dialer ports, as many as there are channels: the trunk registers, with `secret of` each of them. */
  readonly ports?: readonly string[];
  readonly holdSeconds: number;
  /** REFER by default: it is what sipp's story plays. */
  readonly transferMode?: 'REFER' | 'REINVITE';
  readonly retryMinutes?: number;
  readonly maxAttempts?: number;
  readonly retryStatuses?: readonly string[];
  readonly callerId?: string;
  /** Sensitivity of detection; absent: it is off. */
  readonly amd?: 'LOW' | 'MEDIUM' | 'HIGH';
}

const PASSWORD = 'a password of eight';

/** What an installation does once: group, administrator, trunk, queue and a campaign whose window is open now. */
export async function prepareStory(product: Pick<Product, 'login'>, options: StoryOptions): Promise<Story> {
  const master = await product.login('master', 'correct horse battery');
  const { groups } = await master.ask<{ groups: { nodes: { id: string }[] } }>('{ groups { nodes { id } } }');
  const groupId = groups.nodes[0]?.id;
  await create(master, 'createUser', 'user', {
    username: 'ada',
    password: PASSWORD,
    role: 'CAMPAIGN_ADMINISTRATOR',
    groupIds: [groupId],
  });
  const trunkId = await create(master, 'createTrunk', 'trunk', {
    name: 'far end',
    servers: [options.sipPort, ...(options.furtherSipPorts ?? [])].map((sipPort) => ({ host: '127.0.0.1', sipPort })),
    channels: options.ports ? null : options.channels,
  });
  if (options.ports) {
    const ports = options.ports.map((username) => ({ username, password: `secret of ${username}` }));
    await master.ask(
      `mutation ($input: AddDialerPortsInput!) { addDialerPorts(input: $input) { dialerPorts { id } } }`,
      { input: { trunkId, ports } },
    );
  }
  const queueId = await create(master, 'createQueue', 'queue', {
    name: 'voice portal',
    type: 'IVR',
    transferMode: options.transferMode ?? 'REFER',
    agentSource: { fixed: { channels: options.channels, holdSeconds: options.holdSeconds } },
  });
  const administrator = await product.login('ada', PASSWORD);
  const today = new Date().toISOString().slice(0, 10);
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const campaignId = await create(administrator, 'createCampaign', 'campaign', {
    name: 'story',
    groupId,
    firstDay: today,
    lastDay: tomorrow,
    startTime: '00:00',
    endTime: '23:59:59',
    weekdays: ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'],
    timeZone: 'UTC',
    pilotNumber: '9000',
    maxAttempts: options.maxAttempts ?? 1,
    retryMinutes: options.retryMinutes ?? 60,
    retryStatuses: options.retryStatuses ?? ['UNKNOWN'],
    type: 'IVR',
    queueId,
    ringTimeoutSeconds: 15,
    callerId: options.callerId ?? null,
    amdEnabled: options.amd !== undefined,
    amdSensitivity: options.amd ?? 'LOW',
  });
  return { administrator: { username: 'ada', password: PASSWORD }, campaignId };
}

/** A CSV file of leads; the numbers end in every pair of digits equally often. */
export function storyCsv(count: number): string {
  const rows = Array.from({ length: count }, (_, index) => `Lead ${index},+5541${900_000_000 + index}`);
  return `name,number\n${rows.join('\n')}\n`;
}

export async function uploadStory(client: GraphQLClient, campaignId: string, csv: string): Promise<number> {
  const { data, errors } = await client.upload<{ uploadLeads: { upload: { loaded: number } } }>(
    `mutation ($input: UploadLeadsInput!, $file: Upload!) {
       uploadLeads(input: $input, file: $file) { upload { loaded } }
     }`,
    { input: { campaignId } },
    { content: csv, name: 'leads.csv' },
  );
  if (!data) throw new Error(JSON.stringify(errors));
  return data.uploadLeads.upload.loaded;
}

export async function startCampaign(client: GraphQLClient, campaignId: string): Promise<void> {
  await client.ask(`mutation ($input: StartCampaignInput!) { startCampaign(input: $input) { campaign { state } } }`, {
    input: { id: campaignId },
  });
}

async function create(client: GraphQLClient, mutation: string, noun: string, input: object): Promise<string> {
  const type = `${mutation[0]?.toUpperCase() ?? ''}${mutation.slice(1)}Input`;
  const data = await client.ask<Record<string, Record<string, { id: string }>>>(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${noun} { id } } }`,
    { input },
  );
  return data[mutation]?.[noun]?.id ?? '';
}
