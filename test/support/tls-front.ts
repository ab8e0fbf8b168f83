import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer } from 'node:tls';

const fixture = (name: string): string => readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url), 'utf8');

export interface TlsFront {
  readonly port: number;
  /** The certificate to trust. */
  readonly authorities: string;
  close(): Promise<void>;
}

/** TLS in front of a peer that has only TCP: every byte passes as it is, in both directions. */
export const openTlsFront = async (behindPort: number): Promise<TlsFront> => {
  const authorities = fixture('cert');
  const open = new Set<Socket>();
  const server = createServer({ cert: authorities, key: fixture('key') }, (front) => {
    const back = connect({ host: '127.0.0.1', port: behindPort });
    for (const [one, other] of [
      [front, back],
      [back, front],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy()).on('close', () => open.delete(one));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    authorities,
    close: async () => {
      for (const socket of open) socket.destroy();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
};
