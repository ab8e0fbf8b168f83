import { contentLengthOf } from './message-head.js';

/** A message with its body; far beyond what a call needs. Bytes. */
const MAX_MESSAGE_BYTES = 64 * 1024;
const END_OF_HEAD = '\r\n\r\n';
const CR = 0x0d;
const LF = 0x0a;

export interface FramedEvents {
  readonly onMessage: (text: string) => void;
  /** CRLFCRLF between messages: the peer asks whether we are there (RFC 5626, 3.5.1). */
  readonly onPing: () => void;
}

/**
 * Cuts a stream into messages (RFC 3261, 18.3): a head up to its empty line and as many bytes as its Content-Length says.
 * Works on bytes, because a character of UTF-8 may come in two pieces.
 */
export class MessageFramer {
  /** Single CRLFs between messages so far: answers to our own pings. */
  pongs = 0;
  private buffer: Buffer = Buffer.alloc(0);
  /** Bytes of the buffer in which no head ends. */
  private searched = 0;
  /** Of the message that is coming in, with its head; 0: its head is not complete. */
  private messageBytes = 0;
  private crlfBefore = false;

  constructor(private readonly events: FramedEvents) {}

  /**
   * @returns false if the stream cannot be followed any more: what comes is no SIP, too long, or of unknown length. In the
   * last case the head has been delivered, so that a request is refused.
   */
  push(chunk: Buffer): boolean {
    this.buffer = this.buffer.length === 0 ? chunk : Buffer.concat([this.buffer, chunk]);
    for (;;) {
      if (this.messageBytes === 0) {
        this.skipKeepAlives();
        if (this.buffer.length === 0 || this.isHalfCrlf()) return true;
        if (!beginsMessage(this.buffer)) return false;
        const headEnd = this.buffer.indexOf(END_OF_HEAD, this.searched, 'latin1');
        if (headEnd < 0) {
          this.searched = Math.max(0, this.buffer.length - END_OF_HEAD.length + 1);
          return this.buffer.length <= MAX_MESSAGE_BYTES;
        }
        const head = this.buffer.toString('utf8', 0, headEnd);
        const length = bodyLength(head);
        if (length === null) {
          this.events.onMessage(`${head}\r\nContent-Length: ${UNKNOWN_LENGTH}${END_OF_HEAD}`);
          return false;
        }
        this.messageBytes = headEnd + END_OF_HEAD.length + length;
        if (this.messageBytes > MAX_MESSAGE_BYTES) return false;
      }
      if (this.buffer.length < this.messageBytes) return true;
      const message = this.buffer.toString('utf8', 0, this.messageBytes);
      this.buffer = this.buffer.subarray(this.messageBytes);
      this.messageBytes = 0;
      this.searched = 0;
      this.crlfBefore = false;
      this.events.onMessage(message);
    }
  }

  private skipKeepAlives(): void {
    let at = 0;
    for (; this.buffer[at] === CR && this.buffer[at + 1] === LF; at += 2) {
      if (this.crlfBefore) {
        this.pongs--;
        this.events.onPing();
      } else {
        this.pongs++;
      }
      this.crlfBefore = !this.crlfBefore;
    }
    if (at > 0) {
      this.buffer = this.buffer.subarray(at);
      this.searched = 0;
    }
  }

  private isHalfCrlf(): boolean {
    return this.buffer.length === 1 && this.buffer[0] === CR;
  }
}

/**
 * Null: unknown. Some peers leave Content-Length out where there is no body, though it is mandatory on a stream; with a
 * Content-Type there is one, and it would be taken for the next message.
 */
const bodyLength = (head: string): number | null => {
  const length = contentLengthOf(head);
  if (length === 'absent') return CONTENT_TYPE.test(head) ? null : 0;
  return length === 'unreadable' ? null : length;
};
const CONTENT_TYPE = /\r\n(?:content-type|c)[ \t]*:/i;

/** With a method, which is a token (RFC 3261, 25.1), or with `SIP/2.0`. */
const beginsMessage = (buffer: Buffer): boolean => /^[\w.!%*+`'~-]/.test(buffer.toString('latin1', 0, 1));

/** No number, so that the router refuses the request. */
const UNKNOWN_LENGTH = 'unknown';
