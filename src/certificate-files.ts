import { readFile } from 'node:fs/promises';
import type { Clock, Timer } from './engine/contracts/clock.js';
import type { Log } from './engine/contracts/log.js';

/** Certificates are renewed weeks before they end: a minute is soon. */
const LOOK_MS = 60_000;

/** PEM texts. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** Reads both anew at each call; undefined where there is no certificate, which `config.ts` sees to be for both or neither. */
export function certificateReader(
  certFile: string | undefined,
  keyFile: string | undefined,
): (() => Promise<TlsFiles>) | undefined {
  if (certFile === undefined || keyFile === undefined) return undefined;
  return async () => {
    const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
    return { cert, key };
  };
}

interface CertificateRenewal {
  readonly clock: Clock;
  readonly log: Log;
  /** What it is for, for the log. */
  readonly of: 'API' | 'SIP';
  /** Those that are in use. */
  readonly present: TlsFiles;
  readonly read: () => Promise<TlsFiles>;
  /** Throws if they do not belong together, or are none; then nothing has changed. */
  readonly use: (files: TlsFiles) => void;
}

/** Takes certificate and key into use when their files have changed. Returns the function that ends it. */
export function followCertificate({ clock, log, of, present, read, use }: CertificateRenewal): () => void {
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
        log.info({ of }, 'certificate renewed');
      }
    } catch (error) {
      log.warn({ err: error, of }, 'new certificate cannot be used, the old one stays');
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
