import { DialerPortResolver } from './dialer-port-resolver.js';
import { EngineResolver } from './engine-resolver.js';
import { GroupResolver } from './group-resolver.js';
import { QueueResolver } from './queue-resolver.js';
import { SessionResolver } from './session-resolver.js';
import { TrunkResolver } from './trunk-resolver.js';
import { UserResolver } from './user-resolver.js';

export const resolvers = [
  ...[SessionResolver, UserResolver, GroupResolver],
  ...[TrunkResolver, DialerPortResolver, QueueResolver, EngineResolver],
] as const;
