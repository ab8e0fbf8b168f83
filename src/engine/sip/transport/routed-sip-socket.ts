import type { Clock } from '../../contracts/clock.js';
import type { Log } from '../../contracts/log.js';
import type { SipTransport } from '../../domain/line-state.js';
import type { MessageHead } from './message-head.js';
import { MessageRouter } from './message-router.js';
import { type OutgoingHead, readOutgoing } from './outgoing-head.js';
import type { Receivers } from './receivers.js';
import type { SipAddress, SipCounters, SipReceiver, SipSocket } from './sip-socket.js';

/** What the sockets of one process have in common. */
export interface SharedParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly userAgent: string;
  readonly counters: SipCounters;
  readonly receivers: Receivers;
  /** Whether a call that is not known may be one of an earlier run, which is about to be gone on with. */
  readonly earlierCalls: { awaited: boolean };
}

/** What UDP, TCP and TLS do alike: they bring messages to their user agents, and send answers the way of the request. */
export abstract class RoutedSipSocket implements SipSocket {
  protected readonly router: MessageRouter;
  /** Of the same address family, by what a Via calls their transport; this one is among them. */
  private siblings: readonly RoutedSipSocket[] = [this];

  constructor(
    readonly protocol: SipTransport,
    readonly advertised: SipAddress,
    protected readonly shared: SharedParts,
  ) {
    this.router = new MessageRouter({
      ...shared,
      protocol,
      advertised,
      reply: (text, source) => this.reply(text, source),
      onResponse: (head) => this.onResponse(head),
      onAck: (branch) => this.onAck(branch),
    });
  }

  /** Answers to what came over one of these sockets are sent by it, even if the user agent is on another. */
  join(siblings: readonly RoutedSipSocket[]): void {
    this.siblings = siblings;
  }

  adopt(callId: string, receiver: SipReceiver): () => void {
    return this.shared.receivers.adopt(callId, receiver);
  }

  send(text: string, destination: SipAddress): Promise<void> {
    const head = readOutgoing(text);
    if (head.method !== null) return this.sendRequest(text, { ...head, method: head.method }, destination);
    const way = this.siblings.find(({ protocol }) => protocol === head.protocol) ?? this;
    return way.sendResponse(text, head);
  }

  abstract attach(callIdPrefix: string, receiver: SipReceiver, destination: SipAddress): () => void;
  abstract abandon(branch: string): void;
  abstract onConnectionLost(listener: (destination: SipAddress) => void): () => void;
  abstract faultOf(destination: SipAddress): string | null;
  abstract close(): Promise<void>;

  protected abstract sendRequest(
    text: string,
    head: OutgoingHead & { readonly method: string },
    destination: SipAddress,
  ): Promise<void>;
  /** RFC 3261, 18.2.2. */
  protected abstract sendResponse(text: string, head: OutgoingHead): Promise<void>;
  /** What the router says by itself, back to where the message came from; errors are swallowed. */
  protected abstract reply(text: string, source: SipAddress): void;
  protected abstract onResponse(head: MessageHead): void;
  protected abstract onAck(branch: string): void;
}
