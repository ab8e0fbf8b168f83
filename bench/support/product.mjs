// The product as a process of its own, its database, and what a client of it does.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import 'reflect-metadata';
import { startEmbeddedPostgres } from '../../dist/database/embedded-postgres.js';
import { openDatabase } from '../../dist/database/orm.js';

export const MASTER_PASSWORD = 'benchmark only';

/** An empty database with the schema of the product. */
export async function startDatabase() {
  const database = await startEmbeddedPostgres({ dataDir: mkdtempSync(join(tmpdir(), 'outdial-bench-pg-')) });
  const orm = await openDatabase({ url: database.url, poolSize: 2 });
  await orm.close(true);
  const pid = Number(readFileSync(join(database.dataDir, 'postmaster.pid'), 'utf8').split('\n')[0]);
  return {
    url: database.url,
    pid,
    async stop() {
      await database.stop();
      rmSync(database.dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * Resolves when it answers.
 * @param nodeArgs further ones of node
 */
export async function startProduct(database, environment = {}, nodeArgs = []) {
  const child = spawn(
    process.execPath,
    [
      '--max-semi-space-size=32',
      ...nodeArgs,
      ...(process.env.BENCH_NODE_ARGS?.split(' ') ?? []),
      fileURLToPath(new URL('../../dist/main.js', import.meta.url)),
    ],
    {
      env: {
        ...process.env,
        DATABASE_URL: database.url,
        HTTP_PORT: '0',
        DEMO: 'off',
        MASTER_PASSWORD,
        LOG_LEVEL: 'warn',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const lines = createInterface({ input: child.stdout });
  if (process.env.BENCH_DEBUG) lines.on('line', (line) => console.error(line));
  let url;
  while (!url) {
    const [line] = await once(lines, 'line');
    url = /(http:\/\/\S+)\/graphql/.exec(line)?.[1];
  }
  return {
    url,
    pid: child.pid,
    /** As a power failure would. */
    async kill() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

export class Client {
  constructor(url, token) {
    this.url = url;
    this.token = token;
  }

  get authorization() {
    return this.token ? { authorization: `Bearer ${this.token}` } : {};
  }

  async ask(query, variables = {}) {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.authorization },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = await response.json();
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }

  async login(username, password) {
    const { login } = await this.ask(`mutation ($input: LoginInput!) { login(input: $input) { token } }`, {
      input: { username, password },
    });
    return new Client(this.url, login.token);
  }
}

/** A session of a new user in all groups. */
export async function loginAs(url, role) {
  const master = await new Client(url).login('master', MASTER_PASSWORD);
  const { groups } = await master.ask('{ groups(first: 500) { nodes { id } } }');
  await master.ask(`mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id } } }`, {
    input: {
      username: role.toLowerCase(),
      password: MASTER_PASSWORD,
      role,
      groupIds: groups.nodes.map(({ id }) => id),
    },
  });
  return new Client(url).login(role.toLowerCase(), MASTER_PASSWORD);
}

export const round = (value) => Math.round(value * 100) / 100;
