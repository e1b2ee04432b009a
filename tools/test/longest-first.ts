/**
 * The order of test files: those that take longest first, so that no core waits at the end for one of them. Without times of an earlier run, which a
 * fresh clone has not, vitest would go by the sizes of files.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files of a minute and more; then come all that are called slow. */
const longest = ['tools/fuzz/fuzz.slow', 'examples/web/test/train.slow', 'packages/compiler/test/same-bits.slow'];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted].sort((a, b) => rank(a) - rank(b));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const at = longest.findIndex(name => moduleId.includes(name));
  if (at >= 0) return at;
  return longest.length + (moduleId.includes('.slow.') ? 0 : 1);
}
