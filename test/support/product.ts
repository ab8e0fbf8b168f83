import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { GraphQLClient } from './graphql-client.js';
import { MASTER_PASSWORD } from './test-app.js';

/** Apart from those of a server that somebody runs from the same folder. */
const LOG_DIR = join(tmpdir(), 'outdial-test-logs');

/** The product as its users run it: a process of its own, started from the build. */
export class Product {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  /** Resolves when it answers. What it logs as a warning or worse is printed if the start fails. */
  static async start(environment: Record<string, string>): Promise<Product> {
    const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
    const child = spawn(process.execPath, ['--enable-source-maps', main], {
      env: { ...process.env, HTTP_PORT: '0', DEMO: 'off', MASTER_PASSWORD, LOG_LEVEL: 'warn', LOG_DIR, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let complaints = '';
    child.stderr.on('data', (chunk: Buffer) => {
      complaints = (complaints + chunk.toString()).slice(-20_000);
    });
    const url = await new Promise<string>((done, failed) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const found = /(http:\/\/\S+)\/graphql/.exec(line)?.[1];
        if (found) done(found);
      });
      child.once('exit', (code, signal) => failed(new Error(`ended with ${code ?? signal}: ${complaints}`)));
    });
    return new Product(child, url);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  login(username: string, password: string): Promise<GraphQLClient> {
    return new GraphQLClient(this.url).login(username, password);
  }

  /** As a power failure would. */
  async kill(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }

  /** SIGTERM; resolves with the exit code when the calls in flight have finished. */
  async end(): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const ended = this.ended();
    this.child.kill('SIGTERM');
    return ended;
  }

  /** Resolves with the exit code when it ends, whoever ends it. */
  async ended(): Promise<number | null> {
    const [code] = (await once(this.child, 'exit')) as [number | null];
    return code;
  }
}
