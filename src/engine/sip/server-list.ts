import { isIP } from 'node:net';
import type { TrunkSettings } from '../contracts/telephony.js';
import type { SipTransport } from '../domain/line-state.js';
import { type NameResolver, orderRecords, type SrvRecord } from './srv-lookup.js';
import type { SipAddress } from './transport/sip-socket.js';

type Server = TrunkSettings['servers'][number];

/** One address of a server, and the server as the operator wrote it. */
export interface LocatedServer {
  readonly address: SipAddress;
  readonly family: 4 | 6;
  /** For request URIs, From and To. */
  readonly domain: Server;
}

export interface ServerListOptions {
  readonly resolver: NameResolver;
  /** Those that we have an address of, the preferred one first. */
  readonly families: readonly (4 | 6)[];
  /** 0 to 1; draws among the SRV records of one priority. */
  readonly random: () => number;
}

const SRV_SERVICES = { UDP: '_sip._udp', TCP: '_sip._tcp', TLS: '_sips._tcp' } as const;

const bare = (host: string): string => host.replace(/^\[|\]$/g, '');
const defaultPort = (transport: SipTransport): number => (transport === 'TLS' ? 5061 : 5060);
/** The family of an IP literal; null: a name. */
const familyOf = (host: string): 4 | 6 | null => (({ 4: 4, 6: 6 })[isIP(bare(host))] as 4 | 6 | undefined) ?? null;

/** Whether DNS has answered, and there is nothing; else it did not answer, or could not. */
const saysThereIsNone = (error: unknown): boolean => {
  const { code } = error as { readonly code?: unknown };
  return code === 'ENOTFOUND' || code === 'ENODATA';
};

/**
 * Where requests of a trunk go, in order (RFC 3263, 4): the outbound proxy, else the servers. An IP address, or a name
 * with a port, is looked up as an address; a name without a port by SRV first. All addresses of a name are used.
 *
 * SRV records of one priority are drawn by weight once, not for every call: the order stays as long as the records do, so
 * that a trunk does not wander among its servers at every look-up. So does that of the addresses of a name, which DNS servers
 * give in turn. Of a name that DNS cannot say anything of now, what it said last stays.
 */
export class ServerList {
  private readonly drawn = new Map<string, { readonly key: string; readonly records: readonly SrvRecord[] }>();

  private readonly addresses = new Map<string, readonly string[]>();

  constructor(
    private readonly settings: TrunkSettings,
    private readonly options: ServerListOptions,
  ) {}

  /** False: nothing is ever looked up. */
  get hasNames(): boolean {
    return this.targets.some(({ host }) => familyOf(host) === null);
  }

  /** The targets that need no look-up. */
  literals(): readonly LocatedServer[] {
    return this.targets.flatMap((target) => this.literal(target) ?? []);
  }

  /** Rejects, with the first failure, only if no target has an address. */
  async locate(): Promise<readonly LocatedServer[]> {
    const results = await Promise.allSettled(this.targets.map((target) => this.locateOne(target)));
    const found = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
    const failed = results.find((result) => result.status === 'rejected');
    if (found.length === 0) throw failed?.reason ?? new Error('No address');
    const seen = new Set<string>();
    return found.filter(({ address: { host, port } }) => {
      const key = `${host} ${port}`;
      return !seen.has(key) && seen.add(key);
    });
  }

  private get targets(): readonly Server[] {
    return this.settings.outboundProxy ? [this.settings.outboundProxy] : this.settings.servers;
  }

  private literal(target: Server): LocatedServer | null {
    const family = familyOf(target.host);
    if (family === null || !this.options.families.includes(family)) return null;
    return this.located(target, bare(target.host), family, target.sipPort ?? defaultPort(this.settings.transport));
  }

  private async locateOne(target: Server): Promise<readonly LocatedServer[]> {
    if (familyOf(target.host) !== null) {
      const literal = this.literal(target);
      if (literal === null) throw new Error('There is no local address of its family');
      return [literal];
    }
    const { transport } = this.settings;
    if (target.sipPort !== null) return this.byAddress(target, target.host, target.sipPort);
    const records = await this.records(target.host, `${SRV_SERVICES[transport]}.${target.host}`);
    if (records.length === 0) return this.byAddress(target, target.host, defaultPort(transport));
    const results = await Promise.allSettled(records.map(({ name, port }) => this.byAddress(target, name, port)));
    const found = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
    const failed = results.find((result) => result.status === 'rejected');
    if (found.length === 0 && failed) throw failed.reason;
    return found;
  }

  private async byAddress(target: Server, host: string, port: number): Promise<readonly LocatedServer[]> {
    const results = await Promise.allSettled(
      this.options.families.map(async (family) => {
        const addresses = await this.addressesOf(host, family);
        return addresses.map((address) => this.located(target, address, family, port));
      }),
    );
    const found = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
    const failed = results.find((result) => result.status === 'rejected');
    if (found.length === 0) throw failed?.reason ?? new Error('No address');
    return found;
  }

  /** In the order in which they were known before. Those stay too while DNS does not answer. */
  private async addressesOf(host: string, family: 4 | 6): Promise<readonly string[]> {
    const key = `${host} ${family}`;
    const known = this.addresses.get(key) ?? [];
    let found: readonly string[];
    try {
      found = await this.options.resolver.addresses(host, family);
    } catch (error) {
      if (known.length > 0 && !saysThereIsNone(error)) return known;
      this.addresses.delete(key);
      throw error;
    }
    const ordered = [
      ...known.filter((address) => found.includes(address)),
      ...found.filter((address) => !known.includes(address)),
    ];
    this.addresses.set(key, ordered);
    return ordered;
  }

  /** In the order in which they are tried; empty: the name has none, and its addresses are taken. */
  private async records(host: string, service: string): Promise<readonly SrvRecord[]> {
    // A name of the local network: a query for SRV would only cost time.
    if (!host.includes('.')) return [];
    const known = this.drawn.get(service);
    let records: readonly SrvRecord[];
    try {
      records = await this.options.resolver.srv(service);
    } catch (error) {
      // A name may be in the hosts file of a machine that has no DNS at all: what was never known is taken for none.
      if (known && !saysThereIsNone(error)) return known.records;
      records = [];
    }
    const offered = records.filter(({ name }) => name !== '' && name !== '.');
    const key = JSON.stringify(offered.map((record) => JSON.stringify(record)).sort());
    if (known?.key === key) return known.records;
    const ordered = orderRecords(offered, this.options.random);
    this.drawn.set(service, { key, records: ordered });
    return ordered;
  }

  private located(target: Server, host: string, family: 4 | 6, port: number): LocatedServer {
    const domain = (this.settings.outboundProxy ? this.settings.servers[0] : undefined) ?? target;
    // RFC 5922, 7: the certificate is for the name that was configured, not for what DNS made of it.
    return { address: { host, port, serverName: bare(target.host) }, family, domain };
  }
}
