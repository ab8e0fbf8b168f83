import type { CreateTrunkInput, SipServerInput, SipTransport, TrunkRowFragment } from '../api/generated/graphql';

/** A number that may be left out; an empty field has the empty text. */
type OptionalNumber = number | '';

interface ServerValues {
  readonly host: string;
  readonly sipPort: OptionalNumber;
}

export interface TrunkValues extends Record<string, unknown> {
  readonly name: string;
  readonly servers: ServerValues[];
  readonly transport: SipTransport;
  readonly outboundProxy: ServerValues;
  /** Whether calls go out through registered ports, or a number of channels without registration. */
  readonly lines: 'PORTS' | 'CHANNELS';
  readonly channels: OptionalNumber;
  readonly maxCallsPerSecond: OptionalNumber;
  readonly maxParallelCalls: OptionalNumber;
  readonly username: string;
  readonly password: string;
}

export const noServer: ServerValues = { host: '', sipPort: '' };

export const newTrunk: TrunkValues = {
  name: '',
  servers: [noServer],
  transport: 'UDP',
  outboundProxy: noServer,
  lines: 'PORTS',
  channels: 30,
  maxCallsPerSecond: '',
  maxParallelCalls: '',
  username: '',
  password: '',
};

export function trunkValues(trunk: TrunkRowFragment): TrunkValues {
  const { name, servers, transport, outboundProxy, channels, maxCallsPerSecond, username } = trunk;
  return {
    name,
    servers: servers.map(serverValues),
    transport,
    outboundProxy: outboundProxy ? serverValues(outboundProxy) : noServer,
    lines: channels == null ? 'PORTS' : 'CHANNELS',
    channels: channels ?? newTrunk.channels,
    maxCallsPerSecond: maxCallsPerSecond ?? '',
    maxParallelCalls: trunk.maxParallelCalls ?? '',
    username: username ?? '',
    password: '',
  };
}

/** The input of a creation or an edit. A password that is not given stays as it is, unless its user name is taken away. */
export function trunkInput(values: TrunkValues): CreateTrunkInput {
  const { name, servers, transport, outboundProxy, lines, channels, maxCallsPerSecond, username, password } = values;
  return {
    name,
    servers: servers.map(serverInput),
    transport,
    outboundProxy: outboundProxy.host === '' ? null : serverInput(outboundProxy),
    channels: lines === 'PORTS' ? null : numberOrNull(channels),
    maxCallsPerSecond: numberOrNull(maxCallsPerSecond),
    maxParallelCalls: numberOrNull(values.maxParallelCalls),
    username: username || null,
    ...(password !== '' && { password }),
    ...(username === '' && password === '' && { password: null }),
  };
}

function serverValues({ host, sipPort }: TrunkRowFragment['servers'][number]): ServerValues {
  return { host, sipPort: sipPort ?? '' };
}

function serverInput({ host, sipPort }: ServerValues): SipServerInput {
  return { host: host.trim(), sipPort: numberOrNull(sipPort) };
}

function numberOrNull(value: OptionalNumber): number | null {
  return value === '' ? null : value;
}
