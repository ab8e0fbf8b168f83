import type { AgentSource, AgentSources, ListedAgentSource } from '../contracts/agent-source.js';
import type { Clock } from '../contracts/clock.js';
import type { DialogSubscriptions } from '../contracts/dialog-subscriptions.js';
import type { Log } from '../contracts/log.js';
import type { AgentSourceKind } from '../domain/agent-state.js';
import { openAmiSession } from './asterisk-ami.js';
import { disabledSource } from './disabled-source.js';
import { FixedChannels, type HeldCall } from './fixed-channels.js';
import { openEslSession } from './freeswitch-esl.js';
import { openOsccSession } from './oscc.js';
import { HttpOsccWire } from './oscc-wire.js';
import { type AgentReports, PushSource } from './push-source.js';
import { type OpenSession, RemoteSource } from './remote-source.js';
import { type SipDialogSettings, SipDialogSource } from './sip-dialog.js';

/** Where a queue's state comes from, as it is configured, secrets excepted. Each kind is a file of this folder. */
export interface FixedSourceSettings {
  readonly kind: 'FIXED';
  /** 1 or more. */
  readonly channels: number;
  /** Seconds that a call which was handed over keeps its channel. */
  readonly holdSeconds: number;
}
export interface PushSourceSettings {
  readonly kind: 'PUSH';
  /** The only user whose reports count. */
  readonly reporterId: string;
}
export interface AmiSourceSettings {
  readonly kind: 'ASTERISK_AMI';
  readonly host: string;
  readonly amiPort: number;
  readonly tls: boolean;
  readonly username: string;
  readonly queueName: string;
  /** Null: learnt by observation. */
  readonly wrapUpSeconds: number | null;
}
export interface EslSourceSettings {
  readonly kind: 'FREESWITCH_ESL';
  readonly host: string;
  readonly eslPort: number;
  readonly queueName: string;
}
export interface OsccSourceSettings {
  readonly kind: 'OSCC';
  readonly url: string;
  readonly username: string;
  readonly groupKey: string;
}
export interface SipDialogSourceSettings extends SipDialogSettings {
  readonly kind: 'SIP_DIALOG';
}
export type SourceSettings =
  | FixedSourceSettings
  | PushSourceSettings
  | AmiSourceSettings
  | EslSourceSettings
  | OsccSourceSettings
  | SipDialogSourceSettings;

export interface QueueSettings {
  readonly id: string;
  readonly name: string;
  readonly agentSource: SourceSettings;
  /** Password or secret of the source; null if it has none. Never logged. */
  readonly agentSourceSecret: string | null;
}

interface Configured {
  readonly source: AgentSource;
  /** What the source was made from; to be compared, never shown: the secret is in it. */
  readonly madeFrom: string;
  /** Whose agents these are. */
  readonly peer: string | undefined;
  readonly stopListening: () => void;
  queueName: string;
  shownStatus: string;
}

/** The sources of all queues, kept in step with what is configured. */
export class ConfiguredAgentSources implements AgentSources {
  private readonly sources = new Map<string, Configured>();
  private readonly listeners = new Set<(queueId: string) => void>();

  constructor(
    private readonly clock: Clock,
    private readonly reports: AgentReports,
    private readonly dialogs: DialogSubscriptions,
    private readonly log: Log,
    private readonly options: { readonly osccEnabled: boolean },
  ) {}

  /**
   * Sources whose settings are as before go on undisturbed; the others are stopped, and started anew. What a source alone
   * knows, the calls that it was handed, goes on to its successor: the channels are not free because they were counted anew.
   */
  configure(queues: readonly QueueSettings[]): void {
    const wanted = new Map(queues.map((queue) => [queue.id, queue]));
    const held = new Map<string, readonly HeldCall[]>();
    for (const [id, { source, madeFrom }] of [...this.sources]) {
      const queue = wanted.get(id);
      if (queue && signatureOf(queue) === madeFrom) continue;
      if (source instanceof FixedChannels) held.set(id, source.held());
      void this.remove(id);
    }
    for (const [id, queue] of wanted) {
      const known = this.sources.get(id);
      if (known) known.queueName = queue.name;
      else this.add(queue, held.get(id));
    }
  }

  forQueue(queueId: string): AgentSource | undefined {
    return this.sources.get(queueId)?.source;
  }

