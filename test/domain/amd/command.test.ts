import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import wavefile from 'wavefile';
import { joined, mixed, noise, silence, sine, speech } from '../../support/made-audio.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outdial-amd-'));
  mkdirSync(join(folder, 'audio'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const amd = (...args: string[]) =>
  spawnSync(process.execPath, ['dist/amd/command.js', ...args], { cwd: root, encoding: 'utf8' });

test('every audio file below the folder gets a line, whatever its format, and a broken one an error', () => {
  writeFileSync(join(folder, 'audio', 'a.ulaw'), new Uint8Array(24_000).fill(0xff));
  writeFileSync(join(folder, 'audio', 'b.alaw'), new Uint8Array(24_000).fill(0xd5));
  const wave = new wavefile.WaveFile();
  wave.fromScratch(1, 16_000, '16', silence(6_000));
  writeFileSync(join(folder, 'c.wav'), wave.toBuffer());
  writeFileSync(join(folder, 'd.wav'), 'no audio');
  writeFileSync(join(folder, 'notes.txt'), 'no audio, and not named as such');
  const out = join(folder, 'out.jsonl');
  const { status, stderr } = amd(folder, '--out', out);
  expect(status).toBe(1);
  expect(stderr).toContain('d.wav: cannot be read as audio');
  const lines = readFileSync(out, 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
    ['audio/a.ulaw', 'audio/b.alaw', 'c.wav'].map((file) => ({
      file,
      result: 'SILENCE',
      decision_ms: 2_500,
      cause: 'silence-on-answer',
      confidence: 0.9,
      beeps_ms: [],
    })),
  );
});

test('what is wrong with the arguments is said', () => {
  for (const word of ['SOME', 'constructor']) {
    const unknown = amd(folder, '--sensitivity', word);
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toContain(`--sensitivity is "${word}", allowed are LOW, MEDIUM, HIGH`);
  }
  const nowhere = amd(join(folder, 'nowhere'));
  expect(nowhere.status).toBe(2);
  expect(nowhere.stderr).toContain('which is no folder');
});

test('a file is explained as an SVG', () => {
  const file = join(folder, 'a.ulaw');
  writeFileSync(file, new Uint8Array(24_000).fill(0xff));
  const { status, stdout } = amd('--explain', file, '--sensitivity', 'HIGH');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^<svg /);
  expect(stdout).toContain('SILENCE at 2500 ms');
});

test('the drawing has the words, the tone, the probability and the decision where they are', () => {
  const file = join(folder, 'a.wav');
  const wave = new wavefile.WaveFile();
  const said = joined(silence(500), speech(900), silence(400), sine(400, 1_000, 8_000), silence(800));
  wave.fromScratch(1, 8_000, '16', mixed(said, noise(3_000, 30)));
  writeFileSync(file, wave.toBuffer());
  const { stdout } = amd('--explain', file, '--sensitivity', 'HIGH');
  expect(stdout).toMatch(/a\.wav, HIGH: MACHINE at 2\d{3} ms \(beep, /);
  const numbers = (pattern: RegExp): number[][] =>
    [...stdout.matchAll(pattern)].map((found) => found.slice(1).map(Number));
  /** The drawing's 920 units are three seconds. */
  const x = (ms: number): number => 60 + (ms / 3_000) * 920;
  const [word] = numbers(/<rect x="([\d.]+)" y="40" width="([\d.]+)"/g);
  expect(Math.abs((word?.[0] ?? 0) - x(500))).toBeLessThan(x(150) - x(0));
  expect(word?.[1] ?? 0).toBeGreaterThan(x(150) - x(0));
  const [tone] = numbers(/<line x1="([\d.]+)" x2="[\d.]+" y1="40" y2="240" stroke="#c64600"/g);
  expect(Math.abs((tone?.[0] ?? 0) - x(1_800))).toBeLessThan(x(60) - x(0));
  expect(stdout).toContain('BEEP 1000 Hz');
  const machine = /stroke="#813d9c" points="([^"]+)"/.exec(stdout)?.[1]?.split(' ') ?? [];
  // Every 100 ms from the first word on.
  expect(machine.length).toBeGreaterThanOrEqual(23);
  for (const point of machine) expect(point).toMatch(/^\d+\.\d,(2[7-9]|3[0-7])\d\.\d$/);
});
