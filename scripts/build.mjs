// Compiles src/ to dist/ with the native compiler, and web/ to dist/web: an unchanged tree costs a tenth of a second.
// `--server` leaves the console out, whose types come from schema.graphql, for those who are about to write that.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
if (process.argv.includes('--clean')) rmSync(`${root}/dist`, { recursive: true, force: true });

for (const [file, ...args] of [
  ['node_modules/typescript-native/bin/tsc', '-p', 'tsconfig.json'],
  ...(process.argv.includes('--server') ? [] : [['scripts/build-console.mjs']]),
]) {
  const { status } = spawnSync(process.execPath, [`${root}/${file}`, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
