import type { EntityManager } from '@mikro-orm/postgresql';
import type { Topics } from '../api/topics.js';
import type { Viewer } from '../auth/viewer.js';
import { AppError, ErrorCode } from '../errors.js';
import type { Services } from '../services/index.js';
import type { LiveFeeds } from './live/index.js';
import type { Loaders } from './loaders.js';

/** What a resolver has at hand. Made anew for every request, and for every operation on a WebSocket. */
export interface RequestContext {
  /** Null: no session. Operations that need one are guarded by `@Auth`. */
  readonly viewer: Viewer | null;
  /** Of this request alone: its identity map is never shared. */
  readonly em: EntityManager;
  readonly loaders: Loaders;
  /** Forgets what `em` and `loaders` have read: after a mutation, and before each event of a subscription. */
  readonly renew: () => void;
  readonly services: Services;
  readonly topics: Topics;
  /** What is read once for all who watch it. */
  readonly live: LiveFeeds;
  /** Network address of the client, behind proxies too. */
  readonly address: string;
  /** Sets or clears the session cookie; absent on a WebSocket. */
  readonly setSessionCookie?: (token: string | null, expiresAt: Date) => void;
  /** Cuts the WebSocket off, whose client does not read, with a close code that says so; absent over HTTP. */
  readonly cutOffSlowReader?: () => void;
}

/** The viewer where `@Auth` has made sure that there is one. */
export function viewerOf(context: RequestContext): Viewer {
  if (!context.viewer) throw new AppError(ErrorCode.UNAUTHENTICATED, 'There is no session, or it has ended. Log in.');
  return context.viewer;
}
