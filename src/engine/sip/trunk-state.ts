import type { Failover, LineHealth } from '../contracts/telephony.js';
import type { TrunkServers } from './trunk-servers.js';

type Facts = Pick<LineHealth, 'sipStatus' | 'message' | 'nextTryAt'>;
type Health = Omit<LineHealth, 'since'>;

/** A trunk without registration is in service while one of its servers is up. */
export const healthByServers = (servers: Pick<TrunkServers, 'all' | 'firstUp' | 'problem'>): Health => {
  const { all } = servers;
  if (all.length === 0) return { state: 'CONNECTING', ...servers.problem };
  const failover = failoverOf(servers);
  if (failover) return { state: 'IN_SERVICE', message: failover.message };
  if (servers.firstUp) return { state: 'IN_SERVICE', ...servers.firstUp.health.facts };
  return { state: 'BACKING_OFF', ...firstToTry(all.map(({ health }) => health.facts)) };
};

/** What is out while the trunk works by its other servers. */
export const failoverOf = ({ all }: Pick<TrunkServers, 'all'>): Failover | undefined => {
  const down = all.filter(({ health }) => !health.isUp).map(({ health }) => health);
  if (down.length === 0 || down.length === all.length) return undefined;
  const { message: reason = '', ...facts } = firstToTry(down.map((health) => health.facts));
  return {
    ...facts,
    message: `${down.length} of ${all.length} servers are not used: ${reason}`,
    since: new Date(Math.min(...down.map(({ downSince }) => downSince.getTime()))),
  };
};

/** One with registration is in service while one of its ports is. */
export const healthByPorts = (ports: readonly LineHealth[], servers: Pick<TrunkServers, 'all' | 'problem'>): Health => {
  if (ports.length === 0) return { state: 'OUT_OF_SERVICE', message: 'The trunk has no dialer ports' };
  const out = ports.filter(({ state }) => state !== 'IN_SERVICE');
  if (out.length === 0) {
    const { message } = failoverOf(servers) ?? {};
    return { state: 'IN_SERVICE', ...(message !== undefined && { message }) };
  }
  const isWaiting = out.some(({ state }) => state === 'BACKING_OFF');
  const { message: reason, ...facts } = { ...firstToTry(out), ...servers.problem };
  const count = `${out.length} of ${ports.length} ports are not registered`;
  return {
    state: out.length < ports.length ? 'IN_SERVICE' : isWaiting ? 'BACKING_OFF' : 'CONNECTING',
    ...facts,
    message: reason === undefined ? count : `${count}: ${reason}`,
  };
};

/** Of what is wrong, that which is tried again first. */
const firstToTry = (all: readonly Facts[]): Facts => {
  const atMs = ({ nextTryAt }: Facts): number => nextTryAt?.getTime() ?? Infinity;
  const withMessage = all.filter(({ message }) => message !== undefined);
  const [first] = withMessage.toSorted((a, b) => atMs(a) - atMs(b));
  const { sipStatus, message, nextTryAt } = first ?? {};
  return {
    ...(sipStatus === undefined ? {} : { sipStatus }),
    ...(message === undefined ? {} : { message }),
    ...(nextTryAt === undefined ? {} : { nextTryAt }),
  };
};
