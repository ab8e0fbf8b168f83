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
const WRONG_ONE_IN = 100;
const MAX_DEPTH = 6;
const DAY_MS = 86_400_000;

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
const text = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(...nasty) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  { weight: 3, arbitrary: fc.string() },
);
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

/** Values by the name of the field that are acceptable as a rule, so that the server gets past its first checks. */
const likely: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  version: fc.integer({ min: 1, max: 4 }),
  first: fc.integer({ min: 1, max: 40 }),
  last: fc.constant(undefined),
  after: fc.constant(undefined),
  before: fc.constant(undefined),
  name: fc.string({ minLength: 1, maxLength: 30 }).map((name) => `N${name}`),
  username: fc.string({ minLength: 1, maxLength: 30 }).map((name) => `u${name}`),
  password: fc.string({ minLength: 8, maxLength: 40 }),
  newPassword: fc.string({ minLength: 8, maxLength: 40 }),
  pilotNumber: fc.constantFrom('9000', '+554183015031'),
  callerId: fc.constantFrom('+554183015031', null),
  defaultCountry: fc.constantFrom('BR', null),
  firstDay: dayFromNow(0, 3),
  lastDay: dayFromNow(3, 9),
  date: dayFromNow(0, 30),
  startTime: fc.constantFrom('00:00', '08:30'),
  endTime: fc.constantFrom('18:00', '23:59:59'),
  weekdays: fc.constant(['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']),
  timeZone: fc.constantFrom('UTC', 'America/Sao_Paulo', 'Asia/Kathmandu'),
  type: fc.constant('IVR'),
  dncServiceId: fc.constant(null),
  ringTimeoutSeconds: fc.integer({ min: 15, max: 60 }),
  transferTimeoutSeconds: fc.integer({ min: 5, max: 600 }),
  retryMinutes: fc.integer({ min: 1, max: 1440 }),
  maxAttempts: fc.integer({ min: 1, max: 100 }),
  maxParallelCalls: fc.integer({ min: 1, max: 100 }),
  channels: fc.integer({ min: 1, max: 100 }),
  maxCallsPerSecond: fc.double({ min: 0.1, max: 100, noNaN: true }),
  agentSource: fc.constant({ fixed: { channels: 2, holdSeconds: 10 } }),
  transport: fc.constant('UDP'),
  servers: fc.constant([{ host: '127.0.0.1', sipPort: 9 }]),
  timeoutMs: fc.integer({ min: 100, max: 10_000 }),
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

/** Ids of things that exist, by their noun in camel case. */
export type KnownIds = Readonly<Record<string, readonly string[]>>;

/**
 * Values of the input types of the schema: random, of the right type most of the time and slightly wrong now and then.
 * `noun` is what an operation's plain `id` belongs to.
 */
export class InputArbitraries {
  constructor(
    private readonly ids: () => KnownIds,
    private readonly noun: string,
  ) {}

  /** Of an argument or of a field of an input. */
  named(name: string, type: GraphQLInputType, depth = MAX_DEPTH): fc.Arbitrary<unknown> {
    const tamed = tame[name];
    if (tamed) return tamed;
    const isNoun = /^(?:id|(\w+?)Ids?)$/.exec(name);
    const value = this.of(type, depth, isNoun ? (isNoun[1] ?? this.noun) : this.noun);
    const wanted = likely[name];
    return wanted ? fc.oneof({ weight: 12, arbitrary: wanted }, { weight: 1, arbitrary: value }) : value;
  }

  private of(type: GraphQLInputType, depth: number, noun: string): fc.Arbitrary<unknown> {
    const right = this.right(type, depth, noun);
    return fc.oneof({ weight: WRONG_ONE_IN - 1, arbitrary: right }, { weight: 1, arbitrary: anything });
  }

  private right(type: GraphQLInputType, depth: number, noun: string): fc.Arbitrary<unknown> {
    if (isNonNullType(type)) return this.right(type.ofType, depth, noun);
    if (depth === 0) return fc.constant(null);
    if (isListType(type)) return fc.array(this.of(type.ofType, depth - 1, noun), { maxLength: 3 });
    if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
    if (isInputObjectType(type)) return this.object(type, depth);
    return type.name === 'ID' ? this.id(noun) : (scalars[type.name] ?? anything);
  }

  private object(type: GraphQLInputObjectType, depth: number): fc.Arbitrary<unknown> {
    const model = Object.fromEntries(
      Object.values(type.getFields()).map((field) => {
        const value = this.named(field.name, field.type, depth - 1);
        const isRequired = isNonNullType(field.type) && field.defaultValue === undefined;
        return [field.name, isRequired ? value : fc.option(value, { nil: undefined, freq: 2 })];
      }),
    );
    // A field that the schema does not have, once in a while.
    const stray = fc.oneof(
      { weight: 80, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: fc.constant({ stray: 1 }) },
    );
    return fc.tuple(fc.record(model), stray).map(([value, more]) => ({ ...value, ...more }));
  }

  private id(noun: string): fc.Arbitrary<string> {
    const all = (): readonly string[] => Object.values(this.ids()).flat();
    const known = (from: () => readonly string[]) => fc.nat().map((index) => pick(from(), index));
    return fc.oneof(
      { weight: 12, arbitrary: known(() => this.ids()[noun] ?? all()) },
      { weight: 1, arbitrary: known(all) },
      { weight: 1, arbitrary: fc.oneof(uuid, text) },
    );
  }
}

function dayFromNow(from: number, to: number): fc.Arbitrary<string> {
  return fc
    .integer({ min: from, max: to })
    .map((days) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10));
}

function pick(ids: readonly string[], index: number): string {
  return ids[index % ids.length] ?? '';
}
