/** Which precision is in effect: of the file, of what it imports, and of who compiles it. */
import { describe, expect, it } from 'vitest';
import { parse, precisionOf } from '../../src/index.ts';
import { complaintsOf, type Extra } from './texts.ts';

const model = 'model m(x: f32[4]) {\n  twice(x)\n}\n';
const imports = 'import "./layers.dnn"\n';

function importing(precision: string, extra: Extra = {}): Extra {
  return { files: { 'layers.dnn': `${precision}\nblock twice(x) { x + x }\n` }, ...extra };
}

describe('the precision', () => {
  it('is the file’s, unless another is asked for', () => {
    const { file } = parse({ name: 'a.dnn', text: 'precision bf16\n' });
    expect([undefined, 'f16', 'f32'].map(asked => precisionOf(file, asked as 'f16'))).toEqual([
      'bf16',
      'f16',
      undefined,
    ]);
    expect(precisionOf(parse({ name: 'b.dnn', text: 'precision f32\n' }).file)).toBeUndefined();
  });

  it('of an imported file is warned of where it is not the one in effect', () => {
    expect(complaintsOf(`${imports}${model}`, importing('precision f16'))).toEqual(['unused-precision 1:1']);
    expect(complaintsOf(`${imports}precision f16\n${model}`, importing('precision f16'))).toEqual([]);
    expect(complaintsOf(`${imports}${model}`, importing('precision f16', { precision: 'f16' }))).toEqual([]);
    expect(
      complaintsOf(`${imports}precision f16\n${model}`, importing('precision f16', { precision: 'bf16' })),
    ).toEqual(['unused-precision 1:1']);
  });

  it('is one of a file, and a float', () => {
    expect(complaintsOf('precision f16\nprecision f16\n')).toEqual(['repeated-precision 2:1']);
    expect(complaintsOf('precision u8\n')).toEqual(['bad-precision 1:11']);
    expect(complaintsOf(`${imports}${model}`, importing('precision u8'))).toEqual(['bad-precision 1:11']);
  });
});
