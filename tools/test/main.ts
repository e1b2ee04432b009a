/**
 * `npm test`: runs every check of the repository, one after the other, even if an earlier one failed, and prints a summary at the end.
 * Arguments go to vitest: `npm test -- packages/graph` runs all checks but only those tests. `--quick` leaves out the tests whose files are
 * called slow, and says which of the others take too long to be left in. `--whole` tries all cases where usually a sample is tried.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** What the summary says besides passed or failed. */
  readonly detail?: () => string;
}

interface Result {
  readonly step: Step;
  readonly passed: boolean;
  readonly seconds: number;
}

const scratch = mkdtempSync(join(tmpdir(), 'tessera-test-'));
const report = join(scratch, 'vitest.json');
const [quick, whole] = ['--quick', '--whole'].map(flag => process.argv.includes(flag));
const chosen = process.argv.slice(2).filter(argument => !['--quick', '--whole'].includes(argument));
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];

const steps: readonly Step[] = [
  { name: 'lint', command: ['npm', 'run', '--silent', 'lint'] },
  { name: 'layers', command: ['npm', 'run', '--silent', 'layers'] },
  { name: 'build', command: ['npm', 'run', '--silent', 'build'] },
  { name: 'types', command: ['npm', 'run', '--silent', 'types'] },
  { name: 'tests', command: ['vitest', 'run', ...reporters, ...chosen], detail: countTests },
];

const results = steps.map(runStep);
console.log(`\n${results.map(describe).join('\n')}\n`);
rmSync(scratch, { recursive: true, force: true });
const failed = results.filter(({ passed }) => !passed).map(({ step }) => step.name);
console.log(failed.length === 0 ? 'everything passed' : `failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;

function runStep(step: Step): Result {
  console.log(`\n> ${step.name}`);
  const start = performance.now();
  const [program, ...args] = step.command;
  const { status } = spawnSync(program, args, {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, ...(quick && { TESTS: 'quick' }), ...(whole && { TESTS: 'whole' }) },
  });
  return { step, passed: status === 0, seconds: (performance.now() - start) / 1000 };
}

function describe({ step, passed, seconds }: Result): string {
  const detail = step.detail?.() ?? '';
  return `  ${step.name.padEnd(8)}${passed ? 'passed' : 'FAILED'}${seconds.toFixed(1).padStart(8)} s   ${detail}`.trimEnd();
}

/** The number of tests from vitest's own report; empty if there is no report. */
function countTests(): string {
  try {
    const { numPassedTests, numTotalTests, numPendingTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
    return `${numPassedTests} of ${numTotalTests} tests${skipped}, in ${testResults.length} files${quick ? sayTooSlow(testResults) : ''}`;
  } catch {
    return '';
  }
}

interface FileResult {
  readonly name: string;
  readonly startTime: number;
  readonly endTime: number;
}

/**
 * Names test files that take much longer than the second a quick file has. Several times that is allowed, since the machine may be busy,
 * and the first file loads the compiler.
 */
function sayTooSlow(files: readonly FileResult[]): string {
  const slow = files.filter(({ startTime, endTime }) => endTime - startTime > 6000);
  return slow
    .map(({ name }) => `\n          over 6 s, so *.slow.test.ts is its name: ${relative(process.cwd(), name)}`)
    .join('');
}
