/**
 * The operands of a call of an op. Tensors have a type, but numbers and lists beside them have no element type yet, unless the op says which.
 * Candidates are tried in a fixed order (the tensors' own types, then f32, i32, bool), and the first with which the op accepts the call is
 * taken.
 */
import type { Attributes, ElementType, TensorType, ValueId } from '@tessera-dnn/graph';
import type { Arguments, OpDef, Parameter, Problem } from '@tessera-dnn/graph/op';
import { isProblem } from '@tessera-dnn/graph/op';
import type { Argument } from './arguments.ts';
import { fitsElement, type Literal } from './tensors.ts';

export type Operand =
  | { readonly kind: 'tensor'; readonly argument: Argument; readonly id: ValueId; readonly type: TensorType }
  | {
      readonly kind: 'literal';
      readonly argument: Argument;
      readonly literal: Literal;
      readonly group: number;
      readonly parameter: Parameter;
    };

/** What makes a call acceptable: an element type for each group of literal operands, and the normalised attributes. */
export interface Typing {
  readonly elements: readonly ElementType[];
  readonly attributes: Attributes;
  readonly result: TensorType;
}

/** Why no choice of element types works: the problem with the first choice. */
export interface Untyped {
  readonly problem: Problem;
  /** The element type and the index of the literal operand, if a number could not take that of the tensor beside it or of its place. */
  readonly unfit?: { readonly element: ElementType; readonly operand: number };
}

/** Finds element types for the literals of a call. */
export function typeCall(op: OpDef, operands: readonly Operand[], args: Arguments): Typing | Untyped {
  const groups = 1 + Math.max(-1, ...operands.map(operand => (operand.kind === 'literal' ? operand.group : -1)));
  if (groups === 0) {
    const typing = tryTyping(op, operands, args, []);
    return isProblem(typing) ? { problem: typing } : typing;
  }
  const candidates = Array.from({ length: groups }, (_, group) => candidateElements(operands, group, args));
  let first: Problem | undefined;
  for (const elements of choices(candidates)) {
    const unfit = operands.findIndex(o => o.kind === 'literal' && !fitsElement(o.literal, elements[o.group]));
    if (unfit !== -1) continue;
    const typing = tryTyping(op, operands, args, elements);
    if (!isProblem(typing)) return typing;
    first ??= typing;
  }
  const firsts = candidates.map(([element]) => element);
  return explain(op, operands, args, { elements: firsts, problem: first ?? nothingFits(op) });
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
 * The explanation. If a number does not fit the element type of the tensor beside it, or that of its place, that is a more likely mistake
 * than the problem with the next candidates. `tried` has the first of them, and the first problem.
 */
function explain(
  op: OpDef,
  operands: readonly Operand[],
  args: Arguments,
  tried: { readonly elements: readonly ElementType[]; readonly problem: Problem },
): Untyped {
  const { elements, problem } = tried;
  const operand = operands.findIndex(o => o.kind === 'literal' && !fitsElement(o.literal, elements[o.group]));
  const unfit = operands[operand];
  if (unfit?.kind !== 'literal') return { problem };
  const element = elements[unfit.group];
  const hasTensor = operands.some(other => other.kind === 'tensor' && other.type.element === element);
  const hasPlace = elementOfPlace(unfit, args) !== undefined;
  const wouldType = (hasTensor || hasPlace) && !isProblem(tryTyping(op, operands, args, elements));
  return { problem, ...(wouldType ? { unfit: { element, operand } } : {}) };
}

function nothingFits(op: OpDef): Problem {
  return { code: 'type-mismatch', message: `${op.name} has no meaning for these numbers` };
}

/** The element types that the literals of a group may get, the most likely one first. */
function candidateElements(operands: readonly Operand[], group: number, args: Arguments): readonly ElementType[] {
  const literal = operands.find(operand => operand.kind === 'literal' && operand.group === group);
  const ofPlace = literal && elementOfPlace(literal, args);
  if (ofPlace !== undefined) return [ofPlace];
  const own = operands.flatMap(operand => (operand.kind === 'tensor' ? [operand.type.element] : []));
  return [...new Set<ElementType>([...own.filter(element => element !== 'bool'), 'f32', 'i32', 'bool'])];
}

function elementOfPlace(operand: Operand, args: Arguments): ElementType | undefined {
  return operand.kind === 'literal' ? operand.parameter.numbers?.element?.(args) : undefined;
}

/** All ways to give each group one of its candidates, those with early candidates first. If there are no groups, this is one empty choice. */
function choices(candidates: readonly (readonly ElementType[])[]): readonly (readonly ElementType[])[] {
  let all: (readonly ElementType[])[] = [[]];
  for (const own of candidates) all = all.flatMap(choice => own.map(candidate => [...choice, candidate]));
  return all;
}
