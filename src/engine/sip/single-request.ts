import type { Core } from 'sip.js';
import type { Endpoint } from './endpoint.js';
import { isLocal } from './invite-facts.js';

export type Reply =
  | { readonly kind: 'response'; readonly status: number; readonly message: Core.IncomingResponseMessage }
  /** `unreachable`: it could not be sent. */
  | { readonly kind: 'silence' | 'unreachable' };

/**
 * Sends a request outside of a dialog, OPTIONS or REGISTER, and gives the final response, a challenge answered. sip.js
 * waits 32 s (64 × T1) for it; `timeoutMs` is when we know enough. Never rejects; never resolves if the endpoint is
 * disposed meanwhile.
 */
export const ask = (endpoint: Endpoint, message: Core.OutgoingRequestMessage, timeoutMs: number): Promise<Reply> =>
  new Promise((resolve) => {
    const timer = endpoint.timers.after(timeoutMs, () => resolve({ kind: 'silence' }));
    const onFinal = ({ message: response }: Core.IncomingResponse): void => {
      timer.cancel();
      const status = response.statusCode ?? 0;
      if (!isLocal(response)) resolve({ kind: 'response', status, message: response });
      else resolve({ kind: status === 503 ? 'unreachable' : 'silence' });
    };
    const delegate = { onAccept: onFinal, onRedirect: onFinal, onReject: onFinal };
    if (message.method === 'REGISTER') endpoint.core.register(message, delegate);
    else endpoint.core.request(message, delegate);
  });
