import { isIP } from 'node:net';
import { join } from 'node:path';
import { isLoopback } from './loopback.js';

/**
 * The configuration: every environment variable, its default, its unit and its range, in one table. docs/configuration.md
 * is printed from it.
 */
interface Setting<T> {
  readonly description: string;
  /** As it would stand in the environment; undefined: not set. */
  readonly default: string | undefined;
  readonly parse: (text: string) => T;
}

/** Values must never be printed. */
const SECRETS = new Set(['DATABASE_URL', 'MASTER_PASSWORD', 'METRICS_TOKEN']);

const text = (value: string): string => value;

function integer(minimum: number, maximum: number) {
  return (value: string): number => {
    const number = Number(value);
    if (value.trim() === '' || !Number.isInteger(number) || number < minimum || number > maximum) {
      throw new Error(`must be a whole number from ${minimum} to ${maximum}`);
    }
    return number;
  };
}

function positive(value: string): number {
  const number = Number(value);
  if (!Number.isFinite(number) || number <= 0) throw new Error('must be a number above 0');
  return number;
}

function oneOf<const T extends string>(...allowed: readonly T[]) {
  return (value: string): T => {
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) throw new Error(`must be one of ${allowed.join(', ')}`);
    return found;
  };
}

const onOrOff = (value: string): boolean => oneOf('on', 'off')(value) === 'on';

function secretToken(value: string): string {
  if (!/^[\x21-\x7e]{24,200}$/.test(value)) throw new Error('must have 24 to 200 characters of ASCII, without blanks');
  return value;
}

function timeZone(value: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return value;
  } catch {
    throw new Error('must be the IANA name of a time zone, for example America/Sao_Paulo');
  }
}

function ipAddress(value: string): string {
  if (!isIP(value)) throw new Error('must be an IPv4 or IPv6 address');
  return value;
}

function ownAddress(value: string): string {
  ipAddress(value);
  if (value === '0.0.0.0' || value === '::') {
    throw new Error('must be one address of this machine, which is told to the other side');
  }
  return value;
}

/** One address, or one of each family; in the order given. */
function ownAddresses(value: string): readonly string[] {
  const addresses = value.split(',').map((part) => ownAddress(part.trim()));
  if (new Set(addresses.map(isIP)).size < addresses.length) {
    throw new Error('must be one address, or an IPv4 and an IPv6 address separated by a comma');
  }
  return addresses;
}

function portRange(value: string): { readonly first: number; readonly last: number } {
  const [first, last] = value.split('-').map(Number);
  if (!first || !last || first < 1024 || last > 65_535 || last < first) {
    throw new Error('must be two network ports from 1024 to 65535, for example 20000-29999');
  }
  return { first, last };
}

function setting<T>(description: string, defaultText: string | undefined, parse: (text: string) => T): Setting<T> {
  return { description, default: defaultText, parse };
}

