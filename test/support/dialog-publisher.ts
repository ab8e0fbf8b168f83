import { dialogDocument, type ToldDialog } from './dialog-documents.js';
import { ScriptedPhone } from './scripted-phone.js';

/** Publishes the dialogs of extensions to a presence server (RFC 3903), as a PBX does. */
export class DialogPublisher {
  private readonly etags = new Map<string, string>();
  private requests = 0;

  private constructor(
    private readonly phone: ScriptedPhone,
    private readonly serverPort: number,
  ) {}

  static async open(serverPort: number): Promise<DialogPublisher> {
    return new DialogPublisher(await ScriptedPhone.open(), serverPort);
  }

  /** Resolves when the server has taken it; another state of the same extension replaces it. */
  async publish(extension: string, dialogs: readonly ToldDialog[]): Promise<void> {
    const address = `sip:${extension}@127.0.0.1:${this.serverPort}`;
    const body = dialogDocument(dialogs, { version: this.requests, entity: address });
    const etag = this.etags.get(extension);
    const id = `publish-${this.requests++}`;
    const text = [
      `PUBLISH ${address} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${this.phone.port};branch=z9hG4bK${id}`,
      `From: <${address}>;tag=${id}`,
      `To: <${address}>`,
      `Call-ID: ${id}`,
      `CSeq: ${this.requests} PUBLISH`,
      'Max-Forwards: 70',
      'Event: dialog',
      'Expires: 60',
      ...(etag === undefined ? [] : [`SIP-If-Match: ${etag}`]),
      'Content-Type: application/dialog-info+xml',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n');
    this.phone.send(text, this.serverPort);
    const answer = await this.phone.next((message) => message.header('Call-ID') === id);
    if (answer.status !== 200) throw new Error(`PUBLISH is answered by ${answer.startLine}`);
    this.etags.set(extension, answer.header('SIP-ETag'));
  }

  /** The server has forgotten everything. */
  beginAnew(): void {
    this.etags.clear();
  }

  close(): Promise<void> {
    return this.phone.close();
  }
}
