import http from 'node:http';
import type { GraphQLAnswer, GraphQLClient } from './graphql-client.js';

const BOUNDARY = 'boundary';

/** An upload of a sender that takes its time: the file goes on, or ends, when the test says so. */
export class HeldUpload<T = Record<string, never>> {
  /** Rejects if the connection ends without an answer. */
  readonly answer: Promise<{ readonly status: number } & GraphQLAnswer<T>>;
  private readonly request: http.ClientRequest;

  constructor(client: GraphQLClient, query: string, variables: Record<string, unknown>, beginning: string) {
    this.request = http.request(`${client.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
        'apollo-require-preflight': 'true',
        authorization: `Bearer ${client.token ?? ''}`,
      },
    });
    this.answer = new Promise((resolve, reject) => {
      this.request.on('error', reject).on('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        response.on('error', reject).on('end', () => {
          resolve({ status: response.statusCode ?? 0, ...(JSON.parse(text) as GraphQLAnswer<T>) });
        });
      });
    });
    this.answer.catch(() => undefined);
    const part = (name: string, content: string) =>
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${content}\r\n`;
    this.request.write(
      part('operations', JSON.stringify({ query, variables: { ...variables, file: null } })) +
        part('map', JSON.stringify({ 0: ['variables.file'] })) +
        `--${BOUNDARY}\r\nContent-Disposition: form-data; name="0"; filename="leads.csv"\r\n\r\n` +
        beginning,
    );
  }

  write(more: string): void {
    this.request.write(more);
  }

  finish(): typeof this.answer {
    this.request.end(`\r\n--${BOUNDARY}--\r\n`);
    return this.answer;
  }

  /** Goes away in the middle. */
  abandon(): void {
    this.request.destroy();
  }
}
