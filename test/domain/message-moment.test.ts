import { describe, expect, test } from '@jest/globals';
import { MessageMoment } from '../../src/engine/domain/amd/message-moment.js';

const DECISION_MS = 3_000;

/** A beep is told so long after its end. */
const TOLD_AFTER_MS = 100;

/** What is done when, for spans of speech and tones, and the ends of beeps, in milliseconds since the answer. */
function acts(speech: readonly (readonly [number, number])[], beepEndsMs: readonly number[] = [], untilMs = 20_000) {
  const moment = new MessageMoment(DECISION_MS);
  const done: [string, number][] = [];
  for (let atMs = DECISION_MS; atMs <= untilMs; atMs += 20) {
    const act = moment.hear({
      atMs,
      isSpeaking: speech.some(([from, to]) => atMs >= from && atMs < to),
      beepEndMs: beepEndsMs.findLast((endMs) => endMs + TOLD_AFTER_MS <= atMs) ?? null,
    });
    if (act) done.push([act, atMs]);
  }
  return done;
}

describe('the moment of the message', () => {
  test('is when the tone after the greeting is over', () => {
    expect(
      acts(
        [
          [0, 6_000],
          [7_000, 7_400],
        ],
        [7_400],
      ),
    ).toEqual([['PLAY', 7_500]]);
  });

  test('is at once when the tone is what gave the machine away', () => {
    expect(
      acts(
        [
          [0, 1_000],
          [1_500, 2_900],
        ],
        [2_900],
      ),
    ).toEqual([['PLAY', 3_100]]);
  });

  test('does not come with a tone that the greeting went on after', () => {
    expect(
      acts(
        [
          [200, 500],
          [700, 6_000],
        ],
        [500],
      ),
    ).toEqual([['PLAY', 8_500]]);
  });

  test('does not come in the first pause of a greeting that went on at once after a tone', () => {
    expect(
      acts(
        [
          [2_000, 5_000],
          [5_300, 7_000],
        ],
        [2_800],
      ),
    ).toEqual([['PLAY', 9_500]]);
  });

  test('is after the tone although the end of it is taken for speech, and a click follows', () => {
    expect(
      acts(
        [
          [2_000, 3_060],
          [3_080, 3_160],
        ],
        [2_980],
      ),
    ).toEqual([['PLAY', 3_260]]);
  });

  test('comes without a tone after 2.5 s of silence', () => {
    expect(acts([[0, 5_000]])).toEqual([['PLAY', 7_500]]);
  });

  test('does not come in the pauses of a greeting', () => {
    expect(
      acts([
        [0, 4_000],
        [5_500, 7_000],
        [9_000, 10_000],
      ]),
    ).toEqual([['PLAY', 12_500]]);
  });

  test('never comes while the far end speaks', () => {
    expect(acts([[0, 60_000]], [], 40_000)).toEqual([]);
  });

  test('is taken back when the greeting goes on, and comes again after the tone', () => {
    expect(
      acts(
        [
          [0, 5_000],
          [7_900, 10_000],
          [10_500, 10_800],
        ],
        [10_800],
      ),
    ).toEqual([
      ['PLAY', 7_500],
      ['STOP', 8_100],
      ['PLAY', 10_900],
    ]);
  });

  test('is taken back for a tone that comes just after the message began', () => {
    expect(
      acts(
        [
          [0, 5_000],
          [7_900, 8_040],
        ],
        [8_040],
      ),
    ).toEqual([
      ['PLAY', 7_500],
      ['STOP', 8_140],
      ['PLAY', 8_160],
    ]);
  });

  test('is taken back once only: after that the message is played through', () => {
    expect(
      acts([
        [0, 5_000],
        [7_900, 9_000],
        [12_000, 13_000],
      ]),
    ).toEqual([
      ['PLAY', 7_500],
      ['STOP', 8_100],
      ['PLAY', 11_500],
    ]);
  });

  test('is not taken back for a click, nor for speech after the first second', () => {
    expect(
      acts([
        [0, 5_000],
        [7_900, 8_000],
        [9_000, 12_000],
      ]),
    ).toEqual([['PLAY', 7_500]]);
  });
});
