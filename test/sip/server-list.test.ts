import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { TrunkSettings } from '../../src/engine/contracts/telephony.js';
import { ServerList } from '../../src/engine/sip/server-list.js';
import { type NameResolver, orderRecords, type SrvRecord } from '../../src/engine/sip/srv-lookup.js';
import { expectFailure } from '../support/answered-call.js';
import { ScriptedPhone } from '../support/scripted-phone.js';
import { callRequest, openTelephony, trunkTo } from '../support/sip-bench.js';

/** DNS out of two maps; what is not in them does not exist. */
class FakeResolver implements NameResolver {
  readonly records = new Map<string, readonly SrvRecord[]>();
  readonly hosts = new Map<string, readonly string[]>();
  readonly asked: string[] = [];
  /** Names that DNS does not answer for now, with the error that comes of it. */
  readonly failing = new Map<string, string>();

  srv(name: string): Promise<readonly SrvRecord[]> {
    this.asked.push(name);
    const code = this.failing.get(name);
    if (code !== undefined) return Promise.reject(Object.assign(new Error('fails'), { code }));
    const found = this.records.get(name);
    return found ? Promise.resolve(found) : Promise.reject(Object.assign(new Error('none'), { code: 'ENOTFOUND' }));
  }

  addresses(host: string, family: 4 | 6): Promise<readonly string[]> {
    this.asked.push(`${host} ${family}`);
    const code = this.failing.get(host);
    if (code !== undefined) return Promise.reject(Object.assign(new Error('fails'), { code }));
    const found = (this.hosts.get(host) ?? []).filter((address) => address.includes(':') === (family === 6));
    return found.length > 0
      ? Promise.resolve(found)
      : Promise.reject(Object.assign(new Error('none'), { code: 'ENOTFOUND' }));
  }
}

const record = (name: string, priority: number, weight = 0, port = 5070): SrvRecord => ({
  name,
  port,
  priority,
  weight,
});

let resolver: FakeResolver;
beforeEach(() => {
  resolver = new FakeResolver();
});

const locate = async (
  over: Partial<TrunkSettings>,
  families: readonly (4 | 6)[] = [4],
  random = 0,
): Promise<string[]> => {
  const list = new ServerList(trunkTo(0, over), { resolver, families, random: () => random });
  return (await list.locate()).map(({ address: { host, port } }) => `${host} ${port}`);
};

