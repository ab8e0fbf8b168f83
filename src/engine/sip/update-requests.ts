import { Core } from 'sip.js';
import { refreshTarget } from './invite-facts.js';

/** What sip.js takes for a stateless answer. */
export type UpdateAnswer = Pick<Core.ResponseOptions, 'statusCode' | 'extraHeaders' | 'body'>;
export type UpdateHandler = (request: Core.IncomingRequestMessage) => Promise<UpdateAnswer>;

interface Updates {
  handler: UpdateHandler | null;
  /** The last UPDATE and its answer; undefined while it is not known yet. */
  last: { readonly cseq: number; answer: UpdateAnswer | undefined } | null;
}
const updatesOf = new WeakMap<object, Updates>();

const of = (dialog: object): Updates => {
  const updates = updatesOf.get(dialog) ?? { handler: null, last: null };
  updatesOf.set(dialog, updates);
  return updates;
};

/** Takes the UPDATEs (RFC 3311) of a dialog, early or confirmed, from now on. Without it they get 200, or 488 to SDP. */
export const takeUpdates = (session: Core.Session, handler: UpdateHandler): void => {
  of(session).handler = handler;
};

const withoutHandler: UpdateHandler = (request) => Promise.resolve({ statusCode: request.body === '' ? 200 : 488 });

/** What the patch calls of a dialog; `sequenceGuard` and the core are protected in the types of sip.js. */
export interface UpdatedDialog {
  readonly core: Core.UserAgentCore;
  sequenceGuard(message: Core.IncomingRequestMessage): boolean;
}

/**
 * An UPDATE within a dialog, of which sip.js knows nothing. It has no transaction: a repeated one is known by its CSeq and
 * gets the same answer, and would otherwise be refused with 500 as out of order.
 */
export const receiveUpdate = (dialog: UpdatedDialog, message: Core.IncomingRequestMessage): void => {
  const updates = of(dialog);
  const reply = (answer: UpdateAnswer): void => void dialog.core.replyStateless(message, answer);
  if (updates.last?.cseq === message.cseq) {
    if (updates.last.answer) reply(updates.last.answer);
    return;
  }
  if (!dialog.sequenceGuard(message)) return;
  if (updates.last && !updates.last.answer) {
    // RFC 3311, 5.2: the one before is not answered yet.
    reply({ statusCode: 500, extraHeaders: ['Retry-After: 1'] });
    return;
  }
  const session = dialog as unknown as Core.Session;
  Core.Dialog.prototype.receiveRequest.call(session as unknown as Core.Dialog, message);
  refreshTarget(session, message);
  const last: NonNullable<Updates['last']> = { cseq: message.cseq, answer: undefined };
  updates.last = last;
  void (updates.handler ?? withoutHandler)(message)
    .catch((): UpdateAnswer => ({ statusCode: 500 }))
    .then((answer) => {
      last.answer = answer;
      reply(answer);
    });
};
