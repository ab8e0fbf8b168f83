import { createHash } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';

/** What is no page needs nothing. */
const NO_PAGE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const YEAR_SECONDS = 31_536_000;

const HEADERS = {
  'Content-Security-Policy': NO_PAGE,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Headers of every answer; a page has a policy of its own in place of the strictest one. */
export function securityHeaders(request: Request, response: Response, next: NextFunction): void {
  response.set(HEADERS);
  if (request.secure) response.set('Strict-Transport-Security', `max-age=${YEAR_SECONDS}`);
  next();
}

/**
 * The policy of a page that has everything inside: its scripts by their hashes, its own server, and nothing else. The
 * editor of GraphiQL sets styles by script, and makes its workers from blobs.
 */
export function pagePolicy(page: string): string {
  const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
    ([, script = '']) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
  return [
    "default-src 'none'",
    `script-src ${scripts.join(' ')}`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    'font-src data:',
    "connect-src 'self'",
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