export const settings = {
  HTTP_HOST: setting('Address that the API listens on; plain HTTP is for loopback only.', '127.0.0.1', ipAddress),
  HTTP_PORT: setting('Network port of the API, 0 to 65535; 0: any free one.', '4000', integer(0, 65_535)),
  HTTPS_PORT: setting(
    'Network port of the API where a certificate is configured, 0 to 65535; 0: any free one.',
    '9443',
    integer(0, 65_535),
  ),
  TLS_CERT_FILE: setting(
    'PEM file with the certificate and those between it and its authority; together with `TLS_KEY_FILE`: the API is HTTPS on `HTTPS_PORT`.',
    undefined,
    text,
  ),
  TLS_KEY_FILE: setting('PEM file with the private key of the certificate.', undefined, text),
  DATABASE_URL: setting(
    'Connection string of a PostgreSQL 15 or newer; not set: an embedded server is started.',
    undefined,
    text,
  ),
  DATABASE_POOL_SIZE: setting(
    "Connections to PostgreSQL, 4 to 200; a quarter of them are the engine's.",
    '16',
    integer(4, 200),
  ),
  DATA_DIR: setting('Folder of the embedded PostgreSQL and of the log files.', './var', text),
  DEMO: setting(
    '`on`: with the embedded database and no trunk, the lab is started and a demo campaign dialed; `off`: neither.',
    'on',
    onOrOff,
  ),
  MASTER_PASSWORD: setting(
    'First password of the user `master`, 8 to 128 characters; not set: one is generated and printed once.',
    undefined,
    text,
  ),
  METRICS_TOKEN: setting(
    'Bearer token with which Prometheus reads `/metrics` from other machines, 24 to 200 characters; not set: the token of a session of a `MASTER` alone is taken.',
    undefined,
    secretToken,
  ),
  TIME_ZONE: setting('IANA name of the time zone of campaigns that name none.', systemTimeZone(), timeZone),
  SESSION_HOURS: setting('Hours until a session ends by itself, 1 to 720.', '12', integer(1, 720)),
  MAX_PARALLEL_CALLS: setting(
    'Cap on the parallel calls of the installation, 1 to 10000; those whose transfer is complete do not count.',
    '300',
    integer(1, 10_000),
  ),
  MAX_CALLS_PER_SECOND: setting('Cap on the calls per second of the installation, above 0.', '50', positive),
  SIP_HOST: setting(
    'Address of SIP and RTP, which trunks must be able to reach; or an IPv4 and an IPv6 address, separated by a comma.',
    '127.0.0.1',
    ownAddresses,
  ),
  SIP_ADVERTISED_HOST: setting(
    'Address that SIP and SDP tell the other side where it is not `SIP_HOST`, for example that of a NAT which forwards the ports; one for each family at most. Not set: `SIP_HOST`.',
    undefined,
    ownAddresses,
  ),
  SIP_PORT: setting('Network port of SIP over UDP and TCP, 0 to 65535; 0: any free ones.', '0', integer(0, 65_535)),
  SIP_TLS_PORT: setting(
    'Network port of SIP over TLS, 0 to 65535; 0: any free one. Listens where `SIP_TLS_CERT_FILE` is set.',
    '5061',
    integer(0, 65_535),
  ),
  SIP_TLS_CERT_FILE: setting(
    'PEM file with the certificate that is shown to trunks over TLS, and those between it and its authority; together with `SIP_TLS_KEY_FILE`. Not set: servers must send requests over the connection that Outdial has opened.',
    undefined,
    text,
  ),
  SIP_TLS_KEY_FILE: setting('PEM file with the private key of that certificate.', undefined, text),
  SIP_TLS_CA_FILE: setting(
    'PEM file with authorities of trunks over TLS, besides the well-known ones.',
    undefined,
    text,
  ),
  RTP_PORTS: setting('Network ports of RTP, first and last.', '20000-29999', portRange),
  AMD_RECORDING_SECONDS: setting(
    'Seconds of each call with detection that are recorded to tune it, 0 to 12; 0: nothing is recorded. Ask first whether the law allows it.',
    '0',
    integer(0, 12),
  ),
  AMD_RECORDING_DAYS: setting('Days for which these recordings are kept, 1 to 365.', '7', integer(1, 365)),
  UPLOAD_MAX_MEGABYTES: setting('Size of an uploaded file, 1 to 10000 megabytes.', '200', integer(1, 10_000)),
  OSCC_ENABLED: setting(
    '`on`: queues may have agent sources of the kind `OSCC`, which is untested: it has never met a real server.',
    'off',
    onOrOff,
  ),
  INTROSPECTION: setting('`on` or `off`: whether the schema can be asked for.', 'on', onOrOff),
  LOG_DIR: setting('Folder of the log files; not set: `logs` in `DATA_DIR`.', undefined, text),
  LOG_FILE_MEGABYTES: setting('Size at which the next log file is begun, 1 to 1000 megabytes.', '10', integer(1, 1000)),
  LOG_FILES: setting('Log files that are kept, 2 to 1000; the oldest are deleted.', '10', integer(2, 1000)),
  LOG_LEVEL: setting(
    'What is logged: `debug`, `info`, `warn`, `error` or `silent`.',
    'info',
    oneOf('debug', 'info', 'warn', 'error', 'silent'),
  ),
};

