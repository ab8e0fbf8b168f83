/**
 * The right to dial. At most one process of an installation holds it; see docs/decisions for how.
 */
export interface InstanceLease {
  /**
   * Tries once. Resolves to the tenure, or undefined while another process holds the lease. Rejects when the database
   * does not answer.
   */
  tryAcquire(): Promise<Tenure | undefined>;
}

export interface Tenure {
  /** Grows with every tenure; attempts carry it, so that a later tenure knows whose they were. */
  readonly epoch: number;
  /** Resolves when the lease is lost, for example with the connection to the database; never after `release`. */
  readonly lost: Promise<void>;
  release(): Promise<void>;
}
