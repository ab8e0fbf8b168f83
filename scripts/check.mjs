// Everything that can be wrong without running the product: each check is run, and all that fail are named at the end.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = `${root}/node_modules`;

const checks = {
  types: ['typescript/bin/tsc', '-p', 'test/tsconfig.json'],
  'console-types': ['typescript/bin/tsc', '-p', 'web/tsconfig.json'],
  lint: ['eslint/bin/eslint.js', '--max-warnings', '0', '.'],
  format: ['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
  imports: ['dependency-cruiser/bin/dependency-cruiser.mjs', '--config', '.dependency-cruiser.cjs', 'src', 'web'],
  unused: ['knip/bin/knip.js', '--no-progress'],
};
const own = {
  schema: ['dist/api/print-schema.js'],
  'console-texts': ['scripts/console-texts.mjs'],
  configuration: ['scripts/print-configuration.mjs', '--check'],
};

const failed = [];
const run = (name, file, args) => {
  const { status } = spawnSync(process.execPath, [file, ...args], { cwd: root, stdio: 'inherit' });
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name}`);
  if (status !== 0) failed.push(name);
};
const wanted = process.argv.slice(2);
const isWanted = (name) => wanted.length === 0 || wanted.includes(name);
for (const [name, [file, ...args]] of Object.entries(checks)) if (isWanted(name)) run(name, `${modules}/${file}`, args);
for (const [name, [file, ...args]] of Object.entries(own)) if (isWanted(name)) run(name, `${root}/${file}`, args);
if (failed.length > 0) {
  console.error(`Not in order: ${failed.join(', ')}`);
  process.exitCode = 1;
}
