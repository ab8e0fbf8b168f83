import { URI } from 'sip.js';
import type { Endpoint } from './endpoint.js';
import { hex64 } from './random.js';
import { ask, type Reply } from './single-request.js';
import type { TrunkServer } from './trunk-server.js';

/** Asked for; the registrar grants what it likes. Seconds. */
const EXPIRES_SECONDS = 600;

/** A port's binding at one registrar: REGISTERs of one Call-ID with growing numbers (RFC 3261, 10.2.4). */
export class Binding {
  /** What is asked for, and what is granted if the registrar does not say. */
  expiresSeconds = EXPIRES_SECONDS;
  private readonly callId: string;
  private readonly fromTag = hex64();
  private cseq = 0;

  constructor(
    readonly server: TrunkServer,
    readonly endpoint: Endpoint,
  ) {
    this.callId = endpoint.newCallId();
  }

  /** @param expiresSeconds 0 ends the binding */
  async ask(expiresSeconds: number, timeoutMs: number): Promise<Reply> {
    const { core, localUri, contactHeader, options } = this.endpoint;
    const registrar = new URI('sip', '', options.domain.host, options.domain.port ?? undefined);
    const message = core.makeOutgoingRequestMessage(
      'REGISTER',
      registrar,
      localUri,
      localUri,
      { callId: this.callId, fromTag: this.fromTag, cseq: ++this.cseq },
      [`${contactHeader};expires=${expiresSeconds}`, `Expires: ${expiresSeconds}`],
    );
    const reply = await ask(this.endpoint, message, timeoutMs);
    // A challenge raised it.
    this.cseq = Math.max(this.cseq, message.cseq);
    return reply;
  }
}
