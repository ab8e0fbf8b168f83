import { dialogDocument, type DocumentOptions, type ToldDialog } from './dialog-documents.js';
import type { PhoneLinkOptions } from './phone-link.js';
import { type PhoneMessage, ScriptedPhone } from './scripted-phone.js';

interface Subscription {
  /** The SUBSCRIBE that began it. */
  readonly begun: PhoneMessage;
  version: number;
}

interface NotifyOptions extends DocumentOptions {
  readonly substate?: string;
  /** In place of the document of `dialogs`. */
  readonly body?: string;
  readonly headers?: readonly string[];
  readonly tag?: string;
  readonly cseq?: number;
  readonly eventHeader?: string;
  readonly event?: string;
  readonly contentType?: string;
}

/** A notifier of the dialog event package on the wire, which does what a test tells it. */
export class SipNotifier {
  /** Seconds that it grants. */
  expires = 120;
  /** Below it a SUBSCRIBE gets 423. */
  minExpires = 0;
  /** In place of all else, with header lines; null: as usual. */
  answer: { readonly status: number; readonly headers?: readonly string[] } | null = null;
  isSilent = false;
  /** What the NOTIFY after a SUBSCRIBE says; null: none is sent. */
  firstSubstate: string | null = 'active;expires=120';
  notifiesFirst = false;
  /** By Call-ID. */
  readonly subscriptions = new Map<string, Subscription>();

  private constructor(readonly phone: ScriptedPhone) {
    phone.on.set('SUBSCRIBE', (request) => this.onSubscribe(request));
    phone.on.set('OPTIONS', (request) => {
      if (!this.isSilent) phone.reply(request, 200);
    });
  }

  static async open(link: Partial<PhoneLinkOptions> = {}): Promise<SipNotifier> {
    return new SipNotifier(await ScriptedPhone.open(link));
  }

  get port(): number {
    return this.phone.port;
  }

  /** Those that it has had a SUBSCRIBE from, the ended ones excepted. */
  get watchers(): readonly PhoneMessage[] {
    return [...this.subscriptions.values()].map(({ begun }) => begun);
  }

  /** To every subscription, or to the one that the SUBSCRIBE began. */
  notify(dialogs: readonly ToldDialog[], options: NotifyOptions = {}, to?: PhoneMessage): void {
    for (const subscription of this.subscriptions.values()) {
      if (!to || subscription.begun === to) this.send(subscription, dialogs, options);
    }
  }

  close(): Promise<void> {
    return this.phone.close();
  }

  private onSubscribe(request: PhoneMessage): void {
    if (this.isSilent) return;
    const { phone, answer } = this;
    const asked = Number(request.header('Expires'));
    if (answer) {
      phone.reply(request, answer.status, { headers: answer.headers ?? [] });
      return;
    }
    if (asked > 0 && asked < this.minExpires) {
      phone.reply(request, 423, { headers: [`Min-Expires: ${this.minExpires}`] });
      return;
    }
    const callId = request.header('Call-ID');
    const isRefresh = request.header('To').includes(';tag=');
    const known = this.subscriptions.get(callId);
    if (isRefresh && !known) {
      phone.reply(request, 481);
      return;
    }
    const subscription = known ?? { begun: request, version: 0 };
    this.subscriptions.set(callId, subscription);
    const accept = () => phone.reply(request, 200, { headers: [`Expires: ${Math.min(asked, this.expires)}`] });
    const tell = () => this.tellAll(subscription, asked);
    for (const step of this.notifiesFirst ? [tell, accept] : [accept, tell]) step();
  }

  private tellAll(subscription: Subscription, asked: number): void {
    if (asked === 0) {
      this.send(subscription, [], { substate: 'terminated;reason=timeout' });
      this.subscriptions.delete(subscription.begun.header('Call-ID'));
    } else if (this.firstSubstate !== null) {
      this.send(subscription, [], { substate: this.firstSubstate });
    }
  }

  private send(subscription: Subscription, dialogs: readonly ToldDialog[], options: NotifyOptions): void {
    const { substate = 'active', headers = [], tag, cseq, eventHeader = 'Event', event = 'dialog' } = options;
    const { contentType = 'application/dialog-info+xml' } = options;
    const body = options.body ?? dialogDocument(dialogs, { version: subscription.version, ...options });
    subscription.version++;
    this.phone.request('NOTIFY', subscription.begun, {
      headers: [
        `${eventHeader}: ${event}`,
        ...(substate === '' ? [] : [`Subscription-State: ${substate}`]),
        ...(body === '' ? [] : [`Content-Type: ${contentType}`]),
        ...headers,
      ],
      body,
      ...(tag !== undefined && { tag }),
      ...(cseq !== undefined && { cseq }),
    });
  }
}