type Settings = typeof settings;
type Value<S> = S extends Setting<infer T> ? T : never;
/** Settings without a default may be absent. */
type Optional =
  | 'DATABASE_URL'
  | 'MASTER_PASSWORD'
  | 'METRICS_TOKEN'
  | 'TLS_CERT_FILE'
  | 'TLS_KEY_FILE'
  | 'LOG_DIR'
  | 'SIP_ADVERTISED_HOST'
  | 'SIP_TLS_CERT_FILE'
  | 'SIP_TLS_KEY_FILE'
  | 'SIP_TLS_CA_FILE';

export type Config = {
  readonly [K in keyof Settings as K extends Optional ? never : K]: Value<Settings[K]>;
} & { readonly [K in Optional]?: Value<Settings[K]> };

/** Reads the environment; throws one error that names every setting that is not acceptable. */
export function loadConfig(environment: NodeJS.ProcessEnv): Config {
  const problems: string[] = [];
  const entries = Object.entries(settings).map(([name, { default: fallback, parse }]) => {
    const given = environment[name] === '' ? undefined : environment[name];
    const value = given ?? fallback;
    if (value === undefined) return [name, undefined] as const;
    try {
      return [name, parse(value)] as const;
    } catch (error) {
      const shown = SECRETS.has(name) ? '' : `=${JSON.stringify(value)}`;
      problems.push(`${name}${shown} ${error instanceof Error ? error.message : String(error)}`);
      return [name, undefined] as const;
    }
  });
  const config = Object.freeze(Object.fromEntries(entries.filter(([, value]) => value !== undefined))) as Config;
  if (problems.length === 0) problems.push(...transportProblems(config), ...sipProblems(config));
  if (problems.length > 0) throw new Error(`The configuration is not acceptable:\n  ${problems.join('\n  ')}`);
  return config;
}

/** Where the log files are. */
export function logDir(config: Config): string {
  return config.LOG_DIR ?? join(config.DATA_DIR, 'logs');
}

/** Passwords and telephone numbers do not cross a network in the clear. */
function transportProblems({ HTTP_HOST, TLS_CERT_FILE, TLS_KEY_FILE }: Config): string[] {
  if ((TLS_CERT_FILE === undefined) !== (TLS_KEY_FILE === undefined)) {
    return ['TLS_CERT_FILE and TLS_KEY_FILE belong together: set both for HTTPS, or neither'];
  }
  if (TLS_CERT_FILE !== undefined || isLoopback(HTTP_HOST)) return [];
  return [
    `HTTP_HOST="${HTTP_HOST}" can be reached from other machines, and plain HTTP is for loopback only: set TLS_CERT_FILE and TLS_KEY_FILE, or leave HTTP_HOST at 127.0.0.1`,
  ];
}

function sipProblems(config: Config): string[] {
  const problems: string[] = [];
  if ((config.SIP_TLS_CERT_FILE === undefined) !== (config.SIP_TLS_KEY_FILE === undefined)) {
    problems.push('SIP_TLS_CERT_FILE and SIP_TLS_KEY_FILE belong together: set both, or neither');
  }
  const families = config.SIP_HOST.map(isIP);
  for (const address of config.SIP_ADVERTISED_HOST ?? []) {
    if (!families.includes(isIP(address))) {
      problems.push(`SIP_ADVERTISED_HOST="${address}" is of a family that SIP_HOST has no address of`);
    }
  }
  return problems;
}

function systemTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
