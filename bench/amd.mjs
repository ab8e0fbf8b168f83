// What answering machine detection costs a call: microseconds per frame of 20 ms on one core, memory per detector, and
// many calls at once, each of which gets a frame in turn as on live calls. The audio is made here from a seed: words of
// a few harmonics with pauses, over noise. `decided` streams only look for beeps and speech any more, as in a long call.
//
//   npm run bench -- amd [--streams 1000] [--seconds 10]
//
// Prints one JSON line. The real-time factor is the audio's duration over the time on a core that it took: 1 would be
// one core fully busy with these streams.
import { parseArgs } from 'node:util';
import { createDetection } from '../dist/engine/domain/amd/greeting-detection.js';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { streams: { type: 'string', default: '1000' }, seconds: { type: 'string', default: '10' } },
});
const streams = Number(values.streams);
const seconds = Number(values.seconds);
const FRAME_MS = 20;
const FRAME_SAMPLES = 160;
const frames = (seconds * 1_000) / FRAME_MS;

let state = 1;
const chance = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
};

/** `seconds` of audio with words of 0.2 to 0.6 s and pauses of 0.1 to 0.5 s. */
function madeSpeech() {
  const samples = new Int16Array(frames * FRAME_SAMPLES);
  const pitchHz = 90 + 130 * chance();
  let isWord = false;
  let until = 4_000 + 4_000 * chance();
  for (let n = 0; n < samples.length; n++) {
    if (n > until) {
      isWord = !isWord;
      until = n + (isWord ? 1_600 + 3_200 * chance() : 800 + 3_200 * chance());
    }
    let value = 60 * (chance() - 0.5);
    if (isWord) for (let h = 3; h < 12; h++) value += (2_500 / h) * Math.sin((2 * Math.PI * pitchHz * h * n) / 8_000);
    samples[n] = Math.round(value);
  }
  return samples;
}

const calls = Array.from({ length: 20 }, madeSpeech);
const frameOf = (call, frame) =>
  calls[call % calls.length].subarray(frame * FRAME_SAMPLES, (frame + 1) * FRAME_SAMPLES);

const heapBytes = () => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
};

/** Milliseconds of this process on a core, which other load on the machine does not stretch. */
const coreMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** Feeds each detector one frame in turn; answers the milliseconds of the whole. */
function feed(detections) {
  const begun = coreMs();
  for (let frame = 0; frame < frames; frame++)
    for (let call = 0; call < detections.length; call++) detections[call].push(frameOf(call, frame));
  return coreMs() - begun;
}

const made = (count) => Array.from({ length: count }, () => createDetection('HIGH'));
const perFrame = (ms, count) => Number(((ms * 1_000) / (frames * count)).toFixed(2));
feed(made(20));
const alone = made(20);
const aloneMs = feed(alone);
const before = heapBytes();
const many = made(streams);
const manyMs = feed(many);
const bytes = (heapBytes() - before) / streams;
const decidedMs = feed(many);
console.log(
  JSON.stringify({
    bench: 'amd',
    streams,
    seconds,
    microsecondsPerFrame: perFrame(aloneMs, alone.length),
    microsecondsPerFrameInParallel: perFrame(manyMs, streams),
    microsecondsPerFrameDecided: perFrame(decidedMs, streams),
    callsPerCore: Math.floor(FRAME_MS / (manyMs / (frames * streams))),
    realTimeFactor: Number(((seconds * 1_000) / manyMs).toFixed(2)),
    kilobytesPerDetector: Number((bytes / 1_024).toFixed(1)),
  }),
);
