import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import express from 'express';

/** Whether what the address says about whom it forwards for is believed. */
export type IsTrustedProxy = (address: string, hop: number) => boolean;

/** Addresses, networks as in `10.0.0.0/8`, and the names that Express knows: `loopback`, `linklocal`, `uniquelocal`. */
export function trustedProxies(proxies: readonly string[]): IsTrustedProxy {
  return express()
    .set('trust proxy', [...proxies])
    .get('trust proxy fn') as IsTrustedProxy;
}

/** The client's address: what each trusted proxy has put last into `X-Forwarded-For` is where its request came from. */
export function clientAddress(request: IncomingMessage, isTrusted: IsTrustedProxy): string {
  const forwardedFor = [request.headers['x-forwarded-for'] ?? []].flat().join().split(',').reverse();
  let address = request.socket.remoteAddress ?? 'unknown';
  for (const [hop, text] of forwardedFor.entries()) {
    const before = text.trim();
    if (!isIP(before) || !isTrusted(address, hop)) break;
    address = before;
  }
  return address;
}
