/**
 * What is computed, element by element, from a value that is to keep all its digits. An operation says so of its result (`spreads`): the
 * gradients of an optimiser are such values, and what it makes of them would lose digits wherever it happens to be stored. Sums, contractions and
 * movements end it.
 */
import type { BodyStep, Graph, Node } from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';

/** 1 for each node of the graph whose result depends on such a value. */
export function spreadOver({ nodes }: Graph, table: OpTable): Uint8Array {
  const spread = new Uint8Array(nodes.length);
  nodes.forEach((node, id) => {
    const own = spreadsItself(node, table);
    if (own || carriersOf(node, table).some(operand => spread[operand] === 1)) spread[id] = 1;
  });
  return spread;
}

function spreadsItself({ op, body, epilogue }: Node, table: OpTable): boolean {
  const steps: readonly BodyStep[] = [...(body ?? []), ...(epilogue?.steps ?? [])];
  return [op, ...steps.map(step => ('combine' in step ? '' : step.op))].some(name => {
    const def = table.find(name);
    return def?.kind === 'elementwise' && def.spreads === true;
  });
}

/** The operands that a node reads element by element: those of an elementwise node, and those of an epilogue. */
function carriersOf({ kind, op, operands, epilogue }: Node, table: OpTable): Node['operands'] {
  const isElementwise = kind === 'map' || table.find(op)?.kind === 'elementwise';
  return isElementwise ? operands : operands.slice(epilogue?.firstOperand ?? operands.length);
}
