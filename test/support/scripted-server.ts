import net from 'node:net';
import tls from 'node:tls';
import { once } from 'node:events';

/** A TCP or TLS server on loopback that can die, come back on the same port, and fall silent. */
export class ScriptedServer {
  readonly sockets = new Set<net.Socket>();
  /** Takes connections and says nothing, as a process does that is stopped. */
  isSilent = false;
  private server: net.Server | undefined;
  port = 0;

  constructor(
    private readonly connected: (socket: net.Socket) => void,
    private readonly certificate?: { readonly cert: string; readonly key: string },
  ) {}

  async listen(): Promise<void> {
    const accept = (socket: net.Socket): void => {
      this.sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('error', () => undefined);
      this.connected(socket);
    };
    this.server = this.certificate ? tls.createServer(this.certificate, accept) : net.createServer(accept);
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as net.AddressInfo).port;
  }

  async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    for (const socket of this.sockets) socket.destroy();
    if (!server) return;
    server.close();
    await once(server, 'close');
  }

  write(socket: net.Socket, text: string): void {
    if (!this.isSilent) socket.write(text);
  }

  broadcast(text: string): void {
    for (const socket of this.sockets) this.write(socket, text);
  }
}
