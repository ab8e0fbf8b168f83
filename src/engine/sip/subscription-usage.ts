import type { Core, URI } from 'sip.js';
import type { Endpoint } from './endpoint.js';
import { type Notification, readSubscriptionState } from './notification.js';
import { NotifierDialog } from './notifier-dialog.js';
import { hex64 } from './random.js';
import { ask, type Reply } from './single-request.js';

const EVENT = 'dialog';
const BODY_TYPE = 'application/dialog-info+xml';
/** Telephones of one address that a SUBSCRIBE may have forked to; a bound against floods. */
const MAX_NOTIFIERS = 16;

export interface UsageListener {
  /** A NOTIFY that has been accepted. */
  notified(notification: Notification): void;
  /** The user agent ends, and this with it; nothing was sent. */
  lost(): void;
}

/** The part of sip.js's `NotifyUserAgentServer` that is needed here. */
type NotifyServer = Pick<Core.IncomingRequest, 'accept' | 'reject' | 'message'>;

/**
 * One SUBSCRIBE and the dialogs that its NOTIFYs make: their SIP, without a will of its own.
 *
 * In place of sip.js's `SubscribeUserAgentClient`, which takes one notifier and refuses the others of a forked SUBSCRIBE;
 * RFC 4235, 3.9 demands that each is accepted. sip.js asks its table of subscribers before it looks for a dialog, so that
 * every NOTIFY of the Call-ID, our tag and the event comes here, before or after the 200.
 */
export class SubscriptionUsage {
  private readonly callId: string;
  private readonly fromTag = hex64();
  private readonly dialogs = new Map<string, NotifierDialog>();
  private subscribe: Core.OutgoingRequestMessage | null = null;
  private released = false;
  /** Called when there is no dialog left. */
  private emptied: () => void = () => undefined;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly target: URI,
    private readonly listener: UsageListener,
  ) {
    this.callId = endpoint.newCallId();
    endpoint.core.subscribers.set(this.subscriberId, this as unknown as Core.SubscribeUserAgentClient);
  }

  /** The first SUBSCRIBE; once only. */
  begin(expiresSeconds: number, timeoutMs: number): Promise<Reply> {
    const { core, localUri } = this.endpoint;
    const { callId, fromTag, target } = this;
    const headers = this.headers(expiresSeconds);
    this.subscribe = core.makeOutgoingRequestMessage(
      'SUBSCRIBE',
      target,
      localUri,
      target,
      { callId, fromTag },
      headers,
    );
    return ask(this.endpoint, this.subscribe, timeoutMs);
  }

  /** A SUBSCRIBE to every notifier; the worst of the replies. */
  async refresh(expiresSeconds: number, timeoutMs: number): Promise<Reply> {
    const extraHeaders = this.headers(expiresSeconds);
    const replies = await Promise.all(
      [...this.dialogs.values()].map((dialog) => {
        const message = dialog.createOutgoingRequestMessage('SUBSCRIBE', { extraHeaders });
        return ask(this.endpoint, message, timeoutMs);
      }),
    );
    return replies.find((reply) => !isGood(reply)) ?? replies[0] ?? { kind: 'silence' };
  }

  /** Resolves when every notifier has confirmed by its last NOTIFY, or in time. */
  async end(timeoutMs: number): Promise<void> {
    if (this.dialogs.size > 0) {
      await new Promise<void>((resolve) => {
        const timer = this.endpoint.timers.after(timeoutMs, () => this.emptied());
        this.emptied = () => {
          timer.cancel();
          resolve();
        };
        void this.refresh(0, timeoutMs).then((reply) => {
          if (!isGood(reply)) this.emptied();
        });
      });
    }
    this.release();
  }

  /** A NOTIFY that comes from now on gets 481, which tells the notifier that it is over (RFC 6665, 4.1.3). */
  release(): void {
    if (this.released) return;
    this.released = true;
    this.endpoint.core.subscribers.delete(this.subscriberId);
    for (const dialog of this.dialogs.values()) dialog.dispose();
    this.dialogs.clear();
    this.emptied();
  }

  /** Called by sip.js when the user agent ends. */
  dispose(): void {
    if (this.released) return;
    this.release();
    this.listener.lost();
  }

  /** Called by sip.js. */
  onNotify(request: NotifyServer): void {
    const { message } = request;
    const report = readSubscriptionState(message.getHeader('subscription-state') ?? '');
    if (!report) {
      request.reject({ statusCode: 400, reasonPhrase: 'Missing Subscription-State' });
      return;
    }
    const body = message.body;
    if (body !== '' && typeOf(message) !== BODY_TYPE) {
      request.reject({ statusCode: 415, extraHeaders: [`Accept: ${BODY_TYPE}`] });
      return;
    }
    const notifier = message.fromTag;
    const known = this.dialogs.get(notifier);
    const refusal = known ? !known.follows(message) && 500 : report.state !== 'terminated' && this.welcome(message);
    if (refusal) {
      request.reject({ statusCode: refusal });
      return;
    }
    request.accept();
    if (report.state === 'terminated') {
      known?.dispose();
      this.dialogs.delete(notifier);
      if (this.dialogs.size === 0) this.emptied();
    }
    this.listener.notified({ ...report, notifier, body });
  }

  /** The status that a new notifier is refused with; false: it has a dialog now. */
  private welcome(notify: Core.IncomingRequestMessage): number | false {
    if (!this.subscribe || this.dialogs.size >= MAX_NOTIFIERS) return 481;
    // Refreshes could not reach it.
    if (!notify.hasHeader('contact')) return 400;
    const dialog = new NotifierDialog(this.endpoint.core, this.subscribe, notify);
    dialog.follows(notify);
    this.dialogs.set(notify.fromTag, dialog);
    return false;
  }

  private get subscriberId(): string {
    return `${this.callId}${this.fromTag}${EVENT}`;
  }

  private headers(expiresSeconds: number): string[] {
    return [this.endpoint.contactHeader, `Event: ${EVENT}`, `Accept: ${BODY_TYPE}`, `Expires: ${expiresSeconds}`];
  }
}

const typeOf = (message: Core.IncomingMessage): string | undefined =>
  message.getHeader('content-type')?.split(';')[0]?.trim().toLowerCase();

const isGood = (reply: Reply): boolean => reply.kind === 'response' && reply.status < 300;
