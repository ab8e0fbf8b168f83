import type { CodegenConfig } from '@graphql-codegen/cli';

/** Types of every operation that web/src writes with `graphql(…)`; the folder is made by the build and not committed. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: ['web/src/**/*.{ts,tsx}', '!web/src/api/generated/**'],
  ignoreNoDocuments: true,
  generates: {
    'web/src/api/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        scalars: {
          DateTime: 'string',
          JSONObject: 'Record<string, unknown>',
          LocalDate: 'string',
          LocalTime: 'string',
          PhoneNumber: 'string',
          TimeZone: 'string',
          Upload: 'File',
        },
      },
    },
  },
};

export default config;
