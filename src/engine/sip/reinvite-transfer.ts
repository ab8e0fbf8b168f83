import type { Clock } from '../contracts/clock.js';
import type { Log } from '../contracts/log.js';
import type { CallEnd, CallFailure, TransferOutcome, TransferRequest } from '../contracts/telephony.js';
import { rawEvidence } from '../domain/sip-outcome.js';
import { SipConversation } from './conversation.js';
import type { OwnCall } from './own-call.js';
import { Ringback } from './ringback.js';
import { type RemoteMedia, readSdp } from './sdp.js';

/** What a second call, to the pilot, needs to know. */
export interface PilotOrder {
  readonly pilotNumber: string;
  /** Milliseconds until it is cancelled if nobody answers. */
  readonly ringTimeoutMs: number;
  /** What the customer speaks, so that nothing needs transcoding. */
  readonly codec: RemoteMedia['codec'];
}

export interface PilotCall {
  readonly answerOrFailure: Promise<OwnCall | CallFailure>;
  /** The customer is gone. */
  cancel(): void;
}

/** Over the same line as the customer's call. */
export type PlacePilotCall = (order: PilotOrder) => PilotCall;

export interface ReinviteTransferOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly mediaHost: string;
  readonly customer: OwnCall;
  readonly request: TransferRequest;
  readonly placePilotCall: PlacePilotCall;
}

/**
 * Third-party call control (RFC 3725) in the order that is safe when a queue lets the caller wait: the customer stays with
 * us and hears ringing until the pilot has answered, and only then is the media joined. Until there is a conversation the
 * customer is ours, whatever the pilot does.
 */
export class ReinviteTransfer {
  constructor(private readonly options: ReinviteTransferOptions) {}

  async run(): Promise<TransferOutcome> {
    const { customer, request, placePilotCall } = this.options;
    const ringback = customer.play(new Ringback());
    const admitted = await Promise.race([request.secondCall?.admit() ?? true, customer.ended]);
    if (admitted !== true) {
      ringback.stop();
      return admitted === false ? { kind: 'failed', cause: 'failed' } : withoutCustomer(admitted);
    }
    const call = placePilotCall({
      pilotNumber: request.pilotNumber,
      ringTimeoutMs: request.timeoutMs,
      codec: readSdp(customer.leg.remoteSdp)?.codec ?? 'PCMU',
    });
    const first = await Promise.race([call.answerOrFailure, customer.ended]);
    ringback.stop();
    if ('by' in first) {
      call.cancel();
      // An answer that crosses the CANCEL: somebody took the call for nobody.
      void call.answerOrFailure.then((late) => (late.kind === 'answered' ? late.hangUp() : undefined));
      return withoutCustomer(first);
    }
    if (first.kind === 'failed') return withoutPilot(first, customer);
    request.secondCall?.answered(first.dialog);
    return this.join(first);
  }

  private async join(pilot: OwnCall): Promise<TransferOutcome> {
    const { clock, log, customer } = this.options;
    const conversation = new SipConversation({ clock, log, customer, pilot });
    switch (await conversation.join()) {
      case 'customer-gone':
        void pilot.hangUp();
        return withoutCustomer(await customer.ended);
      case 'pilot-gone':
        return { kind: 'failed', cause: 'failed' };
      case 'joined':
      case 'relayed':
        return { kind: 'completed', conversation };
    }
  }
}

/** What a transfer comes to whose customer is gone. */
export const withoutCustomer = ({ by, ...evidence }: CallEnd): TransferOutcome => {
  switch (by) {
    case 'callee':
      return { kind: 'customer-hung-up', evidence };
    case 'network':
      return { kind: 'dialog-lost', evidence };
    case 'dialer':
      return { kind: 'failed', cause: 'failed' };
  }
};

/**
 * Where the trunk says nothing to a new call and the customer is not heard, it is the trunk that is gone, and he with it
 * (sip-outcomes B8, race 18): nobody has let him wait in vain.
 */
const withoutPilot = (failure: CallFailure, customer: OwnCall): TransferOutcome => {
  const { localCause } = failure;
  const evidence = rawEvidence(failure);
  const isTrunkSilent = localCause === 'no-response' || localCause === 'transport';
  if (isTrunkSilent && !customer.isHeard) return { kind: 'dialog-lost', evidence };
  return { kind: 'failed', cause: localCause === 'ring-timeout' ? 'timeout' : 'failed', evidence };
};
