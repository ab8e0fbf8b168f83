import { existsSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';

/** `vite web` serves the console alone, for work on it; the API is that of a server on the default port. */
const API = 'http://127.0.0.1:4000';

/** Each of Mantine's components brings its own styles along, so that only those that are used are fetched. */
const mantineStyles: Plugin = {
  name: 'mantine-styles',
  transform: {
    filter: { id: /@mantine\/core\/esm\/.*\.module\.mjs$/ },
    handler: (code, id) => {
      const name = /(\w+)\.module\.mjs$/.exec(id)?.[1] ?? '';
      const styles = `@mantine/core/styles/${name}.layer.css`;
      const isThere = existsSync(new URL(`../node_modules/${styles}`, import.meta.url));
      return isThere ? `import '${styles}';\n${code}` : undefined;
    },
  },
};

export default defineConfig({
  root: import.meta.dirname,
  plugins: [mantineStyles],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // Sizes are printed by the build's own step, which weighs what a first load fetches.
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
    modulePreload: { polyfill: false },
    // "use client" speaks to servers that render; here there is none.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
  server: { proxy: { '/graphql': { target: API, ws: true }, '^/.+\\.csv$': API, '^/diagnostics/logs/': API } },
});
