import type {
  AnsweredCall,
  CallFailure,
  Line,
  LineHealth,
  PortSettings,
  TrunkSettings,
} from '../contracts/telephony.js';
import type { RegistrationState } from '../domain/registration-state.js';
import type { LineState } from '../domain/line-state.js';
import type { Endpoint } from './endpoint.js';
import { Registration } from './registration.js';
import { isTrunkFault } from './server-health.js';
import type { TrunkContext, TrunkServer } from './trunk-server.js';
import type { TrunkServers } from './trunk-servers.js';
import type { TurnTaking } from './turn-taking.js';

/** Faults in a row of calls that take a port out. */
const FAULTS_BEFORE_BACK_OFF = 5;
/** A shorter patience than for a registration: nothing depends on it. Milliseconds. */
const UNREGISTER_TIMEOUT_MS = 2_000;

const STATES: Readonly<Record<RegistrationState, LineState>> = {
  QUEUED: 'CONNECTING',
  REGISTERING: 'CONNECTING',
  REGISTERED: 'IN_SERVICE',
  REFRESHING: 'IN_SERVICE',
  WAITING: 'BACKING_OFF',
  UNREGISTERING: 'OUT_OF_SERVICE',
  ENDED: 'OUT_OF_SERVICE',
};

export interface PortLineOptions {
  readonly context: TrunkContext;
  readonly servers: TrunkServers;
  readonly turns: TurnTaking;
  readonly changed: () => void;
}

/** One dialer port: its registration and its one line. Calls go to the server that it is registered at. */
export class PortLine {
  private readonly registration: Registration;
  private health: LineHealth;
  private faults = 0;
  private calls = 0;
  private cachedLine: Line | null = null;
  private ending: { readonly unregisters: () => boolean; readonly done: () => void } | null = null;

  constructor(
    readonly settings: PortSettings,
    private trunk: TrunkSettings,
    private readonly options: PortLineOptions,
  ) {
    const { context, servers, turns } = options;
    this.health = { state: 'CONNECTING', since: context.clock.now() };
    this.registration = new Registration({
      clock: context.clock,
      random: context.random,
      answerTimeoutMs: context.answerTimeoutMs,
      turns,
      servers: () => servers.all,
      newEndpoint: (server) => this.newEndpoint(server),
      onLeft: (endpoint) => servers.leave(endpoint),
      changed: () => this.registrationChanged(),
    });
  }

  start(): void {
    this.registration.start();
  }

  get line(): Line {
    this.cachedLine ??= {
      id: this.settings.id,
      trunkId: this.trunk.id,
      trunkName: this.trunk.name,
      portName: this.settings.username,
      capacity: 1,
      maxCallsPerSecond: this.trunk.maxCallsPerSecond,
      maxParallelCalls: this.trunk.maxParallelCalls,
      health: this.health,
    };
    return this.cachedLine;
  }

  get registered(): { readonly server: TrunkServer; readonly endpoint: Endpoint } | null {
    return this.registration.registered;
  }

  /** For a dialog of an earlier run, registered or not. */
  endpointAt(server: TrunkServer): Endpoint {
    if (this.registered?.server === server) return this.registered.endpoint;
    const endpoint = this.newEndpoint(server);
    this.options.servers.leave(endpoint);
    return endpoint;
  }

  rename(trunk: TrunkSettings): void {
    this.trunk = trunk;
    this.cachedLine = null;
  }

  tryNow(): void {
    this.registration.tryNow();
  }

  serversChanged(): void {
    this.registration.serversChanged();
  }

  connectionLost(server: TrunkServer): void {
    this.registration.connectionLost(server);
  }

  callBegins(): void {
    this.calls++;
  }

  callEnds(): void {
    this.calls--;
    if (this.calls === 0 && this.ending) void this.finish(this.ending);
  }

  record(outcome: AnsweredCall | CallFailure): void {
    if (outcome.kind === 'failed' && isTrunkFault(outcome)) {
      this.faults++;
      if (this.faults < FAULTS_BEFORE_BACK_OFF) return;
      const { sipStatus } = outcome;
      this.registration.suspend({
        message: sipStatus === undefined ? 'Calls get no answer' : `Calls are refused: ${sipStatus}`,
        ...(sipStatus === undefined ? {} : { sipStatus }),
      });
    } else if (outcome.kind === 'answered' || outcome.localCause === undefined || outcome.provisionalSeen) {
      this.faults = 0;
      this.registration.proven();
    }
  }

  /**
   * No new calls; when the last one is over the registrar forgets the port. Resolves when nothing is left.
   * @param unregisters false: somebody else has registered the same user by then
   */
  retire(unregisters: () => boolean): Promise<void> {
    return new Promise((done) => {
      this.ending = { unregisters, done };
      if (this.calls === 0) void this.finish(this.ending);
    });
  }

  /** Resolves when the registrar has answered, or in two seconds. */
  unregister(): Promise<void> {
    return this.registration.unregister(UNREGISTER_TIMEOUT_MS);
  }

  /** Ends at once; nothing is sent. */
  end(): void {
    this.registration.end();
  }

  private async finish({ unregisters, done }: NonNullable<PortLine['ending']>): Promise<void> {
    if (unregisters()) await this.unregister();
    else this.end();
    done();
  }

  private newEndpoint(server: TrunkServer): Endpoint {
    const { username, password } = this.settings;
    return server.newEndpoint({ user: username, credentials: { username, password } });
  }

  private registrationChanged(): void {
    const { state, problem } = this.registration;
    const next = STATES[state];
    const since = next === this.health.state ? this.health.since : this.options.context.clock.now();
    this.health = { state: next, since, ...problem };
    this.cachedLine = null;
    this.options.changed();
  }
}
