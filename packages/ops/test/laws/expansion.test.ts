/** Law: what a composite op expands into gives what its oracle gives, and has the type it infers. */
import type { ValueId } from '@tessera-dnn/graph';
import { createGraphBuilder, interpret } from '@tessera-dnn/graph';
import { describe, expect, it } from 'vitest';
import { ops } from '../../src/index.ts';
import { createInstance, disagreement } from '../../src/testing/index.ts';

const instances = 40;

describe.each(ops.all.filter(op => op.kind === 'composite'))('$name', op => {
  it('expands into what its oracle says', () => {
    for (let seed = 0; seed < instances; seed++) {
      const instance = createInstance(op, seed);
      const { context, operands, answer } = instance;
      const builder = createGraphBuilder(ops);
      const inputs: ValueId[] = operands.map(({ type }, i) => builder.input(`x${i}`, type));
      const value = builder.op(op.name, inputs, context.attributes);
      expect(builder.type(value)).toEqual(answer.type);
      expect(builder.node(value).op).not.toBe(op.name);
      builder.output('output', value);
      const data = Object.fromEntries(operands.map((operand, i) => [`x${i}`, operand.data]));
      const { outputs } = interpret(builder.finish(), ops, data, []);
      expect(disagreement(instance, outputs['output'].data), `${op.name}, seed ${seed}`).toBeUndefined();
    }
  });
});
