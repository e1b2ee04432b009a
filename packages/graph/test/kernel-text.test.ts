/** Kernels as text: what is printed is read back, and what cannot be read is said at its place. */
import { type Diagnostic, positionOf } from '@tessera-dnn/diagnostics';
import { expect, test } from 'vitest';
import type { KernelBuilder } from '../src/kernel/builder.ts';
import type { KernelCode } from '../src/kernel/code.ts';
import { readKernel } from '../src/kernel/parse.ts';
import { printKernel, showKernelHead } from '../src/kernel/print.ts';
import { recordKernel } from '../src/kernel/recorder.ts';
import { LineReader } from '../src/text/line-reader.ts';
import { readLines } from '../src/text/lines.ts';

function read(text: string): { readonly code: KernelCode; readonly problems: readonly string[] } {
  const source = { name: 'kernel', text };
  const problems: Diagnostic[] = [];
  const head = new LineReader(readLines(source)[0], problems);
  head.expect('kernel');
  const code = readKernel(head, problems);
  const shown = problems.map(({ message, span }) => {
    const { line, column } = positionOf(source, span?.start ?? 0);
    return `${line}:${column} ${message}`;
  });
  return { code, problems: shown };
}

function textOf(code: KernelCode): string {
  return `kernel ${showKernelHead(code)}\n${printKernel(code).replace(/^(?=.)/gm, '  ')}`;
}

/** Every kind of instruction. */
function everything(k: KernelBuilder): void {
  const at = k.address(1);
  const sum = k.cell(k.f32(-0));
  k.share(k.field(11), (from, to) =>
    k.loop(from, to, i => {
      const address = k.add(k.address(0), k.shl(i, 2));
      const wide = k.replace(k.load('f32x4', address, 16), 2, k.load('f32', address));
      k.set(sum, k.fma(k.extract(wide, 3), Number.NaN, k.get(sum)));
      k.store(address, k.shuffle(wide, k.constant('f32x4', Number.NEGATIVE_INFINITY), [0, 5, 2, 7]), 32);
      k.when(
        k.lt(i, 3),
        () => k.store(at, k.select(k.ltu(i, 2), k.load('f32', address, 4), k.sqrt(k.get(sum)))),
        () => k.when(k.not(k.eq(i, 5)), () => k.store(at, k.neg(k.get(sum)))),
      );
    }),
  );
}

test('what is printed is read back', () => {
  const { code } = recordKernel({ specialised: false }, everything);
  const variants: readonly KernelCode[] = [code, { ...code, fieldTypes: ['u8'], aside: [0] }];
  for (const variant of variants) {
    const { code: again, problems } = read(textOf(variant));
    expect(problems).toEqual([]);
    expect(again).toEqual(variant);
  }
});

test.each([
  ['registers 1, cells 0, fields 0', [], '1:38 expected , but the line ends'],
  ['registers 1, cells 0, fields 0, slots 1', ['v0:i32 = address 1'], '2:20 expected a slot from 0 to 0 but here is 1'],
  ['registers 1, cells 0, fields 0, slots 1', ['v0:i64 = address 0'], '2:6 expected one of i32, f32, bool'],
  ['registers 2, cells 0, fields 0, slots 1', ['v0:i32 = neg v1'], '2:18 expected a register that has a value by now'],
  [
    'registers 1, cells 0, fields 0, slots 1',
    ['v0:i32 = constructor 1'],
    '2:24 expected an instruction, not constructor',
  ],
  ['registers 1, cells 1, fields 0, slots 1', ['v0:i32 = c0'], '2:14 expected a cell that is there by now, not c0'],
  ['registers 1, cells 0, fields 0, slots 0', ['else'], '2:3 expected a register from v0 to v0 but here is else'],
  ['registers 1, cells 0, fields 0, slots 0', ['v0:i32 = 1 2'], '2:14 expected the end of the line but here is 2'],
])('%s %j is refused', (head, lines, message) => {
  const { problems } = read(`kernel ${head}\n${lines.map(line => `  ${line}\n`).join('')}`);
  expect(problems[0]).toContain(message);
});
