import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const corpus = fileURLToPath(new URL('../../../../shared/amd/', import.meta.url));
/** The labelled corpus lies beside the project, and is not copied into it for its licences. */
const hasCorpus = existsSync(join(corpus, 'labels.jsonl'));
if (!hasCorpus) console.warn('Left out: the scores of answering machine detection, as the labelled corpus is not here');

/**
 * What holds on the corpus that the models were trained on. These figures say that nothing has broken; docs/amd.md has
 * those of voices that the models have not heard.
 */
const GATES = {
  LOW: [
    'human_to_machine<=0.03',
    'machine_to_human<=0.45',
    'decision_ms_human.median<=1600',
    'decision_ms_human.max<=4500',
  ],
  MEDIUM: ['human_to_machine<=0.04', 'machine_to_human<=0.15'],
  HIGH: ['human_to_machine<=0.04', 'machine_to_human<=0.03'],
} as const;
const TONE_GATES = ['tone_to_human<=0.02', 'beep.recall>=0.95', 'beep.false_per_hour<=2'];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'outdial-amd-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const node = (...args: string[]) => spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });

(hasCorpus ? test : test.skip).each(Object.entries(GATES))(
  'the command keeps the goals on the labelled corpus at sensitivity %s',
  (sensitivity, gates) => {
    const out = join(folder, `${sensitivity}.jsonl`);
    const command = node('dist/amd/command.js', corpus, '--sensitivity', sensitivity, '--out', out);
    expect(command.stderr).toBe('');
    expect(command.status).toBe(0);
    const wanted = [...gates, ...TONE_GATES].flatMap((gate) => ['--gate', gate]);
    const score = node(join(corpus, 'score.mjs'), '--labels', join(corpus, 'labels.jsonl'), '--pred', out, ...wanted);
    expect(score.stdout.split('\n').filter((line) => line.startsWith('GATE FAIL'))).toEqual([]);
    expect(score.stdout).toContain('missing 0 ');
    expect(score.status).toBe(0);
  },
  240_000,
);
