import { isDeepStrictEqual } from 'node:util';
import { type Core, Grammar } from 'sip.js';
import type { SavedInvite } from '../contracts/telephony.js';
import { type Endpoint, transactionIdOf } from './endpoint.js';
import { isLocal } from './invite-facts.js';
import { serverOf } from './saved-dialog.js';

export const saveInvite = (request: Core.OutgoingInviteRequest, lineId: string, endpoint: Endpoint): SavedInvite => {
  const { message } = request;
  return {
    lineId,
    server: serverOf(endpoint),
    callId: message.callId,
    localTag: message.fromTag,
    sequence: message.cseq,
    branch: transactionIdOf(request),
    localUri: message.from.uri.toString(),
    remoteUri: message.to.uri.toString(),
  };
};

/**
 * CANCEL for an INVITE of an earlier process (RFC 3261, 9.1): true if the far end has taken it, or knows of no such call, which
 * only the server of the INVITE can know. What that is answered with then, 487 or a 200 that has crossed the CANCEL, belongs to
 * nobody and is seen to by the message router.
 */
export const cancelLeftOver = (endpoint: Endpoint, saved: SavedInvite): Promise<boolean> => {
  const [local, remote] = [saved.localUri, saved.remoteUri].map((text) => Grammar.URIParse(text));
  if (!local || !remote) return Promise.resolve(false);
  const { callId, localTag: fromTag, sequence: cseq } = saved;
  const message = endpoint.core.makeOutgoingRequestMessage('CANCEL', remote, local, remote, { callId, fromTag, cseq });
  message.branch = saved.branch;
  const isSameServer = isDeepStrictEqual(serverOf(endpoint), saved.server);
  return new Promise((resolve) => {
    endpoint.core.request(message, {
      onAccept: () => resolve(true),
      onRedirect: () => resolve(false),
      onReject: ({ message: answer }) => resolve(isSameServer && !isLocal(answer) && answer.statusCode === 481),
    });
  });
};
