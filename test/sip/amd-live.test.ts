import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { AmdSensitivity } from '../../src/engine/domain/campaign-state.js';
import type { SipTelephony } from '../../src/engine/sip/telephony.js';
import { SoundBank, type SoundKind } from '../../src/lab/audio.js';
import { Codec } from '../../src/lab/session-description.js';
import { expectAnswer } from '../support/answered-call.js';
import { decideOffline, decode, TappedDetector } from '../support/detected-call.js';
import { callRequest, openTelephony, trunkTo } from '../support/sip-bench.js';
import { hasSipp, type Sipp, type SippAudio, startSipp } from '../support/sipp.js';

const inCi = process.env['CI'] === 'true';
if (!hasSipp && !inCi)
  process.stderr.write('SKIPPED: detection on calls by sipp, which is not installed (sip-tester)\n');
const describeSipp = hasSipp || inCi ? describe : describe.skip;

/** Beside the repository where the product is developed. */
const CORPUS = fileURLToPath(new URL('../../../shared/amd/', import.meta.url));
const hasCorpus = existsSync(join(CORPUS, 'labels.jsonl'));
if (!hasCorpus) process.stderr.write(`SKIPPED: detection on calls with the corpus, which is not at ${CORPUS}\n`);
const testCorpus = hasCorpus && hasSipp ? test : test.skip;

/** Ringing is not waited out: the time-out comes when the detection on a file decides for ringback. */
const RING_TIMEOUT_MS = 5_000;
/** So many calls at a time: sipp must keep its 20 ms. */
const CALLS_AT_ONCE = 4;
const SENSITIVITIES = Object.values(AmdSensitivity);

interface Call {
  readonly name: string;
  readonly audio: SippAudio;
  readonly sensitivity: AmdSensitivity;
}

interface CorpusLabel {
  readonly file: string;
  readonly encoding: string;
  readonly cls: string;
  readonly subtype: string;
}

let telephony: SipTelephony | undefined;
let sipps: Sipp[] = [];
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'outdial-amd-'));
});
afterEach(async () => {
  for (const sipp of sipps) sipp.stop();
  await Promise.all(sipps.map(({ done }) => done));
  sipps = [];
  await telephony?.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Has sipp play the files, a call each, and compares every verdict with that on the file. */
async function expectSameVerdicts(calls: readonly Call[]): Promise<void> {
  sipps = await Promise.all(calls.map(({ audio }) => startSipp('play', 1, { audio })));
  const opened = await openTelephony();
  telephony = opened.telephony;
  telephony.configure(sipps.map(({ port }, index) => trunkTo(port, { id: `trunk-${index}` })));
  await Promise.all(calls.map((call, index) => expectSameVerdict(opened.telephony, call, `trunk-${index}`)));
}

async function expectSameVerdict(through: SipTelephony, call: Call, lineId: string): Promise<void> {
  const { audio, sensitivity, name } = call;
  const detector = new TappedDetector(sensitivity, RING_TIMEOUT_MS);
  const answer = await expectAnswer(through.placeCall(callRequest({ lineId, media: detector })).answerOrFailure);
  detector.answered();
  const found = await detector.finding;
  await answer.hangUp();
  detector.dispose();

  const samples = decode(readFileSync(audio.file), audio.payloadType);
  // First that the call was heard as it was played, so that a difference can be told from a network's fault.
  const startMs = startOf(samples, detector.frames);
  const offline = decideOffline(asInCall(samples, startMs, detector.frames), sensitivity);
  expect({ name, verdict: found.verdict, kind: found.kind }).toEqual({
    name,
    verdict: offline?.verdict,
    kind: offline?.kind,
  });
  // On a busy machine a frame may come too late and be heard as a silent one: of what was heard, everything is equal.
  const heard = decideOffline(
    asInCall(samples.subarray(0, 0), 20 * detector.frames.length, detector.frames),
    sensitivity,
  );
  expect({ name, ...found }).toMatchObject({ name, ...heard });
}

/** The file with what was heard before it, or without what was not: the detector judges every tenth of a second. */
function asInCall(samples: Int16Array, startMs: number, heard: readonly Int16Array[]): Int16Array {
  if (startMs < 0) return samples.subarray(8 * -startMs);
  const before = heard.slice(0, startMs / 20).flatMap((frame) => [...frame]);
  return Int16Array.from([...before, ...samples]);
}

/** When the file began in the call, milliseconds since the answer. */
function startOf(samples: Int16Array, frames: readonly Int16Array[]): number {
  const fileFrames = Math.floor(samples.length / 160);
  const loud = (frame: Int16Array): boolean => frame.some((sample) => Math.abs(sample) > 200);
  const frameOf = (index: number): Int16Array => samples.subarray(160 * index, 160 * index + 160);
  let first = 0;
  while (first < fileFrames && !loud(frameOf(first))) first++;
  const heard = frames.findIndex(loud);
  // Nothing tells, of a quiet file or of one that was decided before its first word.
  if (first === fileFrames || heard < 0) return 0;
  expect(frames[heard]).toEqual(Int16Array.from(frameOf(first)));
  return 20 * (heard - first);
}

describeSipp('detection on a call', () => {
  const bank = new SoundBank(11);
  const KINDS: readonly SoundKind[] = ['person', 'voicemail', 'silence', 'fax', 'sit'];

  test.each(['LOW', 'HIGH'] as const)(
    'finds what it finds in the file, with %s, of what the lab plays',
    async (sensitivity) => {
      const calls = KINDS.map((kind, index): Call => {
        const isULaw = index % 2 === 0;
        const { encoded, loopFrom } = bank.get(kind, index);
        const once = encoded[isULaw ? Codec.PCMU : Codec.PCMA];
        const loop = once.subarray(loopFrom);
        const whole = Buffer.concat([once, ...Array.from({ length: 10 }, () => loop)]);
        const file = join(folder, `${kind}-${sensitivity}`);
        writeFileSync(file, whole.subarray(0, 8_000 * 9));
        return { name: kind, sensitivity, audio: { file, payloadType: isULaw ? 0 : 8 } };
      });
      await expectSameVerdicts(calls);
    },
  );

  testCorpus(
    'finds what it finds in the file, of one file of each kind in the corpus',
    async () => {
      const labels = readFileSync(join(CORPUS, 'labels.jsonl'), 'utf8').trim().split('\n');
      const files = labels.map((line) => JSON.parse(line) as CorpusLabel);
      const chosen = [...new Map(files.toReversed().map((label) => [`${label.cls}/${label.subtype}`, label])).values()];
      for (let at = 0; at < chosen.length; at += CALLS_AT_ONCE) {
        const calls = chosen.slice(at, at + CALLS_AT_ONCE).map(({ file, encoding }, index): Call => {
          const audio = { file: join(CORPUS, file), payloadType: encoding === 'alaw' ? 8 : 0 } as const;
          return { name: file, sensitivity: SENSITIVITIES[(at + index) % SENSITIVITIES.length] ?? 'LOW', audio };
        });
        await expectSameVerdicts(calls);
        for (const sipp of sipps) sipp.stop();
        await telephony?.close();
      }
    },
    120_000,
  );
});
