import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tools/test/longest-first.ts';

const conditions = ['@tessera/source', 'module', 'node', 'import', 'default'];

const tests = [
  'packages/*/src/**/*.test.ts',
  'packages/*/test/**/*.test.ts',
  'tools/**/*.test.ts',
  'examples/**/*.test.ts',
  'docs/**/*.test.ts',
];

/** They put something else in a module's place, and must have their modules for themselves; a test of the repository says whom this list lacks. */
const mocking = ['packages/cli/test/internal-error.test.ts'];

/**
 * A file that takes more than about a second of one core is called `*.slow.test.ts`. `npm test -- --quick` leaves these out by TESTS=quick,
 * since vitest hands no `--exclude` of its command line on to projects.
 */
const slow = process.env['TESTS'] === 'quick' ? ['**/*.slow.test.ts'] : [];

/** What is excluded of both kinds of files. */
const never = ['**/node_modules/**', ...slow];

/** Files share the processes they run in, and so the modules those have loaded: loading the compiler for each anew took longer than the tests. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects: [
      { extends: true, test: { name: 'shared', include: tests, exclude: [...never, ...mocking], isolate: false } },
      { extends: true, test: { name: 'mocking', include: mocking, exclude: never } },
    ],
    pool: 'forks',
    // One for each core: by default one core is left to the terminal, which on two cores is half of them.
    maxWorkers: '100%',
    sequence: { sequencer: LongestFirst },
    setupFiles: ['tools/fuzz/seed.ts', 'tools/test/goldens.ts'],
    testTimeout: 120_000,
    // A golden that is not there yet fails like one that differs: only `npm run bless` writes them, so that somebody reads what is written.
    update: 'none',
  },
});
