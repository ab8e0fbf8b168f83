import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';

const fixture = (name: string): string => readFileSync(new URL(`../fixtures/dnc/${name}`, import.meta.url), 'utf8');

/** PEM of the authority that has signed the server's certificates. */
export const authority = fixture('authority.pem');

export interface Question {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export type Behaviour = (question: Question, response: http.ServerResponse) => void;

/** The number in a question, and the answer that product.md describes. */
export const numberOf = ({ body }: Question): string => (JSON.parse(body) as { number: string }).number;
export const saying =
  (doNotCall: boolean | ((number: string) => boolean)): Behaviour =>
  (question, response) => {
    const number = numberOf(question);
    const said = typeof doNotCall === 'boolean' ? doNotCall : doNotCall(number);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ number, doNotCall: said }));
  };
export const sending =
  (text: string, status = 200, headers: Record<string, string> = {}): Behaviour =>
  (_question, response) => {
    response.writeHead(status, headers).end(text);
  };

/** A do-not-call service that does what the test says. */
export class ScriptedDnc {
  readonly questions: Question[] = [];
  behave: Behaviour = saying(false);
  connections = 0;

  private constructor(
    private readonly server: http.Server | https.Server,
    readonly url: string,
  ) {}

  /** @param certificate a name in test/fixtures/dnc: the server speaks TLS with it */
  static async start(certificate?: 'good' | 'other' | 'expired'): Promise<ScriptedDnc> {
    const server = certificate
      ? https.createServer({ cert: fixture(`${certificate}.pem`), key: fixture(`${certificate}.key`) })
      : http.createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const scripted = new ScriptedDnc(server, `${certificate ? 'https' : 'http'}://127.0.0.1:${port}/check`);
    server.on('connection', () => scripted.connections++);
    server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        const { method, url: path, headers } = request;
        const question = { method, path, headers, body: Buffer.concat(pieces).toString() };
        scripted.questions.push(question);
        scripted.behave(question, response);
      });
    });
    return scripted;
  }

  close(): Promise<void> {
    return new Promise((closed) => {
      this.server.close(() => closed());
      this.server.closeAllConnections();
    });
  }
}
