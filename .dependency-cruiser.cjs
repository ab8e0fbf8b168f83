/** Who may import whom; each rule with its reason. docs/architecture.md draws the same picture. */
const outside = (allowed) => ({ path: '^src/', pathNot: allowed.map((folder) => `^src/${folder}`) });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle means that neither file can be understood, tested or loaded alone.',
      severity: 'error',
      from: {},
      // Entities name each other in decorators, which is how relations are declared; imports of types do not run.
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nobody imports is dead, or an entry that belongs in this list.',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: ['^src/main\\.ts$', '^src/orm-config\\.ts$', '^src/migrations/'] },
      to: {},
    },
    {
      name: 'domain-is-pure',
      comment:
        'The domain decides; it knows no time, no network and no database, so that it can be tested in milliseconds.',
      severity: 'error',
      from: { path: '^src/engine/domain/' },
      to: { pathNot: ['^src/engine/domain/', '^node_modules/(temporal-polyfill|temporal-utils|libphonenumber-js)/'] },
    },
    {
      name: 'contracts-are-types',
      comment: 'Contracts speak the language of the domain and nothing else.',
      severity: 'error',
      from: { path: '^src/engine/contracts/' },
      to: outside(['engine/contracts/', 'engine/domain/']),
    },
    {
      name: 'runtime-asks-through-contracts',
      comment: 'The runtime runs on fakes in tests and on any adapter in production.',
      severity: 'error',
      from: { path: '^src/engine/runtime/' },
      to: { pathNot: ['^src/engine/(runtime|contracts|domain)/'] },
    },
    {
      name: 'adapters-are-strangers',
      comment: 'An adapter can be replaced without touching another one.',
      severity: 'error',
      from: { path: '^src/engine/(sip|media|postgres|agents|dnc)/' },
      to: { path: '^src/engine/', pathNot: ['^src/engine/(contracts|domain)/', '^src/engine/$1/'] },
    },
    {
      name: 'engine-knows-no-api',
      comment: 'The API is a skin: nothing in the engine knows GraphQL, users or sessions.',
      severity: 'error',
      from: { path: '^src/engine/' },
      to: {
        path: [
          '^src/(api|resolvers|services|auth|lab)/',
          '^node_modules/(@apollo|graphql|type-graphql|graphql-ws|express)/',
        ],
      },
    },
    {
      name: 'engine-by-its-front-door',
      comment:
        'Outside the engine, only its front door, its types and its domain are known; dialing/local-dialing.ts wires the adapters.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: [
          '^src/engine/',
          '^src/dialing/local-dialing\\.ts$',
          '^src/(app|installation|system-clock|logger)\\.ts$',
        ],
      },
      to: { path: '^src/engine/', pathNot: ['^src/engine/(index\\.ts$|domain/|contracts/)'] },
    },
    {
      name: 'engine-thread-is-lean',
      comment: 'The thread of the engine loads neither the API nor the ORM, and nothing that could keep calls waiting.',
      severity: 'error',
      from: { path: '^src/dialing/' },
      to: { path: ['^src/(api|resolvers|services|auth|entities|lab)/', '^src/(database/orm|metrics|logger)\\.ts$'] },
    },
    {
      name: 'engine-thread-is-started',
      comment: 'What is imported runs in the thread of the importer.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^src/dialing/worker\\.ts$' },
    },
    {
      name: 'services-know-no-graphql',
      comment: "A use case can be called from anywhere; how it is asked for is the resolver's business.",
      severity: 'error',
      from: { path: '^src/services/' },
      to: { path: ['^src/(api|resolvers|lab)/', '^node_modules/(type-graphql|@apollo|graphql-ws)/'] },
    },
    {
      name: 'resolvers-are-thin',
      comment: 'A resolver checks the permission and calls a service. Of the API it knows the topics alone.',
      severity: 'error',
      from: { path: '^src/resolvers/' },
      to: {
        path: ['^src/(api|lab|database)/', '^src/engine/'],
        pathNot: ['^src/api/topics\\.ts$', '^src/engine/(domain|contracts|index)'],
      },
    },
    {
      name: 'entities-are-leaves',
      comment: 'Entities are read by everybody and know the domain alone.',
      severity: 'error',
      from: { path: '^src/entities/' },
      to: outside(['entities/', 'engine/domain/', 'errors\\.ts$']),
    },
    {
      name: 'lab-is-a-stranger',
      comment:
        'The lab is the other side of the wire: it must not share code with the SIP adapter that it is a peer of.',
      severity: 'error',
      from: { path: '^src/lab/' },
      to: outside(['lab/', 'engine/domain/']),
    },
    {
      name: 'only-main-and-app-wire',
      comment: 'One place wires.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(main|app|demo)\\.ts$'] },
      to: { path: '^src/(app|main|demo)\\.ts$' },
    },
    {
      name: 'src-knows-no-tests',
      severity: 'error',
      comment: 'Production code stands alone.',
      from: { path: '^src/' },
      to: { path: '^(test|bench|web)/' },
    },
    {
      name: 'web-talks-graphql',
      severity: 'error',
      comment: 'The console is a client like any other.',
      from: { path: '^web/' },
      to: { path: '^src/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types'] },
  },
};
