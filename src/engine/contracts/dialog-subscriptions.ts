/**
 * Who is on the telephone, as a PBX tells it: subscriptions to the dialog state of extensions and channels (RFC 4235). The SIP
 * adapter implements it. Nothing throws or rejects for what the network does: that comes in `state`.
 */
export interface DialogSubscriptions {
  /** Subscribes over the trunk, and again whenever it is needed, until `end`. The listener is never called before this returns. */
  subscribe(request: DialogSubscriptionRequest, listener: DialogListener): DialogSubscription;
}

export interface DialogSubscriptionRequest {
  /** A trunk that is not there, or not there yet, is waited for. */
  readonly trunkId: string;
  /** SIP URI of the extension or channel. */
  readonly address: string;
}

export interface DialogListener {
  stateChanged(): void;
  notified(document: DialogDocument): void;
  /** What the notifier has said does not hold any more. */
  notifierGone(notifier: string): void;
}

/** In the order in which the notifier has made them, none twice. */
export interface DialogDocument {
  /** One address may have several notifiers: the SUBSCRIBE may fork to all its telephones (RFC 4235, 3.9). */
  readonly notifier: string;
  /** Of the type application/dialog-info+xml, and not looked at yet; empty: the notifier has sent none, so that it may not know. */
  readonly text: string;
}

export interface DialogSubscription {
  readonly state: DialogSubscriptionState;
  /** Asks for the full state, because a document was missed or cannot be read; at most every five seconds. */
  refresh(): void;
  /** Unsubscribes. Resolves when the PBX has confirmed, or in two seconds; the listener hears nothing from the call on. */
  end(): Promise<void>;
}

export interface DialogSubscriptionState {
  /** In any other than `ACTIVE` what was said before is not to be believed. */
  readonly status: 'PENDING' | 'ACTIVE' | 'TERMINATED';
  /** Of the last try, kept until one succeeds. */
  readonly fault?: DialogSubscriptionFault;
  /** In English, without addresses or secrets. */
  readonly message?: string;
  /** Set while it is `TERMINATED`, unless the trunk has to come back first. */
  readonly nextTryAt?: Date;
}

export type DialogSubscriptionFault =
  /** The trunk is not there, is out of service, or does not answer. */
  | 'UNREACHABLE'
  /** 401 or 407 to the trunk's user name and password. */
  | 'CREDENTIALS'
  | 'FORBIDDEN'
  | 'NO_SUCH_ADDRESS'
  /** The PBX does not have the dialog event package. */
  | 'NOT_SUPPORTED'
  /** Any other refusal, or the PBX has ended it. */
  | 'REFUSED';
