// Labelled beginnings of calls: how they are read, which of them belong together, and copies of them under other conditions.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { A_LAW, U_LAW } from '../../dist/engine/media/g711.js';

/** A small generator of chance with a seed (mulberry32), so that every run is the same. */
export const chance = (seed) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

export function loadCorpus(folder) {
  const lines = readFileSync(join(folder, 'labels.jsonl'), 'utf8').split('\n').filter(Boolean);
  const clips = lines.map((line) => {
    const label = JSON.parse(line);
    const table = label.file.endsWith('.alaw') ? A_LAW : U_LAW;
    const samples = Int16Array.from(readFileSync(join(folder, label.file)), (code) => table[code]);
    return { label, samples, segments: label.segments };
  });
  group(clips);
  return clips;
}

/** Clips that share a voice, directly or through others, get the same `group`; those without a voice stand alone. */
function group(clips) {
  const parent = new Map();
  const find = (key) => {
    if (!parent.has(key)) parent.set(key, key);
    return parent.get(key) === key ? key : find(parent.get(key));
  };
  const voicesOf = ({ label }) =>
    [...new Set(label.source.map((source) => source.voice))].filter((voice) => voice !== '-');
  for (const clip of clips) for (const voice of voicesOf(clip)) parent.set(find(voice), find(voicesOf(clip)[0]));
  for (const clip of clips) clip.group = voicesOf(clip).length > 0 ? find(voicesOf(clip)[0]) : clip.label.file;
}

/** Spreads the groups over folds, the largest first, each to the fold that has fewest clips. */
export function assignFolds(clips, folds, keyOf) {
  const groups = new Map();
  for (const clip of clips) groups.set(keyOf(clip), [...(groups.get(keyOf(clip)) ?? []), clip]);
  const sizes = Array.from({ length: folds }, () => 0);
  for (const [, members] of [...groups].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1))) {
    const fold = sizes.indexOf(Math.min(...sizes));
    sizes[fold] += members.length;
    for (const clip of members) clip.fold = fold;
  }
}

const nearest = (table) => {
  const codes = new Int16Array(65_536);
  const sorted = [...table].sort((a, b) => a - b);
  let at = 0;
  for (let value = -32_768; value < 32_768; value++) {
    while (at < 255 && Math.abs(sorted[at + 1] - value) <= Math.abs(sorted[at] - value)) at++;
    codes[value + 32_768] = sorted[at];
  }
  return codes;
};
const companded = [nearest(A_LAW), nearest(U_LAW)];

/** Little, since how fast somebody speaks is a hint by itself. */
const [MIN_SPEED, MAX_SPEED] = [0.96, 1.04];
/** The same call on another line: speed and pitch, gain, noise, a murmur of other voices, lost packets, companding. */
export function varied(clip, seed, others) {
  const random = chance(seed);
  const between = (low, high) => low + (high - low) * random();
  const speed = between(MIN_SPEED, MAX_SPEED);
  const length = Math.floor(clip.samples.length / speed);
  const out = new Float64Array(length);
  let peak = 1;
  for (let n = 0; n < length; n++) {
    const at = n * speed;
    const left = Math.floor(at);
    const share = at - left;
    out[n] = clip.samples[left] * (1 - share) + (clip.samples[left + 1] ?? 0) * share;
    peak = Math.max(peak, Math.abs(out[n]));
  }
  const gain = 10 ** (between(-12, 6) / 20);
  const level = peak * 0.25;
  const noise = random() < 0.5 ? level * 10 ** (-between(12, 40) / 20) : 0;
  const colour = random() < 0.5 ? 0 : between(0.7, 0.97);
  const murmur = random() < 0.2 ? level * 10 ** (-between(10, 25) / 20) : 0;
  const voices = Array.from({ length: 3 }, () => others[Math.floor(random() * others.length)].samples);
  const starts = voices.map((samples) => Math.floor(random() * samples.length));
  let state = 0;
  for (let n = 0; n < length; n++) {
    const white = (random() + random() + random() - 1.5) * 2;
    state = colour * state + white * Math.sqrt(1 - colour * colour);
    let value = out[n] * gain + state * noise * gain;
    if (murmur > 0)
      for (let v = 0; v < 3; v++) value += (voices[v][(starts[v] + n) % voices[v].length] / 8_000) * murmur * gain;
    out[n] = value;
  }
  const lossShare = random() < 0.3 ? between(0, 0.08) : 0;
  const isRepeated = random() < 0.5;
  for (let n = 160; n + 160 <= length; n += 160)
    if (random() < lossShare) for (let k = n; k < n + 160; k++) out[k] = isRepeated ? out[k - 160] * 0.7 : 0;
  const codec = companded[random() < 0.5 ? 0 : 1];
  const samples = new Int16Array(length);
  for (let n = 0; n < length; n++) samples[n] = codec[Math.max(-32_768, Math.min(32_767, Math.round(out[n]))) + 32_768];
  const segments = clip.segments.map((s) => ({ ...s, start_ms: s.start_ms / speed, end_ms: s.end_ms / speed }));
  return { ...clip, samples, segments };
}
