import { describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { createToneDetector, type ToneEvent, type ToneKind } from '../../../src/engine/domain/amd/tone-detector.js';
import { A_LAW, U_LAW } from '../../../src/engine/media/g711.js';
import { cadence, framesOf, type Line, type Sound, talk } from '../../support/tone-audio.js';

const detect = (frames: readonly Int16Array[]): ToneEvent[] => {
  const detector = createToneDetector();
  return frames.map((frame) => detector.push(frame)).filter((event) => event !== null);
};

const heard = (line: Line): ToneEvent[] => detect(framesOf(line));
const kinds = (line: Line): ToneKind[] => heard(line).map(({ kind }) => kind);

describe('a beep', () => {
  const greeting = talk(200, 2_400, 130);
  const afterGreeting = (...sounds: Sound[]): Line => ({ forMs: 6_000, sounds: [...greeting, ...sounds], noise: 60 });

  test.each([400, 480, 620, 800, 1_000, 1_400, 1_633, 1_950, 2_050])(
    'of %i Hz after a greeting is recognised',
    (hz) => {
      const [beep, ...more] = heard(afterGreeting({ fromMs: 3_000, forMs: 300, hz: [hz] }));
      expect(more).toEqual([]);
      expect(beep).toMatchObject({ kind: 'BEEP' });
      expect(Math.abs((beep?.frequencyHz ?? 0) - hz)).toBeLessThan(5);
      expect(Math.abs((beep?.onsetMs ?? 0) - 3_000)).toBeLessThanOrEqual(40);
      expect(beep?.atMs).toBeLessThanOrEqual(3_300 + 160);
    },
  );

  test.each([120, 200, 500, 1_000])('of %i ms is recognised', (forMs) => {
    expect(kinds(afterGreeting({ fromMs: 3_000, forMs, hz: [1_000] }))).toEqual(['BEEP']);
  });

  test('of two parts is one', () => {
    const parts = [3_000, 3_280].map((fromMs) => ({ fromMs, forMs: 200, hz: [1_400] }));
    expect(heard(afterGreeting(...parts))).toMatchObject([{ kind: 'BEEP', onsetMs: expect.closeTo(3_000, -2) }]);
  });

  test('of two frequencies is recognised', () => {
    expect(kinds(afterGreeting({ fromMs: 3_000, forMs: 350, hz: [850, 1_200] }))).toEqual(['BEEP']);
  });

  test('that glides is recognised', () => {
    expect(kinds(afterGreeting({ fromMs: 3_000, forMs: 300, hz: [900], toHz: [1_300] }))).toEqual(['BEEP']);
  });

  test('is recognised with a lost packet, an offset and noise of a third of its power, in either law', () => {
    for (const law of ['A', 'U'] as const) {
      const sounds = [...greeting, { fromMs: 3_000, forMs: 500, hz: [1_000] }];
      expect(kinds({ forMs: 6_000, sounds, noise: 2_400, offset: 200, law, lostMs: [3_200] })).toEqual(['BEEP']);
    }
  });

  test('is recognised where it begins in the middle of music', () => {
    const music = { fromMs: 200, forMs: 2_800, hz: [523, 659, 784] };
    expect(kinds({ forMs: 6_000, sounds: [music, { fromMs: 3_000, forMs: 600, hz: [1_100] }] })).toEqual(['BEEP']);
  });

  test.each([90, 130, 210, 260, 330, 420])('is not heard in talk with a fundamental of %i Hz', (hz) => {
    expect(kinds({ forMs: 10_000, sounds: talk(200, 9_000, hz), noise: 60 })).toEqual([]);
  });

  test('is not heard in a vowel that is sung with vibrato', () => {
    const sung = Array.from({ length: 20 }, (_, at): Sound => {
      const ends = at % 2 === 0 ? [0.97, 1.03] : [1.03, 0.97];
      return { fromMs: 500 + at * 90, forMs: 90, hz: [440 * (ends[0] ?? 1)], toHz: [440 * (ends[1] ?? 1)] };
    });
    expect(kinds({ forMs: 6_000, sounds: sung, noise: 30 })).toEqual([]);
  });

  test('is not heard in notes that follow each other', () => {
    const notes = [523, 587, 659, 698, 784, 880, 988, 1_047].map((hz, at) => ({
      fromMs: 300 + at * 300,
      forMs: 300,
      hz: [hz],
    }));
    expect(kinds({ forMs: 2_700, sounds: notes })).toEqual([]);
  });
});

describe('a fax', () => {
  test.each([undefined, 450])(
    'that answers is recognised within 0.4 s, its phase reversed every %p ms',
    (reversedEveryMs) => {
      const tone: Sound = { fromMs: 1_000, forMs: 3_300, hz: [2_100], ...(reversedEveryMs ? { reversedEveryMs } : {}) };
      const [fax, ...more] = heard({ forMs: 5_000, sounds: [tone], noise: 60 });
      expect(more).toEqual([]);
      expect(fax).toMatchObject({ kind: 'FAX' });
      expect(fax?.atMs).toBeLessThanOrEqual(1_400);
    },
  );

  test('that calls is recognised by one tone of half a second', () => {
    const [fax] = heard({ forMs: 3_000, sounds: cadence(800, 3_000, [1_100], [500, 3_000]), noise: 60 });
    expect(fax).toMatchObject({ kind: 'FAX' });
    expect(fax?.atMs).toBeLessThanOrEqual(1_500);
  });

  test('that calls is not taken for one where a voice spoke before: it is a beep', () => {
    const sounds = [...talk(200, 2_400, 130), { fromMs: 3_000, forMs: 500, hz: [1_100] }];
    expect(kinds({ forMs: 5_000, sounds, noise: 60 })).toEqual(['BEEP']);
  });

  test('is recognised by the flags of V.21 alone', () => {
    const bits = [1_850, 1_650, 1_650, 1_650, 1_650, 1_650, 1_650, 1_850];
    let phase = 0;
    const flags = Int16Array.from({ length: 8_000 }, (_, at) => {
      phase += (2 * Math.PI * (bits[Math.floor((at * 300) / 8_000) % bits.length] ?? 0)) / 8_000;
      return 5_000 * Math.sin(phase);
    });
    const frames = Array.from({ length: 50 }, (_, frame) => flags.subarray(frame * 160, (frame + 1) * 160));
    expect(detect(frames).map(({ kind }) => kind)).toEqual(['FAX']);
  });
});

describe('special information tones', () => {
  test.each([
    [[950, 1_400, 1_800], [330, 330, 330], 0],
    [[913.8, 1_370.6, 1_776.7], [276, 276, 380], 30],
    [[985.2, 1_370.6, 1_776.7], [380, 276, 380], 20],
    [[985.2, 1_428.5, 1_776.7], [380, 380, 380], 50],
  ])('of %j Hz, %j ms and pauses of %i ms are recognised while the third sounds', (hz, forMs, pauseMs) => {
    let fromMs = 500;
    const sounds = hz.map((one, at): Sound => {
      const sound = { fromMs, forMs: forMs[at] ?? 0, hz: [one] };
      fromMs += (forMs[at] ?? 0) + pauseMs;
      return sound;
    });
    const [sit, ...more] = heard({ forMs: 3_000, sounds, noise: 200, lostMs: [600] });
    expect(more).toEqual([]);
    expect(sit).toMatchObject({ kind: 'SIT' });
    expect(sit?.atMs).toBeLessThan(fromMs);
  });
});

describe('a tone of the network', () => {
  const sinceOnset = (sounds: readonly Sound[], kind: ToneKind): number => {
    const [first, ...more] = heard({ forMs: 10_000, sounds, noise: 60 });
    expect(more).toEqual([]);
    expect(first).toMatchObject({ kind });
    return (first?.atMs ?? Infinity) - (sounds[0]?.fromMs ?? 0);
  };

  test.each([
    [[425], [500, 500]],
    [[425], [250, 250]],
    [[425], [200, 200]],
    [[400], [375, 375]],
    [[450], [350, 350]],
    [
      [480, 620],
      [500, 500],
    ],
    [
      [480, 620],
      [250, 250],
    ],
  ])('of %j Hz, %j ms on and off, is busy, known within 1.4 s', (hz, onOffMs) => {
    expect(sinceOnset(cadence(700, 9_000, hz, onOffMs), 'BUSY')).toBeLessThan(1_400);
  });

  test.each([
    [
      [440, 480],
      [2_000, 4_000],
    ],
    [
      [400, 450],
      [400, 200, 400, 2_000],
    ],
    [[425], [1_000, 4_000]],
    [[425], [1_000, 3_000]],
    [[450], [1_000, 4_000]],
  ])('of %j Hz, %j ms on and off, is ringing, known within 2 s', (hz, onOffMs) => {
    expect(sinceOnset(cadence(700, 9_000, hz, onOffMs), 'RINGBACK')).toBeLessThanOrEqual(2_000);
  });

  test.each([[[350, 440]], [[425]]])('of %j Hz that does not end is a dial tone', (hz) => {
    expect(sinceOnset([{ fromMs: 700, forMs: 9_000, hz }], 'BUSY')).toBeLessThan(2_000);
  });

  test('is recognised with lost packets', () => {
    const sounds = cadence(700, 9_000, [425], [500, 500]);
    expect(kinds({ forMs: 10_000, sounds, lostMs: [860, 1_300, 1_780, 2_040, 2_840, 3_900] })).toEqual(['BUSY']);
  });

  test.each([200, 700, 1_200])('that ends after %i ms because somebody answers and speaks is none', (forMs) => {
    const sounds = [{ fromMs: 0, forMs, hz: [425] }, ...talk(forMs + 500, forMs + 1_500, 140)];
    expect(kinds({ forMs: 5_000, sounds, noise: 60 })).toEqual([]);
  });

  test('is not taken for one where a machine beeps on its frequency after its greeting', () => {
    const sounds = [...talk(200, 2_400, 130), { fromMs: 3_000, forMs: 500, hz: [425] }];
    expect(kinds({ forMs: 6_000, sounds, noise: 60 })).toEqual(['BEEP']);
  });
});

describe('what the last frame was like', () => {
  test('is told after each frame', () => {
    const detector = createToneDetector();
    const frames = framesOf({ forMs: 400, sounds: [{ fromMs: 200, forMs: 200, hz: [1_000] }], noise: 60 });
    frames.slice(0, 10).forEach((frame) => detector.push(frame));
    expect(detector.last.isTonal).toBe(false);
    frames.slice(10).forEach((frame) => detector.push(frame));
    expect(detector.last).toMatchObject({ isTonal: true, frequencyHz: expect.closeTo(1_000, 0) });
    expect(detector.last.purity).toBeGreaterThan(0.95);
  });
});

const corpus = new URL('../../../../shared/amd/', import.meta.url);
const labels = new URL('labels.jsonl', corpus);
// The corpus lies beside the project, not in it.
const describeCorpus = existsSync(labels) ? describe : describe.skip;

describeCorpus('on the labelled corpus', () => {
  interface Label {
    readonly file: string;
    readonly cls: string;
    readonly subtype: string;
    readonly beep: { readonly onset_ms: number; readonly dur_ms: number } | null;
    readonly duration_ms: number;
  }

  const clips = existsSync(labels)
    ? readFileSync(labels, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Label)
    : [];

  const eventsOf = ({ file }: Label): ToneEvent[] => {
    const decode = file.endsWith('.alaw') ? A_LAW : U_LAW;
    const codes = readFileSync(new URL(file, corpus));
    const samples = new Int16Array(codes.length);
    for (let at = 0; at < codes.length; at++) samples[at] = decode[codes[at] ?? 0] ?? 0;
    return detect(
      Array.from({ length: Math.floor(samples.length / 160) }, (_, frame) =>
        samples.subarray(frame * 160, (frame + 1) * 160),
      ),
    );
  };

  const EXPECTED: Record<string, ToneKind> = {
    fax_ansam: 'FAX',
    fax_ced: 'FAX',
    fax_cng: 'FAX',
    sit: 'SIT',
    busy_eu: 'BUSY',
    busy_us: 'BUSY',
    congestion_eu: 'BUSY',
    reorder_us: 'BUSY',
    dial_tone: 'BUSY',
    ringback: 'RINGBACK',
    beep_only: 'BEEP',
  };

  test('at most 2 % of the tones are taken for something else', () => {
    const tones = clips.filter(({ cls }) => cls === 'tone');
    const wrong = tones.filter((clip) => eventsOf(clip)[0]?.kind !== EXPECTED[clip.subtype]);
    expect(wrong.length).toBeLessThanOrEqual(0.02 * tones.length);
  });

  test('at least 95 % of the beeps are heard, with less than two false ones an hour, in every eighth clip', () => {
    const some = clips.filter((_, at) => at % 8 === 1);
    const isOf = ({ beep }: Label, atMs: number): boolean =>
      beep !== null && atMs >= beep.onset_ms - 60 && atMs <= beep.onset_ms + beep.dur_ms + 400;
    const beeps = some.map((clip) => ({ clip, found: eventsOf(clip).filter(({ kind }) => kind === 'BEEP') }));
    const withBeep = beeps.filter(({ clip }) => clip.beep !== null);
    const recognised = withBeep.filter(({ clip, found }) => found.some(({ atMs }) => isOf(clip, atMs)));
    const falseOnes = beeps
      .filter(({ clip }) => clip.cls !== 'tone')
      .flatMap(({ clip, found }) => found.filter(({ atMs }) => !isOf(clip, atMs)));
    const hours = some.reduce((sum, clip) => sum + clip.duration_ms, 0) / 3_600_000;
    expect(recognised.length / withBeep.length).toBeGreaterThanOrEqual(0.95);
    expect(falseOnes.length / hours).toBeLessThan(2);
  });
});
