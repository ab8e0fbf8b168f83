import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { buildSchema, findBreakingChanges, printSchema } from 'graphql';
import 'reflect-metadata';
import { createSchema } from '../../src/api/schema.js';

/** Beside the repository where the product is developed; elsewhere there is nothing to compare with. */
const CONTRACT = fileURLToPath(new URL('../../../shared/spec/schema.graphql', import.meta.url));
const contractFile = process.env['CONTRACT_SCHEMA'] ?? CONTRACT;
const isThere = existsSync(contractFile);
if (!isThere) console.warn(`Skipped: there is no contract at ${contractFile}; name one in CONTRACT_SCHEMA.`);

describe('the contract', () => {
  (isThere ? test : test.skip)('nothing of it is missing or changed in the schema', async () => {
    const contract = buildSchema(readFileSync(contractFile, 'utf8'));
    // Built anew from what is printed, so that both are made by the same means.
    const printed = buildSchema(printSchema(await createSchema()));
    const breaking = findBreakingChanges(contract, printed).map(({ description }) => description);
    expect(breaking).toEqual([]);
  });
});
