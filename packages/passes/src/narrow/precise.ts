/** Which operands of a node are read in full: an operation says so of a scale, which decides into how many levels a number falls. */
import type { BodyStep, Node, ValueId } from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';

/** The operands of `node` of which every digit counts. */
export function preciseOperands(node: Node, table: OpTable): readonly ValueId[] {
  const { operands, body, epilogue } = node;
  const own = preciseOf(node.op, table).map(at => operands[at]);
  const inBody = preciseSources(body ?? [], table).flatMap(source => operands.slice(source, source + 1));
  // Source 0 of an epilogue is the op's own result.
  const first = (epilogue?.firstOperand ?? 0) - 1;
  const after = preciseSources(epilogue?.steps ?? [], table)
    .filter(source => source > 0)
    .flatMap(source => operands.slice(first + source, first + source + 1));
  return [...own, ...inBody, ...after];
}

/** The values that steps read in full; those beyond the sources are steps, which are in registers. */
function preciseSources(steps: readonly BodyStep[], table: OpTable): readonly number[] {
  return steps.flatMap(step => ('combine' in step ? [] : preciseOf(step.op, table).map(at => step.args[at])));
}

function preciseOf(op: string, table: OpTable): readonly number[] {
  const def = table.find(op);
  return def?.kind === 'elementwise' ? (def.precise ?? []) : [];
}
