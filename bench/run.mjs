// `npm run bench -- NAME [options]` runs bench/NAME.mjs; without a name it says which there are.
import { readdirSync } from 'node:fs';

const names = readdirSync(new URL('.', import.meta.url))
  .filter((file) => file.endsWith('.mjs') && file !== 'run.mjs')
  .map((file) => file.replace('.mjs', ''));
const [name] = process.argv.slice(2);
if (!name || !names.includes(name)) {
  console.error(`Which one? ${names.join(', ')}`);
  process.exit(1);
}
await import(`./${name}.mjs`);
