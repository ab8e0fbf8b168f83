// Prints docs/configuration.md from the table in src/config.ts; `--check` compares instead.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { settings } from '../dist/config.js';

const file = fileURLToPath(new URL('../docs/configuration.md', import.meta.url));
const rows = Object.entries(settings).map(([name, { description, default: value }]) => {
  // The default of the time zone is the machine's, which the page must not depend on.
  const shown = name === 'TIME_ZONE' ? "the system's" : value === undefined ? 'not set' : `\`${value}\``;
  return `| \`${name}\` | ${shown} | ${description} |`;
});
const page = `# Configuration

Everything is set by environment variables. This page is printed from \`src/config.ts\` by
\`npm run build && node scripts/node.cjs scripts/print-configuration.mjs\`; a check fails when the two differ.

| variable | default | meaning |
| --- | --- | --- |
${rows.join('\n')}
`;

if (!process.argv.includes('--check')) writeFileSync(file, page);
else if (readFileSync(file, 'utf8') !== page) {
  console.error('docs/configuration.md is not what src/config.ts says. Run scripts/print-configuration.mjs.');
  process.exitCode = 1;
}
