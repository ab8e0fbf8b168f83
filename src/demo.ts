import { Readable } from 'node:stream';
import type { EntityManager } from '@mikro-orm/postgresql';
import pg from 'pg';
import type { App } from './app.js';
import { generatePassword } from './auth/passwords.js';
import type { Viewer } from './auth/viewer.js';
import { Campaign } from './entities/campaign.js';
import { Role } from './entities/enums.js';
import { Group } from './entities/group.js';
import { Queue } from './entities/queue.js';
import { Trunk } from './entities/trunk.js';
import { User } from './entities/user.js';
import type { Log } from './engine/contracts/log.js';
import { demoLeads, type Lab, startLab } from './lab/index.js';

const NAMES = { trunk: 'Lab', queue: 'Lab agents', group: 'Demo', campaign: 'Demo' };
const PILOT_NUMBER = '9000';
const AGENTS = 20;
const LEADS = 200;
const DAYS = 30;
const SEED = 1;
/** Twice as fast as people are: the campaign is through in some minutes. */
const PACE = 2;
const DAY_MS = 86_400_000;
/** How often the line of counters is renewed, on a terminal and where it is only written down. */
const LINE_MS = { terminal: 500, file: 5000 };

const people = [
  { username: 'demo-manager', role: Role.GROUP_MANAGER },
  { username: 'demo-administrator', role: Role.CAMPAIGN_ADMINISTRATOR },
  { username: 'demo-supervisor', role: Role.CAMPAIGN_SUPERVISOR },
] as const;

/**
 * The lab as the carrier, and a campaign over it, for a first look at the product. Only for an installation without a
 * trunk of its own: the numbers of the demo must not go out to a real one.
 */
export class Demo {
  private timer: NodeJS.Timeout | undefined;

  private constructor(private readonly lab: Lab) {}

  /** Undefined where a trunk of the installation's own is configured. */
  static async start(databaseUrl: string, log: Log): Promise<Demo | undefined> {
    const ports = await labPorts(databaseUrl);
    if (ports === 'real trunk') return undefined;
    const options = { seed: SEED, agents: AGENTS, pilotNumber: PILOT_NUMBER, pace: PACE };
    const labLog = log.child({ component: 'lab' });
    try {
      return new Demo(await startLab({ ...options, ...(ports !== undefined && { sipPort: ports }), log: labLog }));
    } catch (error) {
      // The port of last time is somebody else's by now.
      labLog.warn({ err: error }, 'lab: takes another port');
      return new Demo(await startLab({ ...options, log: labLog }));
    }
  }

  /** Makes what is missing, starts the campaign the first time, and shows its counters until `stopLine`. */
  async begin(app: App, timeZone: string, out: NodeJS.WriteStream): Promise<void> {
    const em = app.orm.em.fork();
    await this.configureTrunk(app, em);
    const known = await em.findOne(Campaign, { name: NAMES.campaign });
    const campaign = known ?? (await this.create(app, em, timeZone, out));
    out.write(`The lab is the carrier: no call leaves this machine. The campaign "${NAMES.campaign}" is dialed.\n`);
    this.showLine(app, campaign.id, out);
  }

  stopLine(): void {
    clearInterval(this.timer);
  }

  async close(): Promise<void> {
    this.stopLine();
    await this.lab.close();
  }

  private async configureTrunk(app: App, em: EntityManager): Promise<void> {
    const servers = [{ host: this.lab.host, sipPort: this.lab.sipPort }];
    const trunk = await em.findOne(Trunk, { name: NAMES.trunk });
    if (!trunk) {
      await app.services.trunks.create(em, {
        name: NAMES.trunk,
        servers,
        transport: 'UDP',
        channels: 300,
      });
    } else if (trunk.servers[0]?.sipPort !== this.lab.sipPort) {
      await app.services.trunks.update(em, trunk.id, trunk.version, { servers });
    }
  }

