import type { Core } from 'sip.js';
import type { SavedDialog, SavedServer } from '../contracts/telephony.js';
import type { Endpoint } from './endpoint.js';
import { dialogStateOf, isLocal } from './invite-facts.js';

export const serverOf = ({ options: { destination } }: Endpoint): SavedServer => ({
  host: destination.host,
  port: destination.port,
});

export const saveDialog = (session: Core.Session, lineId: string, endpoint: Endpoint): SavedDialog => ({
  lineId,
  server: serverOf(endpoint),
  callId: session.callId,
  localTag: session.localTag,
  remoteTag: session.remoteTag,
  localSequence: dialogStateOf(session).localSequenceNumber ?? 1,
  remoteSequence: dialogStateOf(session).remoteSequenceNumber ?? null,
  localUri: session.localURI.toString(),
  remoteUri: session.remoteURI.toString(),
  remoteTarget: session.remoteTarget.toRaw(),
  routeSet: [...dialogStateOf(session).routeSet],
});

/**
 * BYE for a dialog of an earlier process: true if the far end has confirmed that the call is over.
 * @param isSameServer the BYE goes to the server that had the call, and no other one's 481 means that it is over
 */
export const byeLeftOver = (session: Core.Session, isSameServer: boolean): Promise<boolean> =>
  new Promise((resolve) => {
    session.bye({
      onAccept: () => resolve(true),
      onRedirect: () => resolve(false),
      // 481: the far end does not know the call any more, so it is over.
      onReject: ({ message }) => resolve(isSameServer && !isLocal(message) && message.statusCode === 481),
    });
  });
