import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { getDirective } from '@graphql-tools/utils';
import { buildSchema, findBreakingChanges, type GraphQLSchema, isObjectType, printSchema } from 'graphql';
import 'reflect-metadata';
import { createSchema } from '../../src/api/schema.js';

/** Beside the repository where the product is developed; elsewhere there is nothing to compare with. */
const CONTRACT = fileURLToPath(new URL('../../../shared/spec/schema.graphql', import.meta.url));
const contractFile = process.env['CONTRACT_SCHEMA'] ?? CONTRACT;
const isThere = existsSync(contractFile);
if (!isThere) console.warn(`Skipped: there is no contract at ${contractFile}; name one in CONTRACT_SCHEMA.`);

/** Roles that may use more than the contract says, where the issue says so: see docs/decisions/0019-master-and-do-not-call.md. */
const WIDENED = Object.fromEntries(
  [
    'Mutation.createDncService',
    'Mutation.deleteDncService',
    'Mutation.testDncService',
    'Mutation.updateDncService',
    'Mutation.uploadDncNumbers',
    'Query.dncNumbers',
    'Query.dncServices',
  ].map((name) => [name, ['MASTER', 'CAMPAIGN_ADMINISTRATOR']]),
);

/** The roles of every operation that the contract has. */
function rolesOf(schema: GraphQLSchema): Record<string, readonly string[]> {
  return Object.fromEntries(
    ['Query', 'Mutation', 'Subscription'].flatMap((operation) => {
      const type = schema.getType(operation);
      if (!isObjectType(type)) throw new Error(`There is no type ${operation}`);
      return Object.values(type.getFields()).map((field) => {
        const rules = (getDirective(schema, field, 'auth') ?? []) as { requires: readonly string[] }[];
        return [`${operation}.${field.name}`, rules.flatMap(({ requires }) => requires)] as const;
      });
    }),
  );
}

describe('the contract', () => {
  (isThere ? test : test.skip)('nothing of it is missing or changed in the schema', async () => {
    const contract = buildSchema(readFileSync(contractFile, 'utf8'));
    // Built anew from what is printed, so that both are made by the same means.
    const printed = buildSchema(printSchema(await createSchema()));
    const breaking = findBreakingChanges(contract, printed).map(({ description }) => description);
    expect(breaking).toEqual([]);
  });

  (isThere ? test : test.skip)(
    'its operations are for the same roles, but for those that the issue widens',
    async () => {
      const wanted = rolesOf(buildSchema(readFileSync(contractFile, 'utf8')));
      const printed = rolesOf(await createSchema());
      const found = Object.fromEntries(Object.keys(wanted).map((name) => [name, printed[name]]));
      expect(found).toEqual({ ...wanted, ...WIDENED });
    },
  );
});
