/** Laws: every op has the name, documentation and types that the language needs, and a legal call always has the same answer. */
import { elementCount } from '@tessera-dnn/graph';
import { type OpRole, opInRole, opRoles } from '@tessera-dnn/graph/op';
import { describe, expect, it } from 'vitest';
import { ops } from '../../src/index.ts';
import { createInstance } from '../../src/testing/index.ts';

describe('the table', () => {
  it('knows every op by its own name', () => {
    for (const op of ops.all) expect(ops.find(op.name)).toBe(op);
    expect(ops.find('no such op')).toBeUndefined();
  });

  it('has one op for a symbol and a number of operands', () => {
    const symbols = ops.all.flatMap(({ symbol, parameters }) =>
      symbol === undefined ? [] : [`${symbol} of ${parameters.filter(p => p.kind === 'tensor').length}`],
    );
    expect(new Set(symbols).size).toBe(symbols.length);
  });

  it('has an op of the kind that is needed in every role, with the attributes that are given', () => {
    const takes = (role: OpRole) => {
      const { kind, parameters } = opInRole(ops, role);
      return `${kind}: ${parameters.map(({ name }) => name).join(', ')}`;
    };
    expect(Object.fromEntries(opRoles.map(role => [role, takes(role)]))).toEqual({
      addition: 'elementwise: x, y',
      cast: 'elementwise: x, element',
      choice: 'elementwise: condition, a, b',
      stop: 'elementwise: x',
      reshape: 'movement: x, shape',
      slice: 'movement: x, start, count, step',
      total: 'kernel: x, axis, keep',
      greatest: 'kernel: x, axis, keep',
      least: 'kernel: x, axis, keep',
      greater: 'elementwise: x, y',
      lesser: 'elementwise: x, y',
      root: 'elementwise: x',
      floor: 'elementwise: x',
      full: 'elementwise: x',
      uniform: 'kernel: shape, place, seed, step',
      dither: 'elementwise: x, noise, type',
      normal: 'kernel: shape, place, seed, step',
    });
  });
});

describe.each(ops.all)('$name', op => {
  it('has a name of the language and a documented example that uses it', () => {
    expect(op.name).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(op.doc.summary).toMatch(/^\S.*[^.\s]$/);
    expect(op.doc.example).toMatch(/^model \w+\(/);
    const uses = [
      `${op.name}(`,
      ...(op.symbol === undefined ? [] : [op.symbol]),
      ...(op.name === 'slice' ? ['x['] : []),
    ];
    expect(uses.some(use => op.doc.example.includes(use))).toBe(true);
  });

  it('names its parameters once', () => {
    const names = op.parameters.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('gives an oracle as large as the type it infers, the same every time', () => {
    for (let seed = 300; seed < 310; seed++) {
      const { answer } = createInstance(op, seed);
      expect(answer.data.length, `seed ${seed}`).toBe(elementCount(answer.type.shape));
      expect(createInstance(op, seed).answer.data).toEqual(answer.data);
    }
  });

  it('refuses too few and too many tensors', () => {
    for (let seed = 300; seed < 310; seed++) {
      const { context } = createInstance(op, seed);
      const { operands, attributes } = context;
      if (op.parameters.some(({ kind }) => kind === 'tensors')) continue;
      const extra = { element: 'f32', shape: [2] } as const;
      expect(op.infer([...operands, extra], attributes), `seed ${seed}`).toHaveProperty('message');
      if (operands.length > 0)
        expect(op.infer(operands.slice(1), attributes), `seed ${seed}`).toHaveProperty('message');
    }
  });
});
