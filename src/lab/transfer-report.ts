import type { Dialog } from './dialog.js';
import type { SipEndpoint } from './sip-endpoint.js';

/** The subscription that a REFER creates (RFC 3515 section 2.4): NOTIFYs tell what became of it. */
export class TransferReport {
  private isOver = false;

  constructor(
    private readonly endpoint: SipEndpoint,
    private readonly dialog: Dialog,
    /** CSeq number of the REFER, which tells the reports of several REFERs apart (section 2.4.6). */
    private readonly referSequence: number,
  ) {}

  progress(status: number, reason: string): void {
    this.notify('active;expires=60', status, reason);
  }

  /** Only the first result is reported. It also goes out when the transferor has sent BYE already, as a PBX does. */
  result(status: number, reason: string): void {
    if (this.isOver) return;
    this.isOver = true;
    this.notify('terminated;reason=noresource', status, reason);
  }

  private notify(subscriptionState: string, status: number, reason: string): void {
    this.endpoint.request(
      this.dialog,
      'NOTIFY',
      [
        this.dialog.contact,
        ['Event', `refer;id=${this.referSequence}`],
        ['Subscription-State', subscriptionState],
        ['Content-Type', 'message/sipfrag;version=2.0'],
      ],
      `SIP/2.0 ${status} ${reason}\r\n`,
    );
  }
}
