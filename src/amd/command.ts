// Answering machine detection on files: predictions for the scoring of a labelled corpus, or a drawing of one file.
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, extname, join, relative, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { createDetection } from '../engine/domain/amd/greeting-detection.js';
import { AmdSensitivity } from '../engine/domain/campaign-state.js';
import { AUDIO_EXTENSIONS, readAudioFile, UnreadableAudio } from './audio-file.js';
import { explain } from './explanation.js';
import { predict } from './prediction.js';

const USAGE = `Usage: npm run amd -- DIR [--out FILE] [--sensitivity ${Object.values(AmdSensitivity).join('|')}]
       npm run amd -- --explain FILE [--out FILE] [--sensitivity ...]

DIR: every ${AUDIO_EXTENSIONS.join(', ')} below it, one line of JSON a file; --explain: an SVG of one file.
Without --out, the result goes to standard output. The sensitivity is LOW unless said otherwise.`;

/** What the caller got wrong; shown without a stack. */
class UsageError extends Error {}

const isSensitivity = (text: string): text is AmdSensitivity => Object.hasOwn(AmdSensitivity, text);

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        out: { type: 'string' },
        sensitivity: { type: 'string', default: AmdSensitivity.LOW },
        explain: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    return { ...values, positionals };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function audioFilesBelow(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`DIR is "${folder}", which is no folder`);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && AUDIO_EXTENSIONS.includes(extname(entry.name).toLowerCase()))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (files.length === 0)
    throw new UsageError(`DIR is "${folder}", which has no ${AUDIO_EXTENSIONS.join(', ')} below it`);
  return files;
}

/** Predictions of all files that can be read; the others are named on standard error, and make the command fail. */
function predictAll(folder: string, sensitivity: AmdSensitivity): string {
  const lines: string[] = [];
  for (const path of audioFilesBelow(folder)) {
    try {
      const prediction = predict(createDetection(sensitivity), readAudioFile(path));
      lines.push(JSON.stringify({ file: relative(folder, path).split(sep).join('/'), ...prediction }));
    } catch (error) {
      if (!(error instanceof UnreadableAudio)) throw error;
      console.error(error.message);
      process.exitCode = 1;
    }
  }
  return lines.map((line) => `${line}\n`).join('');
}

function run(): void {
  const { out, sensitivity, explain: explained, help, positionals } = readArguments();
  if (help) {
    console.log(USAGE);
    return;
  }
  if (!isSensitivity(sensitivity))
    throw new UsageError(`--sensitivity is "${sensitivity}", allowed are ${Object.values(AmdSensitivity).join(', ')}`);
  const [folder] = positionals;
  if (explained === undefined && (folder === undefined || positionals.length > 1))
    throw new UsageError(`expected one DIR, got ${positionals.length}`);
  const result =
    explained === undefined
      ? predictAll(folder ?? '', sensitivity)
      : explain(basename(explained), readAudioFile(explained), sensitivity);
  if (out === undefined) process.stdout.write(result);
  else writeFileSync(out, result);
}

try {
  run();
} catch (error) {
  const isExpected = error instanceof UsageError || error instanceof UnreadableAudio;
  console.error(isExpected ? error.message : error);
  if (error instanceof UsageError) console.error(`\n${USAGE}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
