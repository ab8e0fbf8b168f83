// Trains the two models of answering machine detection on a labelled corpus, and says what they are worth on voices
// that they have not heard. Needs a build.
//
//   node scripts/amd-train.mjs DIR                            writes the models into src/engine/domain/amd
//   node scripts/amd-train.mjs DIR --cross-validate OUT       predictions of each clip by models trained without its voice
//                              [--by voice|language]          (default: voice), one file a sensitivity, for score.mjs;
//                                                             models that OUT already has are not trained again
//
// DIR holds labels.jsonl and the audio it names. The same corpus gives the same models.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createDetectionWith } from '../dist/engine/domain/amd/greeting-detection.js';
import { FEATURE_NAMES } from '../dist/engine/domain/amd/feature-names.js';
import { settingsOf } from '../dist/engine/domain/amd/settings.js';
import { assignFolds, loadCorpus, varied } from './amd/corpus.mjs';
import { followGreeting, trainClassifier } from './amd/greetings.mjs';
import { predict } from '../dist/amd/prediction.js';
import { trainVoiceNetwork, voiceFrames } from './amd/voice-network.mjs';

const FOLDS = 5;
const COPIES = 3;
const TREES = { trees: 300, depth: 4, rate: 0.05, featureShare: 0.4, leastWeight: 20, ridge: 10 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'cross-validate': { type: 'string' }, by: { type: 'string', default: 'voice' } },
});
const [folder] = positionals;
if (!folder) {
  console.error('Usage: node scripts/amd-train.mjs DIR [--cross-validate OUT [--by voice|language]]');
  process.exit(2);
}
const clips = loadCorpus(folder);
const keyOf = {
  voice: (clip) => clip.group,
  language: ({ label }) => (label.language === '-' ? label.file : label.language),
}[values.by];
const say = (text) => console.error(`${Math.round(performance.now() / 1000)} s  ${text}`);

function train(among) {
  const copies = among.flatMap((clip, index) => [
    clip,
    ...Array.from({ length: COPIES }, (_, copy) => varied(clip, index * 10 + copy + 1, among)),
  ]);
  const voice = trainVoiceNetwork(
    voiceFrames(
      copies.filter((_, index) => index % (COPIES + 1) < 2),
      4,
    ),
  );
  const greetings = copies.filter((clip) => clip.label.cls !== 'silence');
  const vectors = greetings.map((clip) => followGreeting(clip, voice));
  const features = FEATURE_NAMES.map((_, index) => index);
  return { voice, greeting: trainClassifier(greetings, vectors, { ...TREES, features }) };
}

const writeModel = (name, type, from, model) =>
  writeFileSync(
    fileURLToPath(new URL(`../src/engine/domain/amd/${name}.ts`, import.meta.url)),
    `// Written by scripts/amd-train.mjs; docs/amd.md says how.\nimport type { ${type} } from './${from}.js';\n\n// prettier-ignore\nexport const ${name.replace(/-m/, 'M')}: ${type} = ${JSON.stringify(model)};\n`,
  );

if (values['cross-validate']) {
  assignFolds(clips, FOLDS, keyOf);
  mkdirSync(values['cross-validate'], { recursive: true });
  const predictions = { LOW: [], MEDIUM: [], HIGH: [] };
  for (let fold = 0; fold < FOLDS; fold++) {
    const file = join(values['cross-validate'], `fold-${fold}.json`);
    if (!existsSync(file)) writeFileSync(file, JSON.stringify(train(clips.filter((clip) => clip.fold !== fold))));
    const { voice, greeting } = JSON.parse(readFileSync(file, 'utf8'));
    for (const clip of clips.filter((other) => other.fold === fold))
      for (const [sensitivity, lines] of Object.entries(predictions)) {
        const detection = createDetectionWith(settingsOf[sensitivity], voice, greeting);
        lines.push(JSON.stringify({ file: clip.label.file, ...predict(detection, clip.samples) }));
      }
    say(`fold ${fold + 1} of ${FOLDS}`);
  }
  for (const [sensitivity, lines] of Object.entries(predictions))
    writeFileSync(join(values['cross-validate'], `${sensitivity}.jsonl`), `${lines.join('\n')}\n`);
} else {
  const { voice, greeting } = train(clips);
  writeModel('voice-model', 'VoiceModel', 'voice-activity', voice);
  writeModel('greeting-model', 'GreetingModel', 'greeting-classifier', greeting);
  say('models written');
}
