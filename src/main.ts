import 'reflect-metadata';
import { resolve } from 'node:path';
import { type App, startApp } from './app.js';
import { loadConfig, logDir } from './config.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './database/embedded-postgres.js';
import { Demo } from './demo.js';
import { createLogger, type LogFileStream, openLogFiles } from './logger.js';

/** A server that is asked to end twice does not wait for calls any more. */
const EXIT_FORCED = 130;
/** PostgreSQL was away, and the ends of calls could not be written. */
const EXIT_LEFT_OPEN = 75;

const config = loadConfigOrExit();
/** On standard error alone, until the folder of the log files is there. */
let log = createLogger(config.LOG_LEVEL);

let database: EmbeddedPostgres | undefined;
let app: App | undefined;
let demo: Demo | undefined;
let logFiles: LogFileStream | undefined;
let ending = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(signal));

try {
  await start();
} catch (error) {
  log.error({ err: error }, 'start failed');
  console.error(`Outdial could not start: ${error instanceof Error ? error.message : String(error)}`);
  await closeAll();
  process.exit(1);
}

async function start(): Promise<void> {
  if (config.DATABASE_URL === undefined) {
    database = await startEmbeddedPostgres({ dataDir: config.DATA_DIR });
    if (database.dataDir !== resolve(config.DATA_DIR)) {
      console.log(`The database is in ${database.dataDir}, since PostgreSQL's user cannot reach ${config.DATA_DIR}.`);
    }
  }
  // Not before: the cluster of the embedded PostgreSQL is made in an empty folder, which theirs is in by default.
  if (config.LOG_LEVEL !== 'silent') {
    const options = { megabytes: config.LOG_FILE_MEGABYTES, files: config.LOG_FILES };
    logFiles = await openLogFiles({ dir: logDir(config), ...options });
    log = createLogger(config.LOG_LEVEL, logFiles);
  }
  const databaseUrl = config.DATABASE_URL ?? database?.url ?? '';
  // The lab is for those who have nothing of their own: no database, and no trunk.
  if (database && config.DEMO) demo = await Demo.start(databaseUrl, log);
  app = await startApp({ config, log, databaseUrl, lab: demo !== undefined, engineThread: true });
  void app.engineLost.then(giveUp);
  console.log(`Outdial answers at ${app.url}/, its API at ${app.url}/graphql`);
  if (app.generatedPassword !== undefined) {
    console.log(`The user "master" has the password ${app.generatedPassword} (to be changed at the first login).`);
  }
  await demo?.begin(app, config.TIME_ZONE, process.stdout);
}

async function end(signal: NodeJS.Signals): Promise<void> {
  // A terminal sends its Ctrl-C to npm, the launcher and us at once, and npm passes it on: close together they are one.
  if (ending) return;
  ending = true;
  setTimeout(() => {
    for (const again of ['SIGINT', 'SIGTERM'] as const) process.once(again, () => process.exit(EXIT_FORCED));
  }, 1000).unref();
  log.info({ signal }, 'ending: calls in flight finish');
  console.log('Ending: calls in flight finish. Once more to end at once.');
  process.exit((await closeAll()) > 0 ? EXIT_LEFT_OPEN : 0);
}

/** Not a call could be ended any more: the next start closes what is open. */
async function giveUp(error: Error): Promise<void> {
  ending = true;
  log.error({ err: error }, 'engine lost: the process ends');
  console.error(`Outdial ends, since its dialing engine has ended: ${error.message}`);
  await database?.stop();
  await closeLogFiles();
  process.exit(1);
}

async function closeAll(): Promise<number> {
  demo?.stopLine();
  const leftOpen = (await app?.close()) ?? 0;
  if (leftOpen > 0)
    console.error(`PostgreSQL is away: ${leftOpen} attempts stay open until the next start closes them.`);
  await demo?.close();
  await database?.stop();
  await closeLogFiles();
  return leftOpen;
}

/** The last lines are written when it resolves. */
async function closeLogFiles(): Promise<void> {
  if (!logFiles) return;
  const files = logFiles;
  logFiles = undefined;
  const closed = new Promise<void>((done) => files.once('close', done));
  files.end();
  await closed;
}

function loadConfigOrExit() {
  try {
    return loadConfig(process.env);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}
