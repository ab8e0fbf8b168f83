// Builds web/ into dist/web, unless nothing that it is made of has changed since; prints what a first load weighs.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { firstLoadBytes } from './console-weight.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = `${root}/dist/web`;
const stampFile = `${root}/dist/web.stamp`;
const generated = 'web/src/api/generated';

const sources = globSync('web/**/*.*', { cwd: root })
  .filter((file) => !file.startsWith(generated) && !file.endsWith('.md'))
  .sort();
const hash = createHash('sha256');
for (const file of [...sources, 'schema.graphql', 'package-lock.json', 'scripts/build-console.mjs']) {
  hash.update(`${file}\0`).update(readFileSync(`${root}/${file}`));
}
const stamp = hash.digest('hex');

const isCurrent =
  existsSync(`${out}/index.html`) &&
  existsSync(`${root}/${generated}/graphql.ts`) &&
  existsSync(stampFile) &&
  readFileSync(stampFile, 'utf8') === stamp;
if (!isCurrent) build();

function build() {
  run('@graphql-codegen/cli/esm/bin.js', '--config', 'web/codegen.ts', '--silent');
  run('vite/bin/vite.js', 'build', 'web', '--logLevel', 'warn');
  for (const file of globSync('**/*.{html,js,css,svg}', { cwd: out })) {
    const content = readFileSync(`${out}/${file}`);
    writeFileSync(`${out}/${file}.gz`, gzipSync(content, { level: 9 }));
    writeFileSync(`${out}/${file}.br`, brotliCompressSync(content));
  }
  console.log(`The console's first load: ${(firstLoadBytes(out) / 1000).toFixed(0)} kB gzip`);
  writeFileSync(stampFile, stamp);
}

function run(file, ...args) {
  const { status } = spawnSync(process.execPath, [`${root}/node_modules/${file}`, ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}
