import type { MediaSession } from '../contracts/call-media.js';
import type { AnsweredCall } from '../contracts/telephony.js';
import type { CallLeg } from './call-leg.js';

/** An answered call whose media is ours, as those see it who join it with another one. */
export interface OwnCall extends AnsweredCall {
  readonly leg: CallLeg;
  readonly media: MediaSession;
  /** Audio has come within the last second. */
  readonly isHeard: boolean;
  /** If the peer has been told to send elsewhere, it is told to send to us again. */
  takeMediaBack(): Promise<void>;
}
