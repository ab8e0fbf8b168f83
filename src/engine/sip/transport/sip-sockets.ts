import { isIP, isIPv6 } from 'node:net';
import type { Clock } from '../../contracts/clock.js';
import type { Log } from '../../contracts/log.js';
import type { SipTransport } from '../../domain/line-state.js';
import { Receivers } from './receivers.js';
import type { RoutedSipSocket, SharedParts } from './routed-sip-socket.js';
import { newSipCounters, type SipCounters, type SipSocket } from './sip-socket.js';
import { openStreamSipSocket } from './stream-sip-socket.js';
import { type SipCertificate, type SipTlsOptions, tcpTransport, tlsTransport } from './stream-transport.js';
import { openUdpSipSocket } from './udp-sip-socket.js';

/** All local endpoints of the process: UDP, TCP and TLS for each address family that is configured. */
export interface SipSockets {
  /**
   * Undefined: this installation has no address of the family. Connections of TCP and TLS open with the first request to
   * a server, one for each, which all user agents share.
   */
  socketFor(transport: SipTransport, family: 4 | 6): SipSocket | undefined;
  readonly families: readonly (4 | 6)[];
  /** Sum over all sockets. */
  readonly counters: Readonly<SipCounters>;
  earlierCallsKnown(): void;
  /** In place of the one of `tls`. Throws if it does not fit its key; then nothing has changed. */
  useCertificate(renewed: SipCertificate): void;
  close(): Promise<void>;
}

export interface SipSocketsOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** IP addresses to bind, at most one of each family. */
  readonly hosts: readonly string[];
  /** IP addresses for Via and Contact if peers reach us under others than `hosts`, at most one of each family. */
  readonly advertisedHosts?: readonly string[];
  /** Network port of UDP and TCP; 0: any free one, for each its own. */
  readonly port: number;
  readonly tls?: SipTlsOptions;
  readonly userAgent: string;
  readonly callIdPrefixLength: number;
  /** Requests within unknown calls get no answer over UDP until `earlierCallsKnown`. */
  readonly awaitEarlierCalls?: boolean;
}

const WILDCARD = /^(?:0\.0\.0\.0|::)$/;

/** Rejects if an address cannot be bound or told to others, or if a certificate cannot be read. */
export const openSipSockets = async (options: SipSocketsOptions): Promise<SipSockets> => {
  const { clock, log, hosts, advertisedHosts = [], port, tls = {}, userAgent } = options;
  const shared: SharedParts = {
    clock,
    log,
    userAgent,
    counters: newSipCounters(),
    receivers: new Receivers(options.callIdPrefixLength),
    earlierCalls: { awaited: options.awaitEarlierCalls ?? false },
  };
  for (const host of [...hosts, ...advertisedHosts]) {
    if (isIP(host) === 0) throw new Error(`The SIP address ${host} is no IP address`);
  }
  const secure = tlsTransport(tls);
  const opened: RoutedSipSocket[] = [];
  const closeAll = async (): Promise<void> => {
    await Promise.all(opened.map((socket) => socket.close()));
  };
  try {
    for (const host of hosts) {
      const advertisedHost = advertisedHosts.find((candidate) => isIP(candidate) === isIP(host)) ?? host;
      if (WILDCARD.test(advertisedHost)) {
        throw new Error('Bound to all addresses, SIP needs an advertised address for Via, Contact and SDP');
      }
      const at = { host, port, advertisedHost };
      const ofHost: RoutedSipSocket[] = [];
      for (const open of [
        () => openUdpSipSocket(at, shared),
        () => openStreamSipSocket(tcpTransport, at, shared),
        () => openStreamSipSocket(secure, { ...at, port: tls.port ?? secure.defaultPort }, shared),
      ]) {
        const socket = await open();
        ofHost.push(socket);
        opened.push(socket);
      }
      for (const socket of ofHost) socket.join(ofHost);
    }
  } catch (error) {
    await closeAll();
    throw error;
  }
  return {
    socketFor: (transport, family) =>
      opened.find(({ protocol, advertised }) => protocol === transport && isIP(advertised.host) === family),
    families: hosts.map((host) => (isIPv6(host) ? 6 : 4)),
    counters: shared.counters,
    earlierCallsKnown: () => {
      shared.earlierCalls.awaited = false;
    },
    useCertificate: (renewed) => secure.useCertificate(renewed),
    close: closeAll,
  };
};
