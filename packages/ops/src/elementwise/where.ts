/** The op `where`: for each element, that of the one or of the other tensor. */
import { hull } from '@tessera-dnn/graph/op';
import { pickElement } from '../define/element-sets.ts';
import { elementwise } from '../define/elementwise.ts';
import { arithmetic, seen, zero } from '../define/gradient.ts';
import { mixedElements, wrongElement } from '../define/problem.ts';
import { isTruth } from '../define/truth.ts';

export const where = elementwise({
  name: 'where',
  doc: {
    summary: 'a where the condition is true, else b',
    example: 'model example(c: bool[2, 3], a: f32[2, 3], b: f32[3]) -> f32[2, 3] {\n  where(c, a, b)\n}\n',
  },
  operands: ['condition', 'a', 'b'],
  accepts: 'any',
  elements: operands => {
    const [condition, a, b] = operands;
    if (condition.element !== 'bool') return wrongElement('the condition of where', operands, 0, 'bool');
    return a.element === b.element ? a.element : mixedElements('where', operands, 1, 2);
  },
  scalar: ([condition, a, b]) => (condition !== 0 ? a : b),
  expression: (k, [condition, a, b]) =>
    isTruth(a) ? k.or(k.and(condition, a), k.and(k.not(condition), b)) : k.select(condition, a, b),
  sampled: pick => {
    const element = pickElement(pick, 'any');
    return { elements: ['bool', element, element], args: {} };
  },
  bounds: ([, a, b]) => hull(a, b),
  gradient: ({ build, operands: [condition], upstream }) => {
    const { where: choose } = arithmetic(build);
    return [undefined, choose(condition, upstream, zero), choose(condition, zero, upstream)];
  },
  guards: call => {
    const [condition] = call.operands;
    return [undefined, seen(call, condition), seen(call, call.build.op('not', [condition]))];
  },
});
