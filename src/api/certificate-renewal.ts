import type { Clock, Timer } from '../engine/contracts/clock.js';
import type { Log } from '../engine/contracts/log.js';

/** Certificates are renewed weeks before they end: a minute is soon. */
const LOOK_MS = 60_000;

/** PEM texts. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

interface CertificateRenewal {
  readonly clock: Clock;
  readonly log: Log;
  /** Those that are in use. */
  readonly present: TlsFiles;
  readonly read: () => Promise<TlsFiles>;
  /** Throws if they do not belong together, or are none; then nothing has changed. */
  readonly use: (files: TlsFiles) => void;
}

/** Takes certificate and key into use when their files have changed. Returns the function that ends it. */
export function followCertificate({ clock, log, present, read, use }: CertificateRenewal): () => void {
  let seen = present;
  let timer: Timer | undefined;
  let hasEnded = false;
  const look = async (): Promise<void> => {
    try {
      const found = await read();
      if (found.cert !== seen.cert || found.key !== seen.key) {
        // Also if they are of no use, which is said once: of two files that are written one after the other, the
        // second one is a change again.
        seen = found;
        use(found);
        log.info({}, 'certificate renewed');
      }
    } catch (error) {
      log.warn({ err: error }, 'new certificate cannot be used, the old one stays');
    }
    if (!hasEnded) wait();
  };
  const wait = (): void => {
    timer = clock.setTimer(LOOK_MS, () => void look());
  };
  wait();
  return () => {
    hasEnded = true;
    timer?.cancel();
  };
}