describe('the servers of a trunk', () => {
  test('keep their order though DNS gives the addresses of a name in turn', async () => {
    resolver.hosts.set('a.example', ['192.0.2.2', '192.0.2.1']);
    const servers = [{ host: 'a.example', sipPort: 5080 }];
    const list = new ServerList(trunkTo(0, { servers }), { resolver, families: [4], random: () => 0 });
    const hosts = async (): Promise<string[]> => (await list.locate()).map(({ address: { host } }) => host);
    expect(await hosts()).toEqual(['192.0.2.2', '192.0.2.1']);
    resolver.hosts.set('a.example', ['192.0.2.1', '192.0.2.3', '192.0.2.2']);
    expect(await hosts()).toEqual(['192.0.2.2', '192.0.2.1', '192.0.2.3']);
  });

  test('are asked of DNS by SRV only for a name without a port', async () => {
    resolver.hosts.set('a.example', ['192.0.2.1', '192.0.2.2']);
    expect(await locate({ servers: [{ host: '192.0.2.9', sipPort: null }] })).toEqual(['192.0.2.9 5060']);
    expect(await locate({ servers: [{ host: '192.0.2.9', sipPort: null }], transport: 'TLS' })).toEqual([
      '192.0.2.9 5061',
    ]);
    expect(resolver.asked).toEqual([]);
    expect(await locate({ servers: [{ host: 'a.example', sipPort: 5080 }] })).toEqual([
      '192.0.2.1 5080',
      '192.0.2.2 5080',
    ]);
    expect(resolver.asked).toEqual(['a.example 4']);
  });

  test.each([
    ['UDP', '_sip._udp.a.example'],
    ['TCP', '_sip._tcp.a.example'],
    ['TLS', '_sips._tcp.a.example'],
  ] as const)('over %s are those of %s, by priority, each with all its addresses', async (transport, service) => {
    resolver.records.set(service, [record('backup.example', 20), record('main.example', 10)]);
    resolver.hosts.set('main.example', ['192.0.2.1', '192.0.2.2']).set('backup.example', ['192.0.2.3']);
    const found = await locate({ transport, servers: [{ host: 'a.example', sipPort: null }] });
    expect(found).toEqual(['192.0.2.1 5070', '192.0.2.2 5070', '192.0.2.3 5070']);
  });

  test('keep the name that the operator wrote, for URIs and for the certificate', async () => {
    resolver.records.set('_sips._tcp.a.example', [record('main.example', 10)]);
    resolver.hosts.set('main.example', ['192.0.2.1']);
    const settings = trunkTo(0, { transport: 'TLS', servers: [{ host: 'a.example', sipPort: null }] });
    const [located] = await new ServerList(settings, { resolver, families: [4], random: () => 0 }).locate();
    expect(located).toMatchObject({ domain: { host: 'a.example' }, address: { serverName: 'a.example' } });
  });

  test('fall back to addresses where there are no SRV records, and skip targets without an address', async () => {
    resolver.hosts.set('a.example', ['192.0.2.1']);
    expect(await locate({ servers: [{ host: 'a.example', sipPort: null }] })).toEqual(['192.0.2.1 5060']);
    resolver.records.set('_sip._udp.a.example', [record('gone.example', 1), record('a.example', 2)]);
    expect(await locate({ servers: [{ host: 'a.example', sipPort: null }] })).toEqual(['192.0.2.1 5070']);
    const servers = [
      { host: 'gone.example', sipPort: 5060 },
      { host: '192.0.2.5', sipPort: null },
    ];
    expect(await locate({ servers })).toEqual(['192.0.2.5 5060']);
    await expect(locate({ servers: [{ host: 'gone.example', sipPort: 5060 }] })).rejects.toMatchObject({
      code: 'ENOTFOUND',
    });
  });

  test('are of the families that we have an address of, and each address is there once', async () => {
    resolver.hosts.set('a.example', ['192.0.2.1', '2001:db8::1']);
    const servers = [
      { host: 'a.example', sipPort: 5060 },
      { host: '192.0.2.1', sipPort: null },
      { host: '[2001:db8::2]', sipPort: null },
    ];
    expect(await locate({ servers })).toEqual(['192.0.2.1 5060']);
    expect(await locate({ servers }, [6, 4])).toEqual(['2001:db8::1 5060', '192.0.2.1 5060', '2001:db8::2 5060']);
  });

  test('are reached through the outbound proxy alone, if there is one', async () => {
    const over = {
      servers: [{ host: 'a.example', sipPort: null }],
      outboundProxy: { host: '192.0.2.8', sipPort: 5090 },
    };
    expect(await locate(over)).toEqual(['192.0.2.8 5090']);
  });

  test('keep the order that was drawn as long as the records stay', async () => {
    resolver.records.set('_sip._udp.a.example', [record('one.example', 1, 50), record('two.example', 1, 50)]);
    resolver.hosts.set('one.example', ['192.0.2.1']).set('two.example', ['192.0.2.2']);
    const draws = [0.9, 0, 0.1, 0];
    const settings = trunkTo(0, { servers: [{ host: 'a.example', sipPort: null }] });
    const list = new ServerList(settings, { resolver, families: [4], random: () => draws.shift() ?? 0 });
    const first = await list.locate();
    expect(first.map(({ address }) => address.host)).toEqual(['192.0.2.2', '192.0.2.1']);
    expect(await list.locate()).toEqual(first);
  });
});

