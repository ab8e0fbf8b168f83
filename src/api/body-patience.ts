import type { NextFunction, Request, Response } from 'express';
import type { Clock, Timer } from '../engine/contracts/clock.js';

/** A body that is no upload has to be there by then. */
const BODY_MS = 120_000;
/** An upload may take as long as it takes, but something of it has to come in this time. */
const SILENCE_MS = 60_000;

/**
 * Ends connections whose request does not come to its end. A large file on a slow line may take longer than anything
 * else; the bound for headers is Node's.
 */
export function bodyPatience(clock: Clock) {
  return (request: Request, _response: Response, next: NextFunction): void => {
    const type: unknown = request.is('multipart/form-data');
    // `null`: there is no body.
    if (type !== null) watch(clock, request, type !== false);
    next();
  };
}

function watch(clock: Clock, request: Request, isUpload: boolean): void {
  const { socket } = request;
  let timer: Timer;
  const wait = (): void => {
    const before = socket.bytesRead;
    timer = clock.setTimer(isUpload ? SILENCE_MS : BODY_MS, () => {
      if (isUpload && socket.bytesRead > before) wait();
      else socket.destroy();
    });
  };
  const stop = (): void => {
    timer.cancel();
    socket.off('close', stop);
  };
  wait();
  request.once('end', stop).once('close', stop);
  // A request that was answered before its end does not hear of it.
  socket.once('close', stop);
}
