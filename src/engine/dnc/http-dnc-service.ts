import http from 'node:http';
import https from 'node:https';
import got, { TimeoutError } from 'got';
import type { DncReply, DncServiceSettings, OutspokenDncService } from '../contracts/dnc-service.js';
import type { DncAnswer } from '../domain/dnc-answer.js';
import { dncUrlProblem } from '../domain/dnc-url.js';

/** The answer has some 50 bytes; a service that sends more than this sends something else. */
const MAX_ANSWER_BYTES = 4096;
/**
 * How long a connection that is not in use is kept. Shorter than servers do: one that the server closes at the very
 * moment of the next question would look like a service that is down, since nothing is asked twice.
 */
const IDLE_MS = 1_000;

/**
 * The answer, with its two members in either order and blanks where JSON has them. A parser would also take what is not
 * clear: a member that stands there twice, or further ones that may say under which condition the answer holds.
 */
const BLANKS = '[ \\t\\r\\n]*';
const NUMBER_FIRST = '{ "number" : "(?<number>\\d+)" , "doNotCall" : (?<flag>true|false) }';
const NUMBER_LAST = '{ "doNotCall" : (?<first>true|false) , "number" : "(?<last>\\d+)" }';
const ANSWER = new RegExp(`^ (?:${NUMBER_FIRST}|${NUMBER_LAST}) $`.replace(/[{}]/g, '\\$&').replaceAll(' ', BLANKS));

/** Codes of Node and OpenSSL for a certificate that does not convince. */
const CERTIFICATE_FAULT = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY)|HOSTNAME_MISMATCH|INVALID_(?:CA|PURPOSE)/;

/**
 * A do-not-call service over HTTP (product.md, Do not call): one POST, no second try, no redirect, and an answer that is
 * taken only if it is exactly the one that is described, about the number that was asked about.
 */
export class HttpDncService implements OutspokenDncService {
  private readonly agents = {
    http: new http.Agent({ keepAlive: true, timeout: IDLE_MS }),
    https: new https.Agent({ keepAlive: true, timeout: IDLE_MS }),
  };
  private fault: string | null = null;

  constructor(private readonly settings: Pick<DncServiceSettings, 'url' | 'caCertificate' | 'timeoutMs'>) {}

  /** What was wrong with the last question; null if it was answered, or if none was asked. */
  get lastMessage(): string | null {
    return this.fault;
  }

  async check(phoneNumber: string): Promise<DncAnswer> {
    return (await this.ask(phoneNumber)).answer;
  }

  async ask(phoneNumber: string): Promise<DncReply> {
    const reply = await this.post(phoneNumber.replace(/^\+/, '')).catch((error: unknown) =>
      outOfService(this.explain(error)),
    );
    this.fault = reply.message;
    return reply;
  }

  /** Ends the connections; questions under way are not answered any more. */
  close(): void {
    this.agents.http.destroy();
    this.agents.https.destroy();
  }

  private async post(digits: string): Promise<DncReply> {
    const { url, caCertificate, timeoutMs } = this.settings;
    const problem = dncUrlProblem(url);
    if (problem !== undefined) return outOfService(`Its URL ${problem}.`);
    const response = got.stream.post(url, {
      body: JSON.stringify({ number: digits }),
      headers: { 'content-type': 'application/json', accept: 'application/json', 'user-agent': 'Outdial' },
      agent: this.agents,
      timeout: { request: timeoutMs },
      retry: { limit: 0 },
      followRedirect: false,
      throwHttpErrors: false,
      // What is counted is then what comes over the wire.
      decompress: false,
      https: { rejectUnauthorized: true, ...(caCertificate !== null && { certificateAuthority: caCertificate }) },
    });
    const pieces: Buffer[] = [];
    let size = 0;
    // To leave the loop ends the request.
    for await (const piece of response as AsyncIterable<Buffer>) {
      pieces.push(piece);
      size += piece.length;
      if (response.response?.statusCode !== 200) break;
      if (size > MAX_ANSWER_BYTES) return outOfService(`Its answer is larger than ${MAX_ANSWER_BYTES} bytes.`);
    }
    const status = response.response?.statusCode;
    if (status !== 200) return outOfService(`It answered with the HTTP status ${status ?? 'none'} instead of 200.`);
    return readAnswer(Buffer.concat(pieces).toString('utf8'), digits);
  }

  private explain(error: unknown): string {
    if (error instanceof TimeoutError) return `It did not answer within ${this.settings.timeoutMs} ms.`;
    const { code, message } = error as { code?: unknown; message?: unknown };
    if (typeof code === 'string' && CERTIFICATE_FAULT.test(code)) {
      return `Its certificate is not accepted: ${String(message)}.`;
    }
    return `It cannot be reached: ${String(message)}.`;
  }
}

function readAnswer(text: string, digits: string): DncReply {
  const { number, last, flag, first } = ANSWER.exec(text)?.groups ?? {};
  if ((number ?? last) !== digits) {
    return outOfService('Its answer is not {"number":…,"doNotCall":…} about the number that was asked about.');
  }
  return { answer: (flag ?? first) === 'true' ? 'DO_NOT_CALL' : 'MAY_CALL', message: null };
}

function outOfService(message: string): DncReply {
  return { answer: 'OUT_OF_SERVICE', message };
}
