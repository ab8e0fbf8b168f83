import { Core, NameAddrHeader } from 'sip.js';

/**
 * The dialog with one notifier. sip.js has such a class too, which refreshes by timers of its own and refuses a second
 * notifier; NOTIFYs of this one come to `SubscriptionUsage`.
 */
export class NotifierDialog extends Core.Dialog {
  /** The NOTIFY makes the dialog, not the 200, which may come later or from somebody else (RFC 6665, 4.4.1). */
  constructor(core: Core.UserAgentCore, subscribe: Core.OutgoingRequestMessage, notify: Core.IncomingRequestMessage) {
    super(core, Core.SubscriptionDialog.initialDialogStateForSubscription(subscribe, notify));
  }

  /** False: it is older than what is known (RFC 3261, 12.2.2). A NOTIFY also tells where requests go from now on. */
  follows(notify: Core.IncomingRequestMessage): boolean {
    const { remoteSequenceNumber } = this.dialogState;
    if (remoteSequenceNumber !== undefined && notify.cseq <= remoteSequenceNumber) return false;
    this.dialogState.remoteSequenceNumber = notify.cseq;
    const contact: unknown = notify.parseHeader('contact');
    if (contact instanceof NameAddrHeader) this.dialogState.remoteTarget = contact.uri;
    return true;
  }

  /** Whatever is not a NOTIFY of our event. */
  override receiveRequest(message: Core.IncomingRequestMessage): void {
    if (message.method === 'ACK') return;
    this.core.replyStateless(message, { statusCode: message.method === 'NOTIFY' ? 489 : 405 });
  }
}
