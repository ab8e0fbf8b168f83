// A PBX that tells of the dialogs of its extensions (RFC 4235), over the far end's socket.
import { randomUUID } from 'node:crypto';
import { headerOf } from './busy-peer.mjs';

const EXPIRES_S = 120;

/** Its extensions are in calls that they have made at first. */
export async function startDialogPeer({ agents, farEnd, master, useSource }) {
  const extensions = Array.from({ length: agents }, (_, index) => String(100 + index));
  const busy = new Set(extensions);
  /** What the SUBSCRIBE said, and the number of the next document, by extension. */
  const subscriptions = new Map();
  const addressOf = (extension) => `sip:${extension}@127.0.0.1:${farEnd.port}`;
  const notify = (extension, state = `active;expires=${EXPIRES_S}`) => {
    const subscription = subscriptions.get(extension);
    const { text, port } = subscription;
    const version = subscription.version++;
    const dialogs = busy.has(extension) ? '<dialog id="1" direction="initiator"><state>confirmed</state></dialog>' : '';
    const attributes = `version="${version}" state="full" entity="${addressOf(extension)}"`;
    const body = `<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" ${attributes}>${dialogs}</dialog-info>`;
    const lines = [
      `NOTIFY ${/<([^>]+)>/.exec(headerOf(text, 'Contact'))[1]} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${farEnd.port};branch=z9hG4bK${randomUUID()}`,
      `From: ${headerOf(text, 'To').replace(/;tag=.*/, '')};tag=busy`,
      `To: ${headerOf(text, 'From')}`,
      `Call-ID: ${headerOf(text, 'Call-ID')}`,
      `CSeq: ${version + 1} NOTIFY`,
      'Max-Forwards: 70',
      `Contact: <${addressOf(extension)}>`,
      'Event: dialog',
      `Subscription-State: ${state}`,
      'Content-Type: application/dialog-info+xml',
      `Content-Length: ${body.length}`,
    ];
    farEnd.send(`${lines.join('\r\n')}\r\n\r\n${body}`, port);
  };
  farEnd.on('subscribe', ({ text, port, accept }) => {
    const [, extension] = /^SUBSCRIBE sip:(\d+)@/.exec(text);
    const { version = 0 } = subscriptions.get(extension) ?? {};
    subscriptions.set(extension, { text, port, version });
    const isEnd = headerOf(text, 'Expires') === '0';
    accept([`Expires: ${isEnd ? 0 : EXPIRES_S}`, `Contact: <${addressOf(extension)}>`]);
    notify(extension, isEnd ? 'terminated;reason=timeout' : undefined);
  });
  const { trunks } = await master.ask('{ trunks { nodes { id } } }');
  const addresses = extensions.map(addressOf);
  await useSource({ sipDialog: { trunkId: trunks.nodes[0].id, addresses, minIdleSeconds: 0 } });
  return {
    set(index, isFree) {
      const extension = extensions[index];
      if (isFree) busy.delete(extension);
      else busy.add(extension);
      notify(extension);
    },
    close: () => undefined,
  };
}