  private async create(app: App, em: EntityManager, timeZone: string, out: NodeJS.WriteStream): Promise<Campaign> {
    const { services } = app;
    const group =
      (await em.findOne(Group, { name: NAMES.group })) ??
      (await services.groups.create(em, { name: NAMES.group, description: 'People and campaign of the demo' }));
    const queue =
      (await em.findOne(Queue, { name: NAMES.queue })) ??
      (await services.queues.create(em, {
        name: NAMES.queue,
        type: 'IVR',
        transferMode: 'REINVITE',
        transferTimeoutSeconds: 60,
        agentSource: { fixed: { channels: AGENTS, holdSeconds: Math.ceil(this.lab.maxHoldMs / 1000) } },
      }));
    const master = viewerFor(await em.findOneOrFail(User, { role: Role.MASTER, enabled: true }), []);
    out.write('Users of the demo, whose passwords are shown this once:\n');
    for (const { username, role } of people) {
      if (await em.findOne(User, { username })) continue;
      const password = generatePassword();
      const input = { username, password, role, groupIds: [group.id], mustChangePassword: false };
      await services.users.create(em, master, input);
      out.write(`  ${username.padEnd(20)} ${password}\n`);
    }
    const administrator = viewerFor(await em.findOneOrFail(User, { username: 'demo-administrator' }), [group.id]);
    const campaign = await services.campaigns.create(em, administrator, {
      name: NAMES.campaign,
      description: 'Dialed through the built-in lab',
      groupId: group.id,
      firstDay: dayIn(timeZone, 0),
      lastDay: dayIn(timeZone, DAYS),
      startTime: '00:00',
      endTime: '23:59:59',
      weekdays: ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'],
      timeZone,
      pilotNumber: PILOT_NUMBER,
      maxAttempts: 3,
      retryMinutes: 1,
      retryStatuses: ['FAILED', 'BUSY', 'SERVICE_TEMPORARILY_UNAVAILABLE', 'UNKNOWN'],
      retryUnreachable: false,
      type: 'IVR',
      queueId: queue.id,
      amdEnabled: true,
      amdSensitivity: 'MEDIUM',
      dialingMode: 'PROGRESSIVE',
      ringTimeoutSeconds: 20,
    });
    const csv = demoLeads(LEADS, SEED).map(({ name, phoneNumber }) => `${name},${phoneNumber}\n`);
    const file = { name: 'demo.csv', open: () => Readable.from([Buffer.from(['name,number\n', ...csv].join(''))]) };
    await services.leadImport.run(em, administrator, { campaignId: campaign.id }, file);
    return services.campaignControl.start(em, administrator, campaign.id);
  }

  private showLine(app: App, campaignId: string, out: NodeJS.WriteStream): void {
    const show = async (): Promise<void> => {
      const counters = (await app.services.counters.read(app.orm.em.fork(), [campaignId])).get(campaignId);
      if (!counters) return;
      const { leads, inFlight, callsPerMinute, freeAgents, idleReason } = counters;
      const line =
        `${leads.total - leads.notCalled}/${leads.total} called  ${leads.success} transferred  ${leads.busy} busy  ` +
        `${leads.declined} declined  ${leads.failed} failed  ${inFlight.total} in flight  ` +
        `${callsPerMinute} calls/min  ${freeAgents} agents free  ${idleReason ?? 'dialing'}`;
      out.write(out.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
    };
    this.timer = setInterval(
      () => {
        // A database that is away for a moment is no reason to end.
        show().catch(() => undefined);
      },
      out.isTTY ? LINE_MS.terminal : LINE_MS.file,
    );
  }
}

/** The SIP port that the lab had, undefined if it never ran here. */
async function labPorts(databaseUrl: string): Promise<number | undefined | 'real trunk'> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ known: boolean }>(`select to_regclass('trunk') is not null as known`);
    if (!tables[0]?.known) return undefined;
    const { rows } = await client.query<{ name: string; servers: { sipPort: number }[] }>(
      'select name, servers from trunk',
    );
    if (rows.some((trunk) => trunk.name !== NAMES.trunk)) return 'real trunk';
    return rows[0]?.servers[0]?.sipPort;
  } finally {
    await client.end();
  }
}

/** The demo acts in the name of its users, who have no sessions yet. */
function viewerFor(user: User, groupIds: readonly string[]): Viewer {
  return {
    userId: user.id,
    username: user.username,
    role: user.role,
    groupIds,
    mustChangePassword: false,
    session: { tokenHash: Buffer.alloc(0), expiresAt: new Date(0) },
  };
}

function dayIn(timeZone: string, daysFromNow: number): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone }).format(new Date(Date.now() + daysFromNow * DAY_MS));
}
