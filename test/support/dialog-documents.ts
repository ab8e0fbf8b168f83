export interface ToldDialog {
  readonly id: string;
  readonly state: string;
  readonly direction?: 'initiator' | 'recipient';
  /** URI of the other side. */
  readonly remote?: string;
  /** `no`: on hold. */
  readonly rendering?: 'yes' | 'no';
}

export interface DocumentOptions {
  readonly version?: number;
  readonly state?: 'full' | 'partial';
  readonly entity?: string;
}

/** A document of the dialog event package (RFC 4235). */
export function dialogDocument(
  dialogs: readonly ToldDialog[],
  { version = 0, state = 'full', entity = 'sip:101@pbx.example' }: DocumentOptions = {},
): string {
  return [
    '<?xml version="1.0"?>',
    `<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="${state}" entity="${entity}">`,
    ...dialogs.map(dialogElement),
    '</dialog-info>',
    '',
  ].join('\r\n');
}

function dialogElement({ id, state, direction, remote, rendering }: ToldDialog): string {
  const target = `<target uri="sip:here"><param pname="+sip.rendering" pvalue="${rendering ?? 'yes'}"/></target>`;
  return [
    `<dialog id="${id}"${direction ? ` direction="${direction}"` : ''}>`,
    `<state>${state}</state>`,
    ...(rendering ? [`<local>${target}</local>`] : []),
    ...(remote ? [`<remote><identity>${remote}</identity></remote>`] : []),
    '</dialog>',
  ].join('');
}
