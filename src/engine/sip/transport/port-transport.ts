import { EmitterImpl, type Transport, TransportState } from 'sip.js';
import type { SipAddress, SipSocket } from './sip-socket.js';

export interface PortTransportOptions {
  readonly socket: SipSocket;
  readonly destination: SipAddress;
}

/** What sip.js sees as its transport: a facade without a socket of its own, bound to one server. */
export class PortTransport implements Transport {
  readonly stateChange = new EmitterImpl<TransportState>();
  readonly protocol: string;
  state = TransportState.Disconnected;
  onConnect: (() => void) | undefined;
  onDisconnect: ((error?: Error) => void) | undefined;
  onMessage: ((message: string) => void) | undefined;
  private readonly options: PortTransportOptions;

  /** sip.js passes its logger and the `transportOptions`. */
  constructor(_logger: unknown, options: PortTransportOptions) {
    this.options = options;
    this.protocol = options.socket.protocol;
  }

  isConnected(): boolean {
    return this.state === TransportState.Connected;
  }

  connect(): Promise<void> {
    this.moveTo(TransportState.Connecting);
    this.moveTo(TransportState.Connected);
    this.onConnect?.();
    return Promise.resolve();
  }

  disconnect(): Promise<void> {
    this.moveTo(TransportState.Disconnecting);
    this.moveTo(TransportState.Disconnected);
    this.onDisconnect?.();
    return Promise.resolve();
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }

  send(text: string): Promise<void> {
    return this.options.socket.send(text, this.options.destination);
  }

  private moveTo(state: TransportState): void {
    this.state = state;
    this.stateChange.emit(state);
  }
}
