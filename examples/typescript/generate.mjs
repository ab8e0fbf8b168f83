// Turns operations.graphql into operations.ts: each operation as a text with the types of its variables and its answer,
// from the schema. Run it again after an edit of the operations:
//
//   node examples/typescript/generate.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import {
  buildSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  parse,
  print,
  typeFromAST,
  validate,
} from 'graphql';

const here = new URL('.', import.meta.url);
const schema = buildSchema(readFileSync(new URL('../../schema.graphql', here), 'utf8'));
const document = parse(readFileSync(new URL('operations.graphql', here), 'utf8'));
const errors = validate(schema, document);
if (errors.length > 0) throw new Error(errors.join('\n'));

const BUILT_IN = { String: 'string', ID: 'string', Int: 'number', Float: 'number', Boolean: 'boolean', Upload: 'Blob' };
/** Input types and enums that the operations speak of, by name. */
const named = new Map();

/** `typeOf` says what a named type is; lists and nulls are the same everywhere. */
function wrapped(type, typeOf) {
  if (isNonNullType(type)) return wrappedNonNull(type.ofType, typeOf);
  return `${wrappedNonNull(type, typeOf)} | null`;
}

function wrappedNonNull(type, typeOf) {
  return isListType(type) ? `readonly (${wrapped(type.ofType, typeOf)})[]` : typeOf(type);
}

function leaf(type) {
  if (isEnumType(type)) named.set(type.name, `export type ${type.name} = ${values(type)};`);
  // Dates, times and telephone numbers travel as text.
  return isEnumType(type) ? type.name : (BUILT_IN[type.name] ?? 'string');
}

const values = (type) =>
  type
    .getValues()
    .map(({ name }) => `'${name}'`)
    .join(' | ');

function input(type) {
  if (!isInputObjectType(type)) return leaf(type);
  if (!named.has(type.name)) {
    named.set(type.name, '');
    const fields = Object.values(type.getFields()).map((field) => {
      const isOptional = !isNonNullType(field.type) || field.defaultValue !== undefined;
      return `  readonly ${field.name}${isOptional ? '?' : ''}: ${wrapped(field.type, input)};`;
    });
    named.set(type.name, `export interface ${type.name} {\n${fields.join('\n')}\n}`);
  }
  return type.name;
}

function output(type, selectionSet) {
  if (isLeafType(type)) return leaf(type);
  const fields = selectionSet.selections.map((selection) => {
    const name = selection.name.value;
    const { type: fieldType } = type.getFields()[name];
    return `readonly ${selection.alias?.value ?? name}: ${wrapped(fieldType, (inner) => output(getNamedType(inner), selection.selectionSet))};`;
  });
  return `{ ${fields.join(' ')} }`;
}

const ROOTS = {
  query: schema.getQueryType(),
  mutation: schema.getMutationType(),
  subscription: schema.getSubscriptionType(),
};
const operations = document.definitions.map((definition) => {
  const variables = (definition.variableDefinitions ?? []).map(
    ({ variable, type }) => `readonly ${variable.name.value}: ${wrapped(typeFromAST(schema, type), input)};`,
  );
  const result = output(ROOTS[definition.operation], definition.selectionSet);
  const name = definition.name.value;
  const constant = `${name[0].toLowerCase()}${name.slice(1)}`;
  const text = print(definition).replace(/\s+/g, ' ');
  return `export const ${constant}: Operation<${result}, ${variables.length > 0 ? `{ ${variables.join(' ')} }` : 'Record<string, never>'}> = {\n  text: '${text}',\n};`;
});
const source = `// Generated from operations.graphql and the schema by generate.mjs: do not edit.

/** An operation with the types of its answer and its variables, which exist for the compiler only. */
export interface Operation<Answer, Variables> {
  readonly text: string;
  readonly answer?: Answer;
  readonly variables?: Variables;
}

${[...named.values(), ...operations].join('\n\n')}
`;

const target = new URL('operations.ts', here);
// The formatter breaks lines, adds commas and takes away parentheses.
const squeeze = (text) => text.replace(/[\s;,|()]+/g, '');
if (!process.argv.includes('--check')) writeFileSync(target, source);
else if (squeeze(readFileSync(target, 'utf8')) !== squeeze(source)) {
  console.error('examples/typescript/operations.ts is not what generate.mjs makes of the schema');
  process.exitCode = 1;
}
