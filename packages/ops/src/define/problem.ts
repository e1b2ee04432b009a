/**
 * The problems that ops find with calls, in one place so that all are worded alike: with the values of both sides, and a remedy if there is
 * a plain one.
 */
import type { ElementType, TensorType } from '@tessera-dnn/graph';
import { showType } from '@tessera-dnn/graph';
import type { Problem } from '@tessera-dnn/graph/op';

/** `bad-attribute`: the compile-time argument called `attribute` has a wrong value. */
export function badAttribute(attribute: string, message: string, help?: string): Problem {
  return { code: 'bad-attribute', message, attribute, ...(help === undefined ? {} : { help }) };
}

/** `bad-axis`: `type`, that of operand 0, has no such axis. `axis` is as the user wrote it, perhaps negative. */
export function badAxis(attribute: string, op: string, axis: number, type: TensorType): Problem {
  const rank = type.shape.length;
  const message = `${op} has no axis ${axis} in ${showType(type)}`;
  const help = rank === 0 ? 'a scalar has no axes' : `axes go from ${-rank} to ${rank - 1}`;
  return { code: 'bad-axis', message, attribute, marks: [{ operand: 0, message: `is ${showType(type)}` }], help };
}

/** `type-mismatch`: the element types of operands `first` and `second` differ, though they must not. */
export function mixedElements(op: string, operands: readonly TensorType[], first: number, second: number): Problem {
  const [a, b] = [operands[first], operands[second]];
  return {
    code: 'type-mismatch',
    message: `${op} cannot combine ${showType(a)} and ${showType(b)}`,
    marks: [
      { operand: first, message: `is ${a.element}` },
      { operand: second, message: `is ${b.element}` },
    ],
    help: `element types are never converted silently: write cast(…, ${a.element}) or cast(…, ${b.element})`,
  };
}

/** `type-mismatch`: the op does not accept the element type of this operand, only the `accepted` ones. */
export function refusedElement(
  op: string,
  operands: readonly TensorType[],
  operand: number,
  accepted: readonly ElementType[],
): Problem {
  const type = operands[operand];
  return {
    code: 'type-mismatch',
    message: `${op} does not take ${showType(type)}`,
    marks: [{ operand, message: `is ${type.element}` }],
    help: `it takes ${accepted.join(', ')}; convert with cast(…, ${accepted[0]})`,
  };
}

/** `type-mismatch`: an operand that `role` describes (`the indices of gather`) must have the element type `wanted`. */
export function wrongElement(
  role: string,
  operands: readonly TensorType[],
  operand: number,
  wanted: ElementType,
): Problem {
  const type = operands[operand];
  return {
    code: 'type-mismatch',
    message: `${role} must be ${wanted}, not ${showType(type)}`,
    marks: [{ operand, message: `is ${type.element}` }],
    help: `convert with cast(…, ${wanted})`,
  };
}

/** `shape-mismatch`, with a remark for each operand concerned. */
export function shapeMismatch(
  message: string,
  marks: readonly { readonly operand: number; readonly message: string }[],
  help?: string,
): Problem {
  return { code: 'shape-mismatch', message, marks, ...(help === undefined ? {} : { help }) };
}

/** `type-mismatch`: the op takes another number of tensors; `expected` says how many (`two tensors`). */
export function wrongCount(op: string, expected: string, given: number): Problem {
  return { code: 'type-mismatch', message: `${op} takes ${expected}, not ${given} tensor${given === 1 ? '' : 's'}` };
}
