import fc from 'fast-check';
import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';

/** One value in so many is not of the type that the schema demands. */
const WRONG_ONE_IN = 40;
const MAX_DEPTH = 6;

const nasty = [
  ...[
    '',
    ' ',
    '\u0000',
    'nul\u0000inside',
    '\ud800',
    '\u202e',
    '👩‍👩‍👧',
    'é'.normalize('NFD'),
    '%_\\',
    "'; drop table lead; --",
  ],
  ...[
    'x'.repeat(201),
    'x'.repeat(5000),
    '{}',
    'null',
    '-1',
    '../..',
    '<script>',
    '+554183015031',
    'toString',
    '__proto__',
  ],
];
const text = fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: 'binary', maxLength: 30 }), fc.string());
const uuid = fc.uuid({ version: 7 });
const anything = fc.oneof(
  fc.constant(null),
  fc.integer(),
  fc.double(),
  text,
  fc.constant({}),
  fc.constant([]),
  fc.boolean(),
);

const scalars: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  String: text,
  Boolean: fc.boolean(),
  Int: fc.oneof(
    fc.integer({ min: -2, max: 120 }),
    fc.constantFrom(0, -1, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 1.5),
    fc.integer(),
  ),
  Float: fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -0, 1e308, 5e-324, -1), fc.integer()),
  DateTime: fc.oneof(
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.constantFrom('0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '2026-02-30T00:00:00Z', '2026-01-01', 'now'),
  ),
  LocalDate: fc.oneof(
    fc
      .date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10)),
    fc.constantFrom('0001-01-01', '9999-12-31', '2026-02-29', '2028-02-29', '2026-1-1'),
  ),
  LocalTime: fc.constantFrom(
    '00:00',
    '23:59:59',
    '09:30',
    '24:00',
    '12:00:00.123456',
    '23:59:59.999999999',
    '9:00',
    '25:00',
  ),
  TimeZone: fc.constantFrom(
    'UTC',
    'America/Sao_Paulo',
    'Asia/Kathmandu',
    'Etc/GMT+12',
    'Nowhere/City',
    '+03:00',
    'utc',
  ),
  PhoneNumber: fc.constantFrom('+554183015031', '+4930123456', '+1', '554183015031', '+99999999999999', '١٢٣'),
  JSONObject: fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }),
};

/** Fields that lead the server out into the network: only to nowhere. */
const tame: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  host: fc.constantFrom('127.0.0.1', '::1', '', 'no host', 'x.invalid', '127.0.0.1\r\nx: y', 'x'.repeat(300)),
  url: fc.constantFrom(
    'http://127.0.0.1:9/',
    'https://x.invalid/',
    'http://x.invalid/',
    'ftp://127.0.0.1/',
    'no url',
    '',
  ),
  addresses: fc.array(fc.constantFrom('100', '', 'a b', '\u0000'), { maxLength: 3 }),
};

/**
 * Values of an input type of the schema: random, of the right type most of the time and slightly wrong now and then.
 * `ids` are those of things that exist.
 */
export function inputArbitrary(
  type: GraphQLInputType,
  ids: () => readonly string[],
  depth = MAX_DEPTH,
): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: WRONG_ONE_IN - 1, arbitrary: rightValue(type, ids, depth) },
    { weight: 1, arbitrary: anything },
  );
}

function rightValue(type: GraphQLInputType, ids: () => readonly string[], depth: number): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return inputArbitrary(type.ofType, ids, depth);
  if (depth === 0) return fc.constant(null);
  if (isListType(type)) return fc.array(inputArbitrary(type.ofType, ids, depth - 1), { maxLength: 3 });
  if (isEnumType(type)) {
    const names = type.getValues().map(({ name }) => name);
    return fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom(...names) },
      { weight: 1, arbitrary: fc.constant('NO_SUCH') },
    );
  }
  if (isInputObjectType(type)) return objectArbitrary(type, ids, depth);
  if (type.name === 'ID')
    return fc.oneof(
      fc.nat().map((n) => pick(ids(), n)),
      uuid,
      text,
    );
  return scalars[type.name] ?? anything;
}

function objectArbitrary(
  type: GraphQLInputObjectType,
  ids: () => readonly string[],
  depth: number,
): fc.Arbitrary<unknown> {
  const fields = Object.values(type.getFields());
  const model = Object.fromEntries(
    fields.map((field) => {
      const value = tame[field.name] ?? inputArbitrary(field.type, ids, depth - 1);
      const isRequired = isNonNullType(field.type) && field.defaultValue === undefined;
      return [field.name, isRequired ? value : fc.option(value, { nil: undefined, freq: 2 })];
    }),
  );
  // A field that the schema does not have, once in a while.
  const stray = fc.oneof(
    { weight: 60, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.constant({ stray: 1 }) },
  );
  return fc.tuple(fc.record(model), stray).map(([value, more]) => ({ ...value, ...more }));
}

function pick(ids: readonly string[], index: number): string {
  return ids[index % ids.length] ?? '';
}
