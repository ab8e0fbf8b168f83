import { Core } from 'sip.js';
import type { Clock } from '../contracts/clock.js';
import type { Log } from '../contracts/log.js';
import { CALL_ID_PREFIX_LENGTH } from './call-id-prefixes.js';
import { Endpoint } from './endpoint.js';
import { dialogStateOf, refreshTarget } from './invite-facts.js';
import { hex64 } from './random.js';
import { undonePatches } from './sipjs-patches.js';
import type { SipSocket } from './transport/sip-socket.js';

const HERE = { host: '192.0.2.1', port: 5_060 };
const PREFIX = 'canned'.padEnd(CALL_ID_PREFIX_LENGTH, '-');
const CHALLENGE = 'Proxy-Authenticate: Digest realm="check", nonce="1", qop="auth"';

/** A socket that leads nowhere and keeps what is sent. */
const memorySocket = (sent: string[]): SipSocket => ({
  protocol: 'UDP',
  advertised: HERE,
  send: (text) => {
    sent.push(text);
    return Promise.resolve();
  },
  abandon: () => undefined,
  attach: () => () => undefined,
  adopt: () => () => undefined,
  onConnectionLost: () => () => undefined,
  faultOf: () => null,
  close: () => Promise.resolve(),
});

/** A response to a request of ours, with what the peer would have copied. */
const respond = (request: string, status: number, toTag: string, ...headers: string[]): string => {
  const lines = request.split('\r\n');
  const copied = lines.filter((line) => /^(?:Via|From|Call-ID|CSeq):/i.test(line));
  const to = (lines.find((line) => line.startsWith('To:')) ?? 'To: <sip:none>').replace(/;tag=.*/, '');
  return [`SIP/2.0 ${status} Canned`, ...copied, `${to};tag=${toTag}`, ...headers, 'Content-Length: 0', '', ''].join(
    '\r\n',
  );
};

const headerOf = (request: string, name: string): string =>
  new RegExp(`^${name}: (.*)$`, 'im').exec(request.replace(/\r/g, ''))?.[1] ?? '';

/**
 * Takes a call through the repaired sip.js in memory: INVITE, 180, 200, a challenged REFER, BYE, and a dialog that is
 * rebuilt. Returns what did not come out as the adapter needs it; empty: all did.
 */
export const faultsOfCannedCall = (clock: Clock, log: Log): string[] => {
  const faults: string[] = [];
  const check = (what: string, holds: boolean): void => {
    if (!holds) faults.push(what);
  };
  const sent: string[] = [];
  const endpoint = new Endpoint({
    clock,
    log,
    socket: memorySocket(sent),
    destination: HERE,
    domain: { host: 'check.invalid', port: null },
    callIdPrefix: PREFIX,
    user: 'check',
    credentials: { username: 'check', password: 'check' },
    userAgent: 'check',
    route: null,
  });
  const last = (): string => sent.at(-1) ?? '';
  const receive = (text: string): void => void endpoint.receive(text, text);
  try {
    const { userAgentClients, userAgentServers, dialogs } = endpoint.core;
    check(
      'tables of a user agent',
      [userAgentClients, userAgentServers, dialogs].every((table) => table instanceof Map),
    );
    let session: Core.Session | undefined;
    const to = endpoint.uriFor('1');
    const message = endpoint.core.makeOutgoingRequestMessage(
      'INVITE',
      to,
      endpoint.localUri,
      to,
      { callId: endpoint.newCallId(), fromTag: hex64() },
      [endpoint.contactHeader],
    );
    endpoint.core.invite(message, {
      onAccept: (response) => {
        session = response.session;
        refreshTarget(session, response.message);
        response.ack();
      },
    });
    const invite = last();
    check('Call-ID with our prefix', headerOf(invite, 'Call-ID').startsWith(PREFIX));
    check('Via', /^SIP\/2\.0\/UDP 192\.0\.2\.1:5060;branch=z9hG4bK[0-9a-f]{16};rport$/.test(headerOf(invite, 'Via')));
    check('Contact', headerOf(invite, 'Contact') === '<sip:check@192.0.2.1:5060;transport=udp>');
    receive(respond(invite, 180, 'a', 'Contact: <sip:early@192.0.2.2>'));
    receive(respond(invite, 200, 'a', 'Contact: <sip:final@192.0.2.2>'));
    check('ACK to the Contact of the 200', last().startsWith('ACK sip:final@192.0.2.2 SIP/2.0'));
    if (!session) return [...faults, 'a session from a 200'];
    session.refer();
    const refer = last();
    receive(respond(refer, 407, 'a', CHALLENGE));
    check('REFER with credentials', headerOf(last(), 'Proxy-Authorization') !== '');
    check('CSeq of a challenged REFER', headerOf(last(), 'CSeq') === '3 REFER');
    check('CSeq of its dialog', dialogStateOf(session).localSequenceNumber === 3);
    receive(respond(last(), 202, 'a'));
    session.bye();
    check('CSeq of the BYE', headerOf(last(), 'CSeq') === '4 BYE');
    const restored = endpoint.restoreDialog({
      lineId: 'check',
      callId: 'check',
      localTag: 'l',
      remoteTag: 'r',
      localSequence: 1,
      remoteSequence: null,
      localUri: 'sip:check@check.invalid',
      remoteUri: 'sip:1@check.invalid',
      remoteTarget: 'sip:final@192.0.2.2',
      routeSet: ['<sip:192.0.2.3;lr>'],
    });
    restored?.bye();
    check('BYE of a rebuilt dialog', headerOf(last(), 'CSeq') === '102 BYE' && headerOf(last(), 'Route') !== '');
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
  } finally {
    endpoint.dispose();
  }
  return faults;
};

let hasWorked = false;

/** Once a process, after the patches. Throws, naming what is wrong: a half-patched SIP stack must not dial. */
export const assertSipJsWorks = (clock: Clock, log: Log): void => {
  if (hasWorked) return;
  const faults = [...undonePatches(), ...faultsOfCannedCall(clock, log)];
  if (faults.length > 0) throw new Error(`sip.js does not do what Outdial needs: ${faults.join(', ')}`);
  hasWorked = true;
};
