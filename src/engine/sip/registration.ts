import type { Core } from 'sip.js';
import type { Clock, Timer } from '../contracts/clock.js';
import { holdsRegistration, mayMoveRegistration, type RegistrationState } from '../domain/registration-state.js';
import { BackOff } from './back-off.js';
import type { Endpoint } from './endpoint.js';
import { retryAfterSeconds } from './invite-facts.js';
import { Binding } from './binding.js';
import { type Facts, grantedSeconds, isAccepted, isRefusalOfUser, refusal } from './registrar-answer.js';
import type { Reply } from './single-request.js';
import type { TrunkServer } from './trunk-server.js';
import type { TurnTaking } from './turn-taking.js';

/** A registrar that wants bindings to last longer than a day is not taken at its word. Seconds. */
const LONGEST_EXPIRES_SECONDS = 86_400;
/** A wrong password does not become right by itself, and registrars ban those who insist. Milliseconds. */
const REFUSED_BACK_OFF_MS = 30_000;

export interface RegistrationOptions {
  readonly clock: Clock;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  /** Shared by the ports of a trunk. */
  readonly turns: TurnTaking;
  /** Without an answer for so long the next server is tried, milliseconds. */
  readonly answerTimeoutMs: number;
  /** In order of preference. */
  readonly servers: () => readonly TrunkServer[];
  readonly newEndpoint: (server: TrunkServer) => Endpoint;
  /** A user agent that is not registered any more, and may have calls. */
  readonly onLeft: (endpoint: Endpoint) => void;
  readonly changed: () => void;
}

/**
 * One port's registration, kept up from `start` until `end`. The states are those of the domain.
 *
 * A server that is silent, or answers 408 or 5xx, is passed over for the trunk's next one. When all have been tried, and
 * after any other refusal, the registration backs off, with jitter: from one second to five minutes, slower from the
 * beginning when the user name or password is refused. A refresh goes back to the first server that is up.
 */
export class Registration {
  private current: RegistrationState = 'QUEUED';
  private binding: Binding | null = null;
  /** At a server that has not answered yet. */
  private next: Binding | null = null;
  private facts: Facts = {};
  private readonly tried = new Set<TrunkServer>();
  private readonly backOff = new BackOff();
  private timer: Timer | null = null;
  private giveUpTurn: () => void = () => undefined;
  /** Grows with each REGISTER; an answer to an earlier one has nothing to say. */
  private attempt = 0;
  /** No server is up: it goes on as soon as one is. */
  private waitsForServer = false;
  /** Its calls failed; the next back-off is longer until one goes well. */
  private suspended = false;
  /** The registrar is to forget what it may still accept. */
  private unregisterLate = false;

  constructor(private readonly options: RegistrationOptions) {}

  start(): void {
    this.takeTurn();
  }

  get state(): RegistrationState {
    return this.current;
  }

  /** Null while calls cannot go out. */
  get registered(): { readonly server: TrunkServer; readonly endpoint: Endpoint } | null {
    return holdsRegistration(this.current) ? this.binding : null;
  }

  /** What is wrong, and until when it waits. */
  get problem(): Facts {
    return this.facts;
  }

  /** Servers came, went, or changed their health. */
  serversChanged(): void {
    const server = this.registered?.server;
    if (server) {
      if (!server.health.isUp || !this.options.servers().includes(server)) this.again(server.health.facts);
    } else if (this.waitsForServer && this.chooseServer()) {
      this.startOver();
    }
  }

  /** The connection that the registrar reaches us by is gone: it must learn of another one. */
  connectionLost(server: TrunkServer): void {
    if (this.registered?.server === server) this.again({});
  }

  /** Takes the port out for a while, for faults of its calls; it comes back when it has registered again. */
  suspend(facts: Facts): void {
    if (!holdsRegistration(this.current)) return;
    this.suspended = true;
    this.wait(facts, 0);
  }

  /** Ends a back-off; the next one is short again. */
  tryNow(): void {
    if (this.current !== 'WAITING') return;
    this.proven();
    this.startOver();
  }

  /** A call went well: the next back-off is a short one. */
  proven(): void {
    this.suspended = false;
    this.backOff.reset();
  }

  /** Ends without a word to the registrar. */
  end(): void {
    if (this.current === 'ENDED') return;
    this.stopTimers();
    if (holdsRegistration(this.current)) this.move('UNREGISTERING');
    this.move('ENDED');
    for (const binding of [this.binding, this.next]) if (binding) this.options.onLeft(binding.endpoint);
    this.binding = null;
    this.next = null;
  }

  /** Resolves when the registrar has confirmed, refused, or not answered in time. */
  async unregister(timeoutMs: number): Promise<void> {
    const { binding } = this;
    if (!binding || !holdsRegistration(this.current)) {
      this.unregisterLate = true;
      this.end();
      return;
    }
    this.stopTimers();
    this.move('UNREGISTERING');
    await binding.ask(0, timeoutMs);
    if (this.current === 'UNREGISTERING') this.end();
  }

  private takeTurn(): void {
    this.giveUpTurn = this.options.turns.take(() => void this.register());
  }

