import { isIP } from 'node:net';
import type { SipServerAddress } from '../entities/trunk.js';
import type { InputCheck } from './input-check.js';

export interface SipServerValue {
  readonly host: string;
  readonly sipPort?: number | null;
}

/** RFC 3261, 25.1, `user` without escapes: what can stand in a header as it is. */
const SIP_USER = /^[A-Za-z0-9\-_.!~*'()&=+$,;?/]{1,100}$/;
/** RFC 1123; underscores occur in private zones. */
const HOST_LABEL = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;
const PASSWORD_MAX_LENGTH = 200;

/** What becomes part of a SIP message: nothing may break out of the header that it is put into. */
export function checkSipServer(check: InputCheck, path: string, server: SipServerValue): void {
  checkHost(check, `${path}.host`, server.host);
  check.range(`${path}.sipPort`, server.sipPort, 1, 65_535);
}

export function checkHost(check: InputCheck, path: string, host: string): void {
  const shown = JSON.stringify(host.slice(0, 300));
  check.require(isHost(host), path, `${shown} is no host name, IPv4 or IPv6 address`);
}

export function checkSipUser(check: InputCheck, path: string, username: string | null | undefined): void {
  if (username == null) return;
  check.require(
    SIP_USER.test(username),
    path,
    `${JSON.stringify(username.slice(0, 120))} is not allowed: 1 to 100 letters, digits and -_.!~*'()&=+$,;?/`,
  );
}

/** `sip:user@host`, with a port if need be; without parameters. */
export function checkSipAddress(check: InputCheck, path: string, address: string): void {
  const [, user, host, port] = /^sip:([^@]*)@(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(address) ?? [];
  check.require(
    user !== undefined &&
      SIP_USER.test(user) &&
      isHost((host ?? '').replace(/^\[|\]$/g, '')) &&
      (port === undefined || (Number(port) >= 1 && Number(port) <= 65_535)),
    path,
    `${JSON.stringify(address.slice(0, 300))} is no SIP address, for example sip:101@pbx.example`,
  );
}

/** It is only hashed, never sent; its value is never repeated in a message. */
export function checkSipPassword(check: InputCheck, path: string, password: string | null | undefined): void {
  if (password == null) return;
  check.require(
    password.length >= 1 && password.length <= PASSWORD_MAX_LENGTH,
    path,
    `has ${password.length} characters; 1 to ${PASSWORD_MAX_LENGTH} are allowed`,
  );
  check.require(!/\p{Cc}/u.test(password), path, 'must not contain control characters');
}

export function storedServer(server: SipServerValue): SipServerAddress {
  return { host: server.host, sipPort: server.sipPort ?? null };
}

function isHost(host: string): boolean {
  // The zone of a link-local address means something on one machine only, and has no place in SIP.
  if (isIP(host)) return !host.includes('%');
  const labels = host.replace(/\.$/, '').split('.');
  // All digits at the end: an IPv4 address with a mistake in it.
  return host.length <= 253 && labels.every((label) => HOST_LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '');
}
