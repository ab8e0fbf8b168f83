import type { AmdDetector } from '../contracts/amd-detector.js';
import type { AudioSource, Playback } from '../contracts/call-media.js';
import type { Clock, Timer } from '../contracts/clock.js';
import type { AnsweredCall } from '../contracts/telephony.js';
import { MessageMoment } from '../domain/amd/message-moment.js';
import { deferred } from './deferred.js';

/** How long the end of a greeting is waited for, milliseconds from the verdict. */
const LONGEST_WAIT_MS = 30_000;
/** The BYE must not overtake the last words. */
const AFTER_MESSAGE_MS = 500;

export interface MessageParts {
  readonly call: AnsweredCall;
  readonly detector: AmdDetector;
  readonly decisionMs: number;
  /** 8 kHz linear PCM. */
  readonly samples: Int16Array;
  readonly clock: Clock;
  readonly aborted: Promise<unknown>;
}

/**
 * Plays a message to a machine when it listens. Resolves true when the message was played whole; false when the machine
 * never stopped speaking, the call ended, or the engine had to.
 */
export async function leaveMessage({
  call,
  detector,
  decisionMs,
  samples,
  clock,
  aborted,
}: MessageParts): Promise<boolean> {
  const moment = new MessageMoment(decisionMs);
  const over = deferred<boolean>();
  let playback: Playback | undefined;
  let afterMessage: Timer | undefined;
  let isLate = false;
  const latest = clock.setTimer(LONGEST_WAIT_MS, () => {
    isLate = true;
    if (!playback) over.resolve(false);
  });
  const play = (): void => {
    const begun = call.play(sourceOf(samples));
    playback = begun;
    void begun.finished.then((how) => {
      if (playback !== begun) return;
      if (how === 'ended') afterMessage = clock.setTimer(AFTER_MESSAGE_MS, () => over.resolve(true));
      else over.resolve(false);
    });
  };
  const takeBack = (): void => {
    const begun = playback;
    playback = undefined;
    begun?.stop();
    afterMessage?.cancel();
    if (isLate) over.resolve(false);
  };
  detector.listen((heard) => {
    const act = moment.hear(heard);
    if (act === 'PLAY') play();
    if (act === 'STOP') takeBack();
  });
  const wasLeft = await Promise.race([over.promise, call.ended, aborted]);
  detector.listen(null);
  latest.cancel();
  afterMessage?.cancel();
  playback?.stop();
  return wasLeft === true;
}

function sourceOf(samples: Int16Array): AudioSource {
  let at = 0;
  return {
    next: (frame) => {
      if (at >= samples.length) return false;
      const piece = samples.subarray(at, at + frame.length);
      frame.set(piece);
      frame.fill(0, piece.length);
      at += frame.length;
      return true;
    },
  };
}
