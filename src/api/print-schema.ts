import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createSchema, printSchema } from './schema.js';

/** `--write` puts the schema of the code into schema.graphql; without it, the two are compared and must be equal. */
const file = fileURLToPath(new URL('../../schema.graphql', import.meta.url));
const printed = printSchema(await createSchema());
if (process.argv.includes('--write')) {
  writeFileSync(file, printed);
} else if (readFileSync(file, 'utf8') !== printed) {
  console.error('schema.graphql is not what the code says. Run: npm run schema');
  process.exitCode = 1;
}
