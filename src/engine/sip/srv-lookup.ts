import { lookup, Resolver } from 'node:dns/promises';

export interface SrvRecord {
  /** Target, a host name; `.` alone: the service is not offered (RFC 2782). */
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

/** DNS as the trunks need it. Both reject, or give nothing, where there is nothing. */
export interface NameResolver {
  srv(name: string): Promise<readonly SrvRecord[]>;
  /** All IP addresses of the family. */
  addresses(host: string, family: 4 | 6): Promise<readonly string[]>;
}

/** Addresses as the system finds them, its hosts file included; SRV from the system's DNS servers. */
export const systemResolver = (): NameResolver => {
  const dns = new Resolver({ timeout: 2_000, tries: 2 });
  return {
    srv: (name) => dns.resolveSrv(name),
    addresses: async (host, family) => (await lookup(host, { family, all: true })).map(({ address }) => address),
  };
};

/**
 * The order of RFC 2782: by priority; within one, drawn by weight.
 * @param random 0 to 1
 */
export const orderRecords = (records: readonly SrvRecord[], random: () => number): SrvRecord[] => {
  const ordered: SrvRecord[] = [];
  for (const priority of [...new Set(records.map((record) => record.priority))].sort((a, b) => a - b)) {
    // Those without weight first, so that they keep a small chance.
    const left = records.filter((record) => record.priority === priority).sort((a, b) => a.weight - b.weight);
    while (left.length > 0) {
      const total = left.reduce((sum, { weight }) => sum + weight, 0);
      let draw = random() * total;
      const at = left.findIndex(({ weight }) => (draw -= weight) <= 0);
      ordered.push(...left.splice(Math.max(0, at), 1));
    }
  }
  return ordered;
};
