import { GroupResolver } from './group-resolver.js';
import { SessionResolver } from './session-resolver.js';

export const resolvers = [SessionResolver, GroupResolver] as const;
