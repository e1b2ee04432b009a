import { defineConfig } from 'vitest/config';

const conditions = ['@tessera/source', 'module', 'node', 'import', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/*/test/**/*.test.ts',
      'tools/**/*.test.ts',
      'examples/**/*.test.ts',
      'docs/**/*.test.ts',
    ],
    pool: 'forks',
    setupFiles: ['tools/fuzz/seed.ts'],
    testTimeout: 60_000,
  },
});
