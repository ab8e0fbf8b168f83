import type { DncAnswer } from '../domain/dnc-answer.js';

/** A do-not-call service (product.md, Do not call). It fails closed: what is not a clear answer is `OUT_OF_SERVICE`. */
export interface DncService {
  /** Never rejects; answers within the service's time-out, 2 s by default. */
  check(phoneNumber: string): Promise<DncAnswer>;
}

/** Finds the service that a campaign is set to; undefined if there is none with that id. */
export interface DncServices {
  find(dncServiceId: string): DncService | undefined;
}
