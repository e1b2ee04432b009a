/**
 * The operands of a call of an op. Tensors have a type, but numbers and lists beside them have no element type yet. Candidates are tried in
 * a fixed order (the tensors' own types, then f32, i32, bool), and the first with which the op accepts the call is taken.
 */
import type { Attributes, ElementType, TensorType, ValueId } from '@tessera-dnn/graph';
import type { Arguments, OpDef, Problem } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import type { Argument } from './arguments.ts';
import { fitsElement, type Literal } from './tensors.ts';

export type Operand =
  | { readonly kind: 'tensor'; readonly argument: Argument; readonly id: ValueId; readonly type: TensorType }
  | { readonly kind: 'literal'; readonly argument: Argument; readonly literal: Literal; readonly group: number };

/** What makes a call acceptable: an element type for each group of literal operands, and the normalised attributes. */
export interface Typing {
  readonly elements: readonly ElementType[];
  readonly attributes: Attributes;
  readonly result: TensorType;
}

/** Why no choice of element types works: the problem with the first choice. */
export interface Untyped {
  readonly problem: Problem;
  /** The tensor's element type and the index of the literal operand, if a number could not take the type of the tensor beside it. */
  readonly unfit?: { readonly element: ElementType; readonly operand: number };
}

/** Finds element types for the literals of a call. */
export function typeCall(op: OpDef, operands: readonly Operand[], args: Arguments): Typing | Untyped {
  const groups = 1 + Math.max(-1, ...operands.map(operand => (operand.kind === 'literal' ? operand.group : -1)));
  if (groups === 0) {
    const typing = tryTyping(op, operands, args, []);
    return isProblem(typing) ? { problem: typing } : typing;
  }
  const candidates = candidateElements(operands);
  let first: Problem | undefined;
  for (const elements of choices(groups, candidates)) {
    const unfit = operands.findIndex(o => o.kind === 'literal' && !fitsElement(o.literal, elements[o.group]));
    if (unfit !== -1) continue;
    const typing = tryTyping(op, operands, args, elements);
    if (!isProblem(typing)) return typing;
    first ??= typing;
  }
  return explain(op, operands, args, candidates[0], first);
}

/** The type of an operand, if the literals of group `g` have the element type `elements[g]`. */
export function typeOf(operand: Operand, elements: readonly ElementType[]): TensorType {
  if (operand.kind === 'tensor') return operand.type;
  return { element: elements[operand.group], shape: operand.literal.shape };
}

function tryTyping(
  op: OpDef,
  operands: readonly Operand[],
  args: Arguments,
  elements: readonly ElementType[],
): Typing | Problem {
  const types = operands.map(operand => typeOf(operand, elements));
  const attributes = op.attributes(args, types);
  if (isProblem(attributes)) return attributes;
  const result = op.infer(types, attributes);
  return isProblem(result) ? result : { elements, attributes, result };
}

/**
 * The explanation. If a number does not fit the element type of the tensor beside it, that is a more likely mistake than the problem with
 * the next candidate.
 */
function explain(
  op: OpDef,
  operands: readonly Operand[],
  args: Arguments,
  element: ElementType,
  first: Problem | undefined,
): Untyped {
  const groups = operands.map(() => element);
  const hasTensor = operands.some(operand => operand.kind === 'tensor' && operand.type.element === element);
  const operand = operands.findIndex(o => o.kind === 'literal' && !fitsElement(o.literal, element));
  if (operand === -1 || !hasTensor) return { problem: first ?? nothingFits(op) };
  const withIt = tryTyping(op, operands, args, groups);
  const wouldType = !isProblem(withIt);
  return { problem: first ?? nothingFits(op), ...(wouldType ? { unfit: { element, operand } } : {}) };
}

function nothingFits(op: OpDef): Problem {
  return { code: 'type-mismatch', message: `${op.name} has no meaning for these numbers` };
}

function candidateElements(operands: readonly Operand[]): readonly ElementType[] {
  const own = operands.flatMap(operand => (operand.kind === 'tensor' ? [operand.type.element] : []));
  return [...new Set<ElementType>([...own.filter(element => element !== 'bool'), 'f32', 'i32', 'bool'])];
}

/** All ways to give each group a candidate, those with early candidates first. If there are no groups, this is one empty choice. */
function choices(groups: number, candidates: readonly ElementType[]): readonly (readonly ElementType[])[] {
  let all: (readonly ElementType[])[] = [[]];
  for (let group = 0; group < groups; group++) {
    all = all.flatMap(choice => candidates.map(candidate => [...choice, candidate]));
  }
  return all;
}
