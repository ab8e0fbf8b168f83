import { CALL_ID_PREFIX_LENGTH } from '../../src/engine/sip/call-id-prefixes.js';
import { openSipSockets, type SipSockets, type SipSocketsOptions } from '../../src/engine/sip/transport/sip-sockets.js';
import type { SipSocket } from '../../src/engine/sip/transport/sip-socket.js';
import { RealClock } from './real-clock.js';
import { SilentLog } from './silent-log.js';

/** Sockets on loopback without a telephony around them. */
export const openTestSockets = (over: Partial<SipSocketsOptions> = {}): Promise<SipSockets> =>
  openSipSockets({
    clock: new RealClock(),
    log: new SilentLog(),
    hosts: ['127.0.0.1'],
    port: 0,
    tls: { port: 0 },
    userAgent: 'Outdial/test',
    callIdPrefixLength: CALL_ID_PREFIX_LENGTH,
    ...over,
  });

export const socketOf = (sockets: SipSockets, transport: 'UDP' | 'TCP' | 'TLS', family: 4 | 6 = 4): SipSocket => {
  const socket = sockets.socketFor(transport, family);
  if (!socket) throw new Error(`No socket for ${transport}`);
  return socket;
};

/** A request that a phone can answer, padded to a size. */
export const optionsText = (socket: SipSocket, branch: string, padding = ''): string =>
  [
    'OPTIONS sip:phone@127.0.0.1 SIP/2.0',
    `Via: SIP/2.0/${socket.protocol} 127.0.0.1:${socket.advertised.port};branch=z9hG4bK${branch}`,
    'From: <sip:us@127.0.0.1>;tag=us',
    'To: <sip:phone@127.0.0.1>',
    `Call-ID: ${branch}`,
    'CSeq: 1 OPTIONS',
    'Max-Forwards: 70',
    `Content-Length: ${padding.length}`,
    '',
    padding,
  ].join('\r\n');
