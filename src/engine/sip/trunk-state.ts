import type { LineHealth } from '../contracts/telephony.js';
import type { TrunkServers } from './trunk-servers.js';

type Facts = Pick<LineHealth, 'sipStatus' | 'message' | 'nextTryAt'>;
type Health = Omit<LineHealth, 'since'>;

/** A trunk without registration is in service while one of its servers is up. */
export const healthByServers = (servers: Pick<TrunkServers, 'all' | 'problem'>): Health => {
  const { all } = servers;
  if (all.length === 0) return { state: 'CONNECTING', ...servers.problem };
  const down = all.filter(({ health }) => !health.isUp).map(({ health }) => health.facts);
  const [first] = down;
  if (!first) return { state: 'IN_SERVICE', ...all[0]?.health.facts };
  if (down.length === all.length) return { state: 'BACKING_OFF', ...firstToTry(down) };
  return { state: 'IN_SERVICE', message: `${down.length} of ${all.length} servers are not used: ${first.message}` };
};

/** One with registration is in service while one of its ports is. */
export const healthByPorts = (ports: readonly LineHealth[], servers: Pick<TrunkServers, 'problem'>): Health => {
  if (ports.length === 0) return { state: 'OUT_OF_SERVICE', message: 'The trunk has no dialer ports' };
  const out = ports.filter(({ state }) => state !== 'IN_SERVICE');
  if (out.length === 0) return { state: 'IN_SERVICE' };
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
