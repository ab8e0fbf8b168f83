/** State of a trunk or dialer port; only `IN_SERVICE` is used for calls. */
export const LineState = {
  CONNECTING: 'CONNECTING',
  IN_SERVICE: 'IN_SERVICE',
  BACKING_OFF: 'BACKING_OFF',
  OUT_OF_SERVICE: 'OUT_OF_SERVICE',
} as const;
export type LineState = (typeof LineState)[keyof typeof LineState];

export const SipTransport = { UDP: 'UDP', TCP: 'TCP', TLS: 'TLS' } as const;
export type SipTransport = (typeof SipTransport)[keyof typeof SipTransport];

/** How an answered call gets to the pilot number (engine.md, SIP). */
export const TransferMode = { REFER: 'REFER', REINVITE: 'REINVITE' } as const;
export type TransferMode = (typeof TransferMode)[keyof typeof TransferMode];