  private async register(): Promise<void> {
    const server = this.chooseServer();
    if (!server) {
      this.waitForServer();
      return;
    }
    const previous = this.binding;
    const binding = previous?.server === server ? previous : new Binding(server, this.options.newEndpoint(server));
    this.next = binding === previous ? null : binding;
    this.move(holdsRegistration(this.current) ? 'REFRESHING' : 'REGISTERING');
    const attempt = ++this.attempt;
    const reply = await binding.ask(binding.expiresSeconds, this.options.answerTimeoutMs);
    if (attempt !== this.attempt) {
      if (binding !== this.binding) void this.leave(binding, this.unregisterLate && isAccepted(reply));
      return;
    }
    // Without a word to the registrar before: where both share their bindings, it would forget the one that was just made.
    if (previous && previous !== binding) this.options.onLeft(previous.endpoint);
    this.binding = binding;
    this.next = null;
    this.take(reply, binding);
  }

  private async leave(binding: Binding, unregisters: boolean): Promise<void> {
    if (unregisters) await binding.ask(0, this.options.answerTimeoutMs);
    this.options.onLeft(binding.endpoint);
  }

  private take(reply: Reply, binding: Binding): void {
    const { server } = binding;
    const { attempt } = this;
    const isSilent = reply.kind !== 'response';
    if (!isSilent) server.health.registrarAnswered();
    else server.health.registrarSilent(reply.kind === 'silence' ? 'no-response' : 'transport', this.hasOther(server));
    // What the server's health made of it has moved us on already.
    if (attempt !== this.attempt) return;
    if (isSilent) {
      const message = reply.kind === 'silence' ? 'The registrar does not answer' : 'The registrar cannot be reached';
      this.tryNext(server, { message });
      return;
    }
    const { status, message } = reply;
    if (status < 300) this.succeed(binding, message);
    else if (status === 423) this.askForLonger(binding, message);
    else if (status === 408 || (status >= 500 && status < 600)) this.tryNext(server, refusal(status, message), message);
    else this.wait(refusal(status, message), isRefusalOfUser(status) ? REFUSED_BACK_OFF_MS : 0);
  }

  private succeed(binding: Binding, message: Core.IncomingResponseMessage): void {
    const seconds = grantedSeconds(message, binding.endpoint.contactUri) ?? binding.expiresSeconds;
    if (seconds === 0) {
      this.wait({ message: 'The registrar does not keep the registration' }, 0);
      return;
    }
    this.tried.clear();
    if (!this.suspended) this.backOff.reset();
    this.facts = {};
    this.move('REGISTERED');
    // Between 50 and 80 %: late enough to be cheap, early enough for a second try, and never all ports at once.
    const refreshMs = seconds * 1_000 * (0.5 + 0.3 * this.options.random());
    this.after(Math.max(1_000, refreshMs), () => this.takeTurn());
  }

  private askForLonger(binding: Binding, message: Core.IncomingResponseMessage): void {
    const seconds = Number(/^\s*(\d{1,9})/.exec(message.getHeader('min-expires') ?? '')?.[1] ?? 0);
    if (seconds <= binding.expiresSeconds || seconds > LONGEST_EXPIRES_SECONDS) {
      this.wait(refusal(423, message), 0);
      return;
    }
    binding.expiresSeconds = seconds;
    this.move('QUEUED');
    this.takeTurn();
  }

  private tryNext(server: TrunkServer, facts: Facts, message?: Core.IncomingResponseMessage): void {
    this.tried.add(server);
    if (!this.chooseServer()) {
      this.wait(facts, (message ? (retryAfterSeconds(message) ?? 0) : 0) * 1_000);
      return;
    }
    this.facts = facts;
    this.move('QUEUED');
    this.takeTurn();
  }

  /** What was registered does not hold any more, or will not be heard of: at once elsewhere, or here again. */
  private again(facts: Facts): void {
    this.stopTimers();
    this.facts = facts;
    this.tried.clear();
    if (!this.chooseServer()) {
      this.waitForServer();
      return;
    }
    this.move('QUEUED');
    this.takeTurn();
  }

  private waitForServer(): void {
    const { facts } = this.options.servers().find(({ health }) => !health.isUp)?.health ?? {};
    this.wait({ message: 'The trunk has no server', ...this.facts, ...facts }, 0);
    this.waitsForServer = true;
  }

  private wait(facts: Facts, atLeastMs: number): void {
    this.stopTimers();
    this.tried.clear();
    // Ports that failed together must not come back together.
    const waitMs = this.backOff.next(atLeastMs) * (0.75 + 0.5 * this.options.random());
    this.facts = { ...facts, nextTryAt: new Date(this.options.clock.now().getTime() + waitMs) };
    this.move('WAITING');
    this.after(waitMs, () => this.startOver());
  }

  private startOver(): void {
    const { sipStatus, message } = this.facts;
    this.again({ ...(sipStatus === undefined ? {} : { sipStatus }), ...(message === undefined ? {} : { message }) });
  }

  private chooseServer(): TrunkServer | undefined {
    return this.options.servers().find((server) => server.health.isUp && !this.tried.has(server));
  }

  private hasOther(server: TrunkServer): boolean {
    return this.options.servers().some((other) => other !== server && other.health.isUp);
  }

  private stopTimers(): void {
    this.attempt++;
    this.waitsForServer = false;
    this.giveUpTurn();
    this.timer?.cancel();
    this.timer = null;
  }

  private after(delayMs: number, run: () => void): void {
    this.timer?.cancel();
    this.timer = this.options.clock.setTimer(delayMs, run);
  }

  private move(next: RegistrationState): void {
    if (next !== this.current && !mayMoveRegistration(this.current, next)) {
      throw new Error(`No registration goes from ${this.current} to ${next}`);
    }
    this.current = next;
    this.options.changed();
  }
}