describe('the servers of a trunk while DNS is in trouble', () => {
  const service = '_sip._udp.a.example';
  const listOf = (...hosts: string[]): (() => Promise<string[]>) => {
    const servers = hosts.map((host) => ({ host, sipPort: null }));
    const list = new ServerList(trunkTo(0, { servers }), { resolver, families: [4], random: () => 0 });
    return async () => (await list.locate()).map(({ address: { host, port } }) => `${host} ${port}`);
  };
  beforeEach(() => {
    resolver.records.set(service, [record('main.example', 10)]);
    resolver.hosts.set('a.example', ['192.0.2.9']).set('main.example', ['192.0.2.1']);
  });

  test.each(['ETIMEOUT', 'ESERVFAIL', 'EREFUSED'])(
    'stay those of the SRV records that were known: %s',
    async (code) => {
      const look = listOf('a.example');
      expect(await look()).toEqual(['192.0.2.1 5070']);
      resolver.failing.set(service, code);
      expect(await look()).toEqual(['192.0.2.1 5070']);
      resolver.failing.clear();
      resolver.records.set(service, [record('main.example', 10, 0, 5090)]);
      expect(await look()).toEqual(['192.0.2.1 5090']);
    },
  );

  test.each(['ENOTFOUND', 'ENODATA'])('are found by address when the SRV records were taken away: %s', async (code) => {
    const look = listOf('a.example');
    await look();
    resolver.failing.set(service, code);
    expect(await look()).toEqual(['192.0.2.9 5060']);
  });

  test('are found by address where SRV has never been answered', async () => {
    resolver.failing.set(service, 'ECONNREFUSED');
    expect(await listOf('a.example')()).toEqual(['192.0.2.9 5060']);
  });

  test('keep the addresses of each name that is not answered for, and lose those of one that is gone', async () => {
    resolver.hosts.set('b.example', ['192.0.2.2']);
    const look = listOf('a.example', 'b.example');
    expect(await look()).toEqual(['192.0.2.1 5070', '192.0.2.2 5060']);
    resolver.failing.set('main.example', 'EAI_AGAIN');
    expect(await look()).toEqual(['192.0.2.1 5070', '192.0.2.2 5060']);
    resolver.failing.set('main.example', 'ENOTFOUND');
    expect(await look()).toEqual(['192.0.2.2 5060']);
    resolver.failing.set('main.example', 'EAI_AGAIN');
    expect(await look()).toEqual(['192.0.2.2 5060']);
  });
});

test('SRV records of one priority are drawn by weight', () => {
  const records = [record('heavy', 1, 90), record('light', 1, 10), record('none', 1, 0), record('last', 2, 0)];
  const names = (random: number): string[] => orderRecords(records, () => random).map(({ name }) => name);
  expect(names(0.5)).toEqual(['heavy', 'light', 'none', 'last']);
  expect(names(0.05)).toEqual(['light', 'heavy', 'none', 'last']);
  expect(names(0)).toEqual(['none', 'light', 'heavy', 'last']);
});

describe('a trunk whose servers are found by SRV', () => {
  let phones: ScriptedPhone[];
  beforeEach(async () => {
    phones = await Promise.all([ScriptedPhone.open(), ScriptedPhone.open()]);
    resolver.hosts.set('pbx.example', ['127.0.0.1']);
    resolver.records.set(
      '_sip._udp.carrier.example',
      phones.map(({ port }, at) => record('pbx.example', at, 0, port)),
    );
  });
  afterEach(() => Promise.all(phones.map((phone) => phone.close())));

  test('calls the first, and with the same call the second when the first is silent', async () => {
    const { telephony, clock } = await openTelephony({ resolver, noResponseTimeoutMs: 300 });
    telephony.configure([trunkTo(0, { servers: [{ host: 'carrier.example', sipPort: null }] })]);
    await new Promise<void>((resolve) => {
      telephony.onLinesChanged(() => telephony.lines()[0]?.health.state === 'IN_SERVICE' && resolve());
    });
    const call = telephony.placeCall(callRequest());
    const invite = await phones[1]?.next('INVITE');
    if (!invite) throw new Error('No INVITE');
    expect(invite.startLine).toBe('INVITE sip:+4930901820042@carrier.example SIP/2.0');
    phones[1]?.reply(invite, 486);
    expect(await expectFailure(call.answerOrFailure)).toMatchObject({ sipStatus: 486 });
    expect(phones[0]?.count('INVITE')).toBe(1);
    await telephony.close();
    expect(clock.pending).toBe(0);
  });
});
