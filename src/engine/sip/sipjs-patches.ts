import { createRequire } from 'node:module';
import { Core, Grammar } from 'sip.js';
import { Timers as DeepTimers } from 'sip.js/lib/core/timers.js';
import { AllowedMethods } from 'sip.js/lib/core/user-agent-core/allowed-methods.js';
import { authenticationGuard } from './digest.js';
import { hex64 } from './random.js';
import { fastParse, installGrammar, pegParse } from './sip-grammar.js';
import { receiveUpdate, type UpdatedDialog } from './update-requests.js';

/** The release whose private parts we rely on; it is frozen, so another version means that somebody changed it. */
const VERSION = '0.21.2';
/** RFC 3261, table 4, for UDP, milliseconds. sip.js has 0, which is right for reliable transports only. */
const TIMERS = { TIMER_D: 32_000, TIMER_I: 5_000, TIMER_J: 32_000, TIMER_K: 5_000 } as const;

interface ViaRequest {
  readonly method: string;
  branch?: string;
  setViaHeader(branch: string, protocol: string): void;
}
/** The private or `@internal` parts that the patches replace or that the adapter calls. */
interface Internals {
  readonly clientTransaction: { makeId(request: ViaRequest): string };
  readonly inviteClientTransaction: { ackResponse: (this: object, ack: ViaRequest) => void };
  readonly userAgentClient: { authenticationGuard: typeof authenticationGuard; init(): void };
  readonly sessionDialog: { receiveRequest: (this: UpdatedDialog, message: Core.IncomingRequestMessage) => void };
}

const internals = (): Internals => ({
  clientTransaction: Core.ClientTransaction as unknown as Internals['clientTransaction'],
  inviteClientTransaction: Core.InviteClientTransaction.prototype as unknown as Internals['inviteClientTransaction'],
  userAgentClient: Core.UserAgentClient.prototype as unknown as Internals['userAgentClient'],
  sessionDialog: Core.SessionDialog.prototype as object as Internals['sessionDialog'],
});

/** Headers whose parse must be the same by our rules and by the PEG before anything is dialed. */
const CORPUS: readonly (readonly [rule: string, text: string])[] = [
  ['Via', 'SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK77ef4c2312983.1;rport=5060;received=192.0.2.9'],
  ['From', '"Outdial" <sip:+4930123@192.0.2.1:5060;user=phone>;tag=9fxced76sl'],
  ['To', '<sip:+4930123@example.com>;tag=1928301774'],
  ['Contact', '<sip:+4930123@192.0.2.4:5070;transport=udp>'],
  ['CSeq', '4711 INVITE'],
  ['Record_Route', '<sip:192.0.2.7;lr>'],
];

/** Everything that the patches and the adapter take for granted. Empty: all there. */
export const missingPatchPoints = (): string[] => {
  const { clientTransaction, inviteClientTransaction, userAgentClient } = internals();
  const core = Core.UserAgentCore.prototype;
  const functions: readonly (readonly [object | undefined, string])[] = [
    [clientTransaction, 'makeId'],
    [inviteClientTransaction, 'ackResponse'],
    [userAgentClient, 'authenticationGuard'],
    [userAgentClient, 'init'],
    [Core.SessionDialog.prototype, 'receiveRequest'],
    [Core.Dialog.prototype, 'receiveRequest'],
    [Core.Dialog.prototype, 'sequenceGuard'],
    [Core.Dialog.prototype, 'incrementLocalSequenceNumber'],
    [Core.Parser, 'parseMessage'],
    [Grammar, 'parse'],
    [core, 'makeOutgoingRequestMessage'],
    [core, 'invite'],
    [core, 'register'],
    [core, 'replyStateless'],
    [core, 'receiveIncomingRequestFromTransport'],
    [core, 'receiveIncomingResponseFromTransport'],
  ];
  const missing = functions
    .filter(([owner, name]) => typeof (owner as Record<string, unknown> | undefined)?.[name] !== 'function')
    .map(([, name]) => name);
  if (DeepTimers !== Core.Timers) missing.push('Timers is one object');
  for (const name of Object.keys(TIMERS) as (keyof typeof TIMERS)[]) {
    if (Core.Timers[name] !== 0) missing.push(`${name} is 0 before the patch`);
  }
  for (const name of ['TIMER_B', 'TIMER_F'] as const) {
    if (typeof Core.Timers[name] !== 'number') missing.push(name);
  }
  if (!Array.isArray(AllowedMethods) || AllowedMethods.includes('UPDATE')) missing.push('UPDATE is not allowed yet');
  const manifest = createRequire(import.meta.url)('sip.js/package.json') as { version?: unknown };
  if (manifest.version !== VERSION) missing.push(`version ${VERSION}, found ${String(manifest.version)}`);
  for (const [rule, text] of CORPUS) {
    if (describe(fastParse(text, rule)) !== describe(pegParse(text, rule))) missing.push(`grammar rule ${rule}`);
  }
  return missing;
};

/** Comparable form of a parse; the types of host and version are not used by anybody. */
const describe = (value: unknown): string =>
  JSON.stringify(value, (key, part: unknown) => (key === 'host_type' || key === 'position' ? undefined : part));

let installed = false;

/** What is not as the patches left it. Empty: sip.js may be used. */
export const undonePatches = (): string[] => [
  ...Object.entries(TIMERS).flatMap(([name, value]) =>
    DeepTimers[name as keyof typeof TIMERS] === value ? [] : [`${name} after the patch`],
  ),
  ...(AllowedMethods.includes('UPDATE') ? [] : ['UPDATE after the patch']),
];

/**
 * Repairs sip.js from outside, once a process, before the first message. Throws, naming what is missing, if its private
 * parts are not those of the pinned release: a half-patched SIP stack must not dial.
 */
export const installSipJsPatches = (): void => {
  if (installed) return;
  const missing = missingPatchPoints();
  if (missing.length > 0) throw new Error(`sip.js is not the release that Outdial knows: ${missing.join(', ')}`);
  const { clientTransaction, inviteClientTransaction, userAgentClient, sessionDialog } = internals();

  Object.assign(Core.Timers, TIMERS);

  // sip.js has ten million branches, so two calls of a busy minute share one; RFC 3261, 8.1.1.7 wants them unique.
  clientTransaction.makeId = (request) => {
    if (request.method !== 'CANCEL') return `z9hG4bK${hex64()}`;
    if (!request.branch) throw new Error('CANCEL without a branch');
    return request.branch;
  };
  const stockAckResponse = inviteClientTransaction.ackResponse;
  inviteClientTransaction.ackResponse = function (ack) {
    const setViaHeader = ack.setViaHeader.bind(ack);
    const branch = ack.branch ?? `z9hG4bK${hex64()}`;
    ack.setViaHeader = (_shortBranch, protocol) => setViaHeader(branch, protocol);
    stockAckResponse.call(this, ack);
  };
  userAgentClient.authenticationGuard = authenticationGuard;

  AllowedMethods.push('UPDATE');
  const { receiveRequest } = sessionDialog;
  sessionDialog.receiveRequest = function (message) {
    if (message.method === 'UPDATE') receiveUpdate(this, message);
    else receiveRequest.call(this, message);
  };
  installGrammar();
  installed = true;
};
