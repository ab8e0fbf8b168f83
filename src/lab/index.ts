import { Carrier } from './carrier.js';
import { ContactCentre } from './contact-centre.js';
import { SILENT_LOG, type LabLog } from './lab-log.js';
import { LabTally, type LabStats } from './lab-stats.js';
import { LabTimers } from './lab-timers.js';
import { LAB_HOST } from './loopback-only.js';
import { checkMix, DEFAULT_MIX, LONGEST_HOLD_MS, type OutcomeMix } from './outcomes.js';
import { RtpSender } from './rtp-sender.js';
import { SipEndpoint } from './sip-endpoint.js';

export { demoLeads } from './demo-leads.js';
export type { LabLog } from './lab-log.js';
export type { LabStats } from './lab-stats.js';
export type { OutcomeMix } from './outcomes.js';

export interface LabOptions {
  /** Any integer; the same seed, numbers and tries tell the same stories. */
  readonly seed: number;
  /** UDP port on 127.0.0.1; 0, the default, takes any. */
  readonly sipPort?: number;
  /** Agents (or channels) of the contact centre: 0 or more. */
  readonly agents: number;
  /** User part of the address that calls are transferred to; a leading `+` makes no difference. */
  readonly pilotNumber: string;
  /** Weights of the outcomes; default: those in `outcomes.ts`. */
  readonly mix?: OutcomeMix;
  /** Divides the delays of the story: 1 by default, 10 is ten times as fast. Protocol timers and audio keep their time. */
  readonly pace?: number;
  /** True: the last two digits of a number choose its outcome where `outcomes.ts` has them. Default false. */
  readonly scripted?: boolean;
  /** Milliseconds, at pace 1, for which a transferred call waits for an agent: 3,000 by default. */
  readonly queueTimeoutMs?: number;
  /** Real milliseconds after which a callee to whom nobody talks hangs up: 30,000 by default. */
  readonly patienceMs?: number;
  /** T1 of RFC 3261 in milliseconds: 500 by default; shorter ones are for tests. */
  readonly t1Ms?: number;
  readonly log?: LabLog;
}

export interface Lab {
  readonly host: typeof LAB_HOST;
  readonly sipPort: number;
  /** Upper bound, in milliseconds, of an agent's talk and wrap-up: what a source that only counts has to assume. */
  readonly maxHoldMs: number;
  stats(): LabStats;
  /** Ends everything at once, without BYE; idempotent. Resolves when the sockets are closed. */
  close(): Promise<void>;
}

/** Timers run late when the process is busy; real milliseconds. */
const LATENESS_MS = 100;

/** Starts a carrier and a contact centre on loopback (README.md). Rejects if the port is taken or an option is wrong. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const { pace = 1, mix = DEFAULT_MIX, log = SILENT_LOG, agents, seed } = options;
  checkMix(mix);
  if (!(pace > 0 && Number.isFinite(pace))) throw new RangeError('The pace must be above 0.');
  if (!(Number.isInteger(agents) && agents >= 0)) throw new RangeError('The number of agents must be 0 or more.');

  const timers = new LabTimers(pace, (fault) => log.warn({ fault: String(fault) }, 'lab: a timer failed'));
  const centre = new ContactCentre(agents, options.queueTimeoutMs ?? 3000, timers);
  const media = new RtpSender();
  const tally = new LabTally();
  const carrier = new Carrier({
    timers,
    media,
    centre,
    tally,
    rules: { seed, mix, scripted: options.scripted ?? false },
    pilotNumber: options.pilotNumber,
    patienceMs: options.patienceMs ?? 30_000,
    log,
  });
  const sipTimers = { t1Ms: options.t1Ms ?? 500 };
  const endpoint = await SipEndpoint.open(options.sipPort ?? 0, { timers, sipTimers, log, taker: carrier });
  carrier.attach(endpoint);
  const sipPort = endpoint.port;
  log.info({ host: LAB_HOST, sipPort, agents, seed, pace }, 'lab: started, all calls stay on this machine');

  return {
    host: LAB_HOST,
    sipPort,
    maxHoldMs: Math.ceil(LONGEST_HOLD_MS / pace) + LATENESS_MS,
    stats: () => ({
      played: { ...tally.played },
      pilotCalls: tally.pilotCalls,
      callsNow: carrier.callsNow,
      transfers: { ...tally.transfers },
      agents: centre.counts(),
      rtp: { sent: media.packetsSent, received: media.packetsReceived, streamsNow: media.streams },
      malformedDatagrams: endpoint.malformed,
      refusedDestinations: endpoint.refused + media.refused,
    }),
    close: async () => {
      timers.close();
      await Promise.all([endpoint.close(), media.close()]);
    },
  };
}
