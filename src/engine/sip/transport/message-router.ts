import type { Log } from '../../contracts/log.js';
import { maskText } from '../masking.js';
import { repair } from './inbound-repair.js';
import { faultOf } from './message-fault.js';
import { type MessageHead, readHead, tagOf } from './message-head.js';
import type { Receivers } from './receivers.js';
import type { SipAddress, SipCounters } from './sip-socket.js';
import { answerText, ghostCallRequest, ghostTransactionRequest, strayAnswer } from './stray-messages.js';

/** Ghost calls remembered so that a repeated 2xx gets another ACK but no other BYE; a bound against floods. */
const MAX_GHOST_CALLS = 500;

export interface RouterOptions {
  readonly log: Log;
  readonly counters: SipCounters;
  readonly receivers: Receivers;
  readonly earlierCalls: { readonly awaited: boolean };
  readonly protocol: string;
  readonly advertised: SipAddress;
  readonly userAgent: string;
  /** Sends to where a message came from and swallows errors. */
  readonly reply: (text: string, source: SipAddress) => void;
  /** Called for every well-formed response, before it is delivered. */
  readonly onResponse: (head: MessageHead) => void;
  /** An ACK settles the repetition of a refusal to a re-INVITE (timer G). */
  readonly onAck: (branch: string) => void;
}

/**
 * Brings each message to its user agent, by the Call-ID: we made it, prefix first, for every call and every request
 * within one. What belongs to nobody is answered here. Nothing that comes over the network may throw past `route`:
 * sip.js throws on about one in twenty mutilated messages, and an exception in a socket's callback ends the process.
 */
export class MessageRouter {
  private readonly ghostCalls = new Set<string>();

  constructor(private readonly options: RouterOptions) {}

  route(raw: string, source: SipAddress): void {
    let head: MessageHead | null = null;
    try {
      head = readHead(raw);
      if (head === null) {
        // CRLF alone is a keep-alive (RFC 5626, 3.5.1).
        if (raw.trim() !== '') this.options.counters.malformed++;
        return;
      }
      this.deliver(head, raw, source);
    } catch (error) {
      this.options.counters.rejected++;
      this.options.log.warn(
        { peer: source.host, reason: maskText(error instanceof Error ? error.message : String(error)) },
        'SIP message refused',
      );
      if (head !== null) this.refuse(head, source, 400);
    }
  }

  private deliver(head: MessageHead, raw: string, source: SipAddress): void {
    const { counters } = this.options;
    const fault = faultOf(head);
    if (fault !== null) {
      counters.malformed++;
      this.refuse(head, source, fault);
      return;
    }
    const receiver = this.options.receivers.find(head.callId);
    if (head.requestMethod === null) {
      this.options.onResponse(head);
      const taken = receiver?.receive(repair(head, source), raw) ?? false;
      if (!taken) this.onStrayResponse(head, source);
      return;
    }
    if (head.requestMethod === 'ACK') this.options.onAck(head.branch);
    // Without To tag it is not part of a call: the dialer takes no calls, and OPTIONS needs no user agent.
    if (receiver && tagOf(head.to) !== null) {
      receiver.receive(repair(head, source), raw);
      return;
    }
    counters.unrouted++;
    const status = strayAnswer(head);
    // What is left unanswered is repeated over UDP alone (RFC 3261, 17.1.2.2).
    if (status === 481 && this.options.earlierCalls.awaited && this.options.protocol === 'UDP') return;
    this.refuse(head, source, status);
  }

  private onStrayResponse(head: MessageHead, source: SipAddress): void {
    const { counters, log, protocol, advertised, reply } = this.options;
    counters.unrouted++;
    if (head.cseqMethod !== 'INVITE' || !head.branch.startsWith('z9hG4bK') || !this.isOurVia(head.topVia)) return;
    if (head.status < 200 || head.status > 299) {
      reply(ghostTransactionRequest(head, head.status < 200 ? 'CANCEL' : 'ACK', protocol, advertised), source);
      return;
    }
    const remoteTag = tagOf(head.to);
    if (remoteTag === null) return;
    reply(ghostCallRequest(head, 'ACK', protocol, advertised), source);
    const id = `${head.callId} ${remoteTag}`;
    if (this.ghostCalls.has(id)) return;
    if (this.ghostCalls.size >= MAX_GHOST_CALLS) {
      for (const oldest of this.ghostCalls) {
        this.ghostCalls.delete(oldest);
        break;
      }
    }
    this.ghostCalls.add(id);
    log.warn({ peer: source.host }, 'Answer to a call that was given up: ended');
    reply(ghostCallRequest(head, 'BYE', protocol, advertised), source);
  }

  private isOurVia(topVia: string): boolean {
    const { host, port } = this.options.advertised;
    const sentBy = /^SIP\s*\/\s*2\.0\s*\/\s*\S+\s+([^;\s]+)/i.exec(topVia)?.[1]?.toLowerCase();
    return sentBy === `${host.includes(':') ? `[${host}]` : host}:${port}`.toLowerCase();
  }

  private refuse(head: MessageHead, source: SipAddress, status: number | null): void {
    if (head.requestMethod === null || head.requestMethod === 'ACK' || status === null) return;
    this.options.reply(answerText(head, source, status, this.options.userAgent), source);
  }
}
