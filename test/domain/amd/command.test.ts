import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import wavefile from 'wavefile';
import { silence } from '../../support/made-audio.js';

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
  const unknown = amd(folder, '--sensitivity', 'SOME');
  expect(unknown.status).toBe(2);
  expect(unknown.stderr).toContain('--sensitivity is "SOME", allowed are LOW, MEDIUM, HIGH');
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