  sharingWith(queueId: string): readonly string[] {
    const peer = this.sources.get(queueId)?.peer;
    if (peer === undefined) return [];
    return [...this.sources].flatMap(([id, of]) => (id !== queueId && of.peer === peer ? [id] : []));
  }

  list(): readonly ListedAgentSource[] {
    return [...this.sources].map(([queueId, { source, queueName }]) => ({
      queueId,
      queueName,
      health: source.health(),
    }));
  }

  onChanged(changed: (queueId: string) => void): () => void {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  }

  /** Resolves when every connection is closed. */
  async stop(): Promise<void> {
    await Promise.all([...this.sources.keys()].map((id) => this.remove(id)));
  }

  private add(queue: QueueSettings, held?: readonly HeldCall[]): void {
    const { id, name: queueName } = queue;
    const source = this.create(queue, held);
    const stopListening = source.onChanged(() => {
      this.noteHealth(id);
      this.tell(id);
    });
    const shownStatus = source.health().status;
    const made = { madeFrom: signatureOf(queue), peer: peerOf(queue.agentSource) };
    this.sources.set(id, { source, ...made, stopListening, queueName, shownStatus });
    source.start();
  }

  private create(queue: QueueSettings, held?: readonly HeldCall[]): AgentSource {
    const { id, agentSource: settings, agentSourceSecret } = queue;
    const secret = agentSourceSecret ?? '';
    const { clock } = this;
    switch (settings.kind) {
      case 'FIXED': {
        const { channels, holdSeconds } = settings;
        return new FixedChannels({ channels, holdMs: holdSeconds * 1000 }, clock, held);
      }
      case 'PUSH':
        return new PushSource(id, settings.reporterId, this.reports);
      case 'ASTERISK_AMI': {
        const own = { ...settings, secret, wrapUpSeconds: settings.wrapUpSeconds ?? undefined };
        return this.remote('ASTERISK_AMI', (listener, calls) => openAmiSession(own, clock, listener, calls));
      }
      case 'FREESWITCH_ESL': {
        const own = { ...settings, password: secret };
        return this.remote('FREESWITCH_ESL', (listener, calls) => openEslSession(own, clock, listener, calls));
      }
      case 'SIP_DIALOG':
        return new SipDialogSource(settings, this.dialogs, clock);
      case 'OSCC': {
        if (!this.options.osccEnabled) return disabledSource('OSCC', clock, 'OSCC is not enabled (OSCC_ENABLED)');
        const own = { ...settings, password: secret };
        const wire = new HttpOsccWire(settings.url);
        return this.remote('OSCC', (listener, calls) => openOsccSession(own, wire, clock, listener, calls));
      }
    }
  }

  private remote(kind: AgentSourceKind, open: OpenSession): RemoteSource {
    return new RemoteSource(kind, open, this.clock);
  }

  private async remove(id: string): Promise<void> {
    const known = this.sources.get(id);
    if (!known) return;
    known.stopListening();
    this.sources.delete(id);
    const stopped = known.source.stop();
    this.tell(id);
    await stopped;
  }

  private noteHealth(queueId: string): void {
    const known = this.sources.get(queueId);
    if (!known) return;
    const { status, fault, message } = known.source.health();
    if (status === known.shownStatus) return;
    known.shownStatus = status;
    const fields = {
      queueId,
      kind: known.source.kind,
      status,
      ...(fault && { fault }),
      ...(message && { reason: message }),
    };
    if (status === 'SYNCED' || status === 'CONNECTING') this.log.info(fields, 'agent source');
    else this.log.warn(fields, 'agent source');
  }

  private tell(queueId: string): void {
    for (const listener of this.listeners) listener(queueId);
  }
}

/** Names of agents are unique inside it; undefined for channels that nobody names. */
function peerOf(settings: SourceSettings): string | undefined {
  switch (settings.kind) {
    case 'FIXED':
      return undefined;
    case 'PUSH':
      return settings.reporterId;
    case 'ASTERISK_AMI':
      return `ami:${settings.host}:${settings.amiPort}`;
    case 'FREESWITCH_ESL':
      return `esl:${settings.host}:${settings.eslPort}`;
    case 'SIP_DIALOG':
      return settings.trunkId;
    case 'OSCC':
      return settings.url;
  }
}

function signatureOf({ agentSource, agentSourceSecret }: QueueSettings): string {
  return JSON.stringify([agentSource, agentSourceSecret]);
}
