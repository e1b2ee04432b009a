/**
 * The published cases of ONNX, where the machine has them: every model is imported or refused with a reason, and a part of them is compiled and run.
 * `npm run onnx` runs all.
 */
import { operationTable } from '@tessera-dnn/compiler';
import { importOnnx } from '@tessera-dnn/onnx';
import { describe, expect, it } from 'vitest';
import { installedCases, modelOf } from './cases.ts';
import { judge } from './judge.ts';

const cases = installedCases();

describe.skipIf(cases.length === 0)('cases of libonnx-testdata', () => {
  it('are imported, or refused with a reason', () => {
    for (const one of cases.filter((_, at) => at % 3 === 0)) {
      const outcome = importOnnx(modelOf(one), { table: operationTable });
      if (!outcome.ok) expect(outcome.diagnostics.map(({ message }) => message.length > 10)).not.toContain(false);
    }
  });

  const part = cases.filter((_, at) => at % 25 === 5);

  it.each(part)('$name is right, or refused', async one => {
    const verdict = await judge(one);
    expect(['right', 'refused'], JSON.stringify(verdict)).toContain(verdict.kind);
  });
});
