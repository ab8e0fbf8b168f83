import type { IncomingMessage } from 'node:http';

export const SESSION_COOKIE = 'outdial_session';

/** The bearer token of the `Authorization` header. */
export function tokenOf(request: IncomingMessage): string | undefined {
  return /^Bearer ([\w-]+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

/** The token of the session cookie, which browsers may use instead. */
export function cookieOf(request: IncomingMessage): string | undefined {
  return new RegExp(`(?:^|; ?)${SESSION_COOKIE}=([\\w-]+)`).exec(request.headers.cookie ?? '')?.[1];
}
