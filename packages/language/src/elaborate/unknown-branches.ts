/** Makes everything poison that depends on statements of which it is not known whether they run. */
import type { Body, If } from '../ast.ts';
import type { Frame } from './frame.ts';
import { poison, type Value } from './value.ts';

/** An `if` whose condition failed: whatever its branches may assign or return is poison. */
export function unknownBranches(frame: Frame, expression: If): Value {
  for (let branch: If | Body | undefined = expression; branch !== undefined; ) {
    if (!('kind' in branch)) {
      poisonAssigned(frame, branch);
      return poison;
    }
    poisonAssigned(frame, branch.then);
    branch = branch.otherwise;
  }
  return poison;
}

/** Whatever the statements may assign or return is poison. */
export function poisonAssigned(frame: Frame, body: Body): void {
  for (const statement of body.statements) {
    if (statement.kind === 'assign') {
      for (const { text } of [statement.name, ...statement.others]) {
        const binding = frame.scope.find(text);
        if (binding?.kind === 'var') binding.value = poison;
      }
    } else if (statement.kind === 'return') frame.exit.value = poison;
    else if (statement.kind === 'for') poisonAssigned(frame, statement.body);
    else if (statement.kind === 'expression' && statement.expression.kind === 'if')
      unknownBranches(frame, statement.expression);
  }
}
