import { SoundBank } from './audio.js';
import { ALLOW, type CallLeg, type LegParts } from './call-leg.js';
import type { ContactCentre } from './contact-centre.js';
import { Customer } from './customer.js';
import { dialogKey } from './dialog.js';
import { masked, type LabLog } from './lab-log.js';
import type { LabTally } from './lab-stats.js';
import type { LabTimers } from './lab-timers.js';
import { drawAgentStory, drawStory, type StoryRules } from './outcomes.js';
import { PilotCall } from './pilot-call.js';
import type { RtpSender } from './rtp-sender.js';
import { seededRandom } from './seeded-random.js';
import type { ServerTransaction } from './server-transaction.js';
import { readSessionDescription } from './session-description.js';
import type { RequestTaker, SipEndpoint } from './sip-endpoint.js';
import { allHeaders, firstHeader, headerParameter, type HeaderLine, type SipRequest } from './sip-message.js';
import { isSameUser, parseSipUri } from './sip-uri.js';

/** Seconds for which a registration is granted at most, and if nothing is asked for. */
const REGISTRATION_SECONDS = 300;

export interface CarrierParts {
  readonly timers: LabTimers;
  readonly media: RtpSender;
  readonly centre: ContactCentre;
  readonly tally: LabTally;
  readonly rules: StoryRules;
  readonly pilotNumber: string;
  readonly patienceMs: number;
  readonly log: LabLog;
}

/** Takes the dialer's requests: finds the call that they belong to, or begins a new one. */
export class Carrier implements RequestTaker {
  private readonly legs = new Map<string, CallLeg>();
  /** How often each number has been called. */
  private readonly tries = new Map<string, number>();
  private readonly sounds: SoundBank;
  private endpoint: SipEndpoint | undefined;

  constructor(private readonly parts: CarrierParts) {
    this.sounds = new SoundBank(parts.rules.seed);
  }

  /** The endpoint needs its taker first; so it is handed over afterwards, before the first datagram is read. */
  attach(endpoint: SipEndpoint): void {
    this.endpoint = endpoint;
  }

  get callsNow(): number {
    return this.legs.size;
  }

  onAck(request: SipRequest): void {
    this.legOf(request)?.onAck(request);
  }

  onRequest(transaction: ServerTransaction): void {
    const { request } = transaction;
    const required = allHeaders(request, 'require');
    if (headerParameter(firstHeader(request, 'to'), 'tag') !== undefined) {
      const leg = this.legOf(request);
      if (leg) leg.onRequest(transaction);
      else transaction.respond(481, 'Call/Transaction Does Not Exist');
    } else if (required.length > 0) {
      // No extension is implemented (RFC 3261 section 8.2.2.3).
      transaction.respond(420, 'Bad Extension', { headers: [['Unsupported', required.join(', ')]] });
    } else if (request.method === 'INVITE') {
      this.beginCall(transaction);
    } else if (request.method === 'OPTIONS') {
      transaction.respond(200, 'OK', { headers: [ALLOW, ['Accept', 'application/sdp']] });
    } else if (request.method === 'REGISTER') {
      transaction.respond(200, 'OK', { headers: grantedRegistration(request) });
    } else if (request.method === 'SUBSCRIBE') {
      transaction.respond(489, 'Bad Event');
    } else if (request.method === 'BYE' || request.method === 'REFER' || request.method === 'NOTIFY') {
      transaction.respond(481, 'Call/Transaction Does Not Exist');
    } else {
      transaction.respond(405, 'Method Not Allowed', { headers: [ALLOW] });
    }
  }

  private beginCall(invite: ServerTransaction): void {
    const user = parseSipUri(invite.request.uri)?.user ?? '';
    const { body } = invite.request;
    const remote = body === '' ? undefined : readSessionDescription(body);
    if (user === '') {
      invite.respond(484, 'Address Incomplete');
    } else if (body !== '' && !remote) {
      invite.respond(488, 'Not Acceptable Here');
    } else if (isSameUser(user, this.parts.pilotNumber)) {
      const story = `${this.parts.rules.seed}|pilot|${++this.parts.tally.pilotCalls}`;
      const parts = { ...this.legParts(story), centre: this.parts.centre, voice: this.parts.tally.pilotCalls };
      this.add(new PilotCall(invite, remote, drawAgentStory(story), { ...parts, sounds: this.sounds }).leg);
    } else {
      this.callCustomer(invite, user, remote);
    }
  }

  private callCustomer(
    invite: ServerTransaction,
    user: string,
    remote: ReturnType<typeof readSessionDescription>,
  ): void {
    // Trunks differ in how they write a number (+55…, 0055…, 55…): only the digits make the story.
    const number = user.replace(/\D/g, '') || user;
    const tries = (this.tries.get(number) ?? 0) + 1;
    this.tries.set(number, tries);
    const { rules, timers, centre, tally, pilotNumber, patienceMs, log } = this.parts;
    const story = drawStory(rules, number, tries);
    tally.played[story.outcome]++;
    log.debug({ number: masked(number), tries, outcome: story.outcome }, 'lab: call');
    const own = { timers, centre, tally, pilotNumber, patienceMs, sounds: this.sounds };
    this.add(new Customer(invite, remote, story, { ...this.legParts(story.key), ...own }).leg);
  }

  private legParts(story: string): LegParts {
    if (!this.endpoint) throw new Error('The carrier has no endpoint yet.');
    return {
      endpoint: this.endpoint,
      media: this.parts.media,
      random: seededRandom(`${story}|rtp`),
      onOver: (leg) => this.legs.delete(leg.dialog.key),
    };
  }

  private add(leg: CallLeg): void {
    this.legs.set(leg.dialog.key, leg);
  }

  private legOf(request: SipRequest): CallLeg | undefined {
    const tag = headerParameter(firstHeader(request, 'to'), 'tag');
    return tag === undefined ? undefined : this.legs.get(dialogKey(firstHeader(request, 'call-id'), tag));
  }
}

/** Every user is welcome and needs no password; nothing is remembered, for the lab calls nobody. */
function grantedRegistration(request: SipRequest): readonly HeaderLine[] {
  const contacts = allHeaders(request, 'contact').filter((contact) => contact !== '*');
  return contacts.flatMap((contact): HeaderLine[] => {
    const asked = Number.parseInt(headerParameter(contact, 'expires') ?? firstHeader(request, 'expires'), 10);
    const seconds = Math.min(Number.isNaN(asked) ? REGISTRATION_SECONDS : asked, REGISTRATION_SECONDS);
    if (seconds === 0) return [];
    return [['Contact', `${contact.replace(/;\s*expires=\d+/i, '')};expires=${seconds}`]];
  });
}
