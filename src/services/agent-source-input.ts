import type { AgentSourceSettings } from '../entities/queue.js';
import type { InputCheck } from './input-check.js';
import { checkHost, checkSipAddress, checkSipPassword } from './sip-input.js';

/** An agent source as it is given: the one field that is set decides the kind. */
export interface AgentSourceValue {
  readonly oscc?: OsccValue | null;
  readonly asteriskAmi?: AsteriskAmiValue | null;
  readonly freeswitchEsl?: FreeswitchEslValue | null;
  readonly sipDialog?: SipDialogValue | null;
  readonly push?: { readonly reporterId: string } | null;
  readonly fixed?: { readonly channels: number; readonly holdSeconds: number } | null;
}

interface OsccValue {
  readonly url: string;
  readonly username: string;
  readonly password?: string | null;
  readonly groupKey: string;
}

interface AsteriskAmiValue {
  readonly host: string;
  readonly amiPort?: number | null;
  readonly tls: boolean;
  readonly username: string;
  readonly secret?: string | null;
  readonly queueName: string;
  readonly wrapUpSeconds?: number | null;
}

interface FreeswitchEslValue {
  readonly host: string;
  readonly eslPort: number;
  readonly password?: string | null;
  readonly queueName: string;
}

interface SipDialogValue {
  readonly trunkId: string;
  readonly addresses: readonly string[];
  readonly minIdleSeconds: number;
}

export interface ReadAgentSource {
  readonly settings: AgentSourceSettings;
  /** As it was given; undefined: none was. */
  readonly secret?: string | undefined;
  /** Of the secret's field; absent for kinds that have none. */
  readonly secretPath?: string;
}

const PATH = 'input.agentSource';
/** Each is a subscription of its own; their refreshes share the pace of SUBSCRIBEs. */
const MAX_ADDRESSES = 1_000;
/** It becomes part of an action or a command of one line. */
const CONTROL = /\p{Cc}/u;
/** It becomes the argument of a function of Asterisk. */
const FUNCTION_SYNTAX = /[,(){}$"\\]/;

/** Undefined if it is not acceptable, and then the check knows why. */
export function readAgentSource(
  check: InputCheck,
  value: AgentSourceValue,
  options: { readonly osccEnabled: boolean },
): ReadAgentSource | undefined {
  const given = Object.entries(value).filter(([, settings]) => settings != null);
  if (given.length !== 1) {
    const names = given.map(([name]) => name).join(', ') || 'none';
    check.require(false, PATH, `exactly one source must be given, not ${names}`);
    return undefined;
  }
  const { asteriskAmi, fixed, freeswitchEsl, oscc, push, sipDialog } = value;
  if (push) return { settings: { kind: 'PUSH', reporterId: push.reporterId } };
  if (fixed) return readFixed(check, fixed);
  if (asteriskAmi) return readAsteriskAmi(check, asteriskAmi);
  if (freeswitchEsl) return readFreeswitchEsl(check, freeswitchEsl);
  if (oscc) return readOscc(check, oscc, options.osccEnabled);
  return sipDialog ? readSipDialog(check, sipDialog) : undefined;
}

/** A source that is new, or had another kind, needs its secret; otherwise the stored one stays. */
export function requireSecret(check: InputCheck, { secret, secretPath }: ReadAgentSource, hasStored: boolean): void {
  if (secretPath === undefined) return;
  check.require(
    secret !== undefined || hasStored,
    secretPath,
    'is required for a source that is new or of another kind',
  );
}

function readFixed(
  check: InputCheck,
  { channels, holdSeconds }: NonNullable<AgentSourceValue['fixed']>,
): ReadAgentSource {
  check.require(channels >= 1, `${PATH}.fixed.channels`, `${channels} is not allowed: 1 or more`);
  check.range(`${PATH}.fixed.holdSeconds`, holdSeconds, 1, 86_400);
  return { settings: { kind: 'FIXED', channels, holdSeconds } };
}

function readAsteriskAmi(check: InputCheck, value: AsteriskAmiValue): ReadAgentSource {
  const path = `${PATH}.asteriskAmi`;
  const { host, tls, username, queueName, secret, wrapUpSeconds = null } = value;
  const amiPort = value.amiPort ?? (tls ? 5039 : 5038);
  checkHost(check, `${path}.host`, host);
  check.range(`${path}.amiPort`, amiPort, 1, 65_535);
  checkName(check, `${path}.username`, username);
  checkName(check, `${path}.queueName`, queueName);
  check.require(!FUNCTION_SYNTAX.test(queueName), `${path}.queueName`, 'must not contain any of ,(){}$"\\');
  check.range(`${path}.wrapUpSeconds`, wrapUpSeconds, 0, 3600);
  checkSipPassword(check, `${path}.secret`, secret);
  const settings = { kind: 'ASTERISK_AMI', host, amiPort, tls, username, queueName, wrapUpSeconds } as const;
  return { settings, secret: secret ?? undefined, secretPath: `${path}.secret` };
}

function readFreeswitchEsl(check: InputCheck, value: FreeswitchEslValue): ReadAgentSource {
  const path = `${PATH}.freeswitchEsl`;
  const { host, eslPort, queueName, password } = value;
  checkHost(check, `${path}.host`, host);
  check.range(`${path}.eslPort`, eslPort, 1, 65_535);
  checkName(check, `${path}.queueName`, queueName);
  checkSipPassword(check, `${path}.password`, password);
  const settings = { kind: 'FREESWITCH_ESL', host, eslPort, queueName } as const;
  return { settings, secret: password ?? undefined, secretPath: `${path}.password` };
}

function readOscc(check: InputCheck, value: OsccValue, isEnabled: boolean): ReadAgentSource | undefined {
  const path = `${PATH}.oscc`;
  if (!isEnabled) {
    const message = 'this kind of source is not enabled: it has never met a real server (OSCC_ENABLED)';
    check.require(false, path, message);
    return undefined;
  }
  const { url, username, groupKey, password } = value;
  check.require(isPlainUrl(url), `${path}.url`, 'must be an address with http or https, without user and password');
  checkName(check, `${path}.username`, username);
  checkName(check, `${path}.groupKey`, groupKey);
  checkSipPassword(check, `${path}.password`, password);
  return {
    settings: { kind: 'OSCC', url, username, groupKey },
    secret: password ?? undefined,
    secretPath: `${path}.password`,
  };
}

/** The trunk is looked up by the service. */
function readSipDialog(check: InputCheck, value: SipDialogValue): ReadAgentSource {
  const path = `${PATH}.sipDialog`;
  const { addresses, minIdleSeconds } = value;
  check.require(
    addresses.length >= 1 && addresses.length <= MAX_ADDRESSES,
    `${path}.addresses`,
    `has ${addresses.length} entries; 1 to ${MAX_ADDRESSES} are allowed`,
  );
  addresses.forEach((address, at) => checkSipAddress(check, `${path}.addresses.${at}`, address));
  check.range(`${path}.minIdleSeconds`, minIdleSeconds, 0, 3600);
  return {
    settings: {
      kind: 'SIP_DIALOG',
      trunkId: value.trunkId,
      addresses: [...new Set(addresses)],
      minIdleSeconds,
    },
  };
}

function checkName(check: InputCheck, path: string, value: string): void {
  check.notBlank(path, value);
  check.require(!CONTROL.test(value), path, 'must not contain control characters');
}

function isPlainUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}
