/**
 * Every op of the table on chips: random instances, each a program of one module, must give the oracle's answers on any number of tiles, in the sample on half of them.
 * Operands come from outside, or from an op before, which leaves them cut over tiles for this one to follow; and another reads the result.
 * The tolerance follows from what the op states of itself; that kernels keep to it to the bit is the ops' own suite.
 */
import {
  createGraphBuilder,
  type GraphBuilder,
  type Module,
  type Program,
  type TensorType,
  type ValueId,
  type Variable,
  type VariableId,
} from '@tessera-dnn/graph';
import { createPick, type DefinedOp, ops } from '@tessera-dnn/ops';
import { describe, expect, test } from 'vitest';
import { chipOf, load, oracle, relativeError, sampleValues, toleranceOf } from './support/run-module.ts';
import { sampled } from './support/sample.ts';

const instances = 8;

interface Instance {
  readonly program: Program;
  readonly inputs: Record<string, Float64Array>;
}

/** Some instances of one op as programs; every second operand is a variable, every second instance computes on what others computed, half are small. */
function instancesOf(op: DefinedOp): {
  readonly module: Module;
  readonly runs: readonly Instance[];
  readonly data: Float64Array[];
} {
  const variables: Variable[] = [];
  const data: Float64Array[] = [];
  const runs = Array.from({ length: instances }, (_, i): Instance => {
    const pick = createPick(100 * i + op.name.length, i % 4 < 2 ? undefined : 'least');
    const { operands, args, values } = op.samples(pick);
    const build = createGraphBuilder(ops);
    const inputs: Record<string, Float64Array> = {};
    const leaf = (type: TensorType, index: number): ValueId => {
      const elements = sampleValues(type, values?.[index], 7 * i + index);
      if (index % 2 === 1 && op.kind !== 'elementwise') {
        variables.push(variable(`p${i}.${index}`, type));
        data.push(elements);
        return build.variable((variables.length - 1) as VariableId, type);
      }
      inputs[`x${index}`] = elements;
      return build.input(`x${index}`, type);
    };
    const ids = operands.map((type, index) => {
      const given = leaf(type, index);
      return i % 2 === 0 ? given : inverse(build, inverse(build, given));
    });
    const attributes = op.attributes(args, operands);
    if ('code' in attributes) throw new Error(String(attributes['message']));
    const result = build.op(op.name, ids, attributes);
    build.output('y', result);
    if (i % 2 === 1) build.output('behind', inverse(build, result));
    return { program: { name: `run${i}`, kind: 'model', graph: build.finish(), origin: {} }, inputs };
  });
  return { module: { variables, programs: runs.map(r => r.program) }, runs, data };
}

/** What done twice changes nothing. */
function inverse(build: GraphBuilder, value: ValueId): ValueId {
  const { element } = build.type(value);
  // Whole numbers of 8 bits do not come back from `neg` all of them.
  if (element === 'i8' || element === 'u8')
    return build.op('cast', [build.op('cast', [value], { element: 'i32' })], { element });
  return build.op(element === 'bool' ? 'not' : 'neg', [value]);
}

function variable(path: string, type: TensorType): Variable {
  return { path, kind: 'param', type, initialiser: { kind: 'constant', value: 0 }, origin: {} };
}

describe.each(ops.all.map((op, i) => [op.name, op, i] as const))('%s', (_, op, i) => {
  const { module, runs, data } = instancesOf(op);
  test.each(sampled([1, 4, 16, 61], 2, i))('on %i tiles', tiles => {
    const weights = new Map(module.variables.map((v, i) => [v.path, data[i]]));
    const chip = load(module, chipOf(tiles), { math: 'strict', weights });
    for (const { program, inputs } of runs) {
      const got = chip.run(program.name, inputs);
      const want = oracle(module, program.name, inputs, data);
      for (const [name, { type, data: wanted }] of Object.entries(want)) {
        const error = relativeError(got[name], wanted);
        expect(error, `${program.name} ${name}`).toBeLessThanOrEqual(toleranceOf(type.element));
      }
    }
  });
});
