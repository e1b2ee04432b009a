/**
 * All operations by name, what the compiler builds with them where no program names one, and the rewrites between them. Every stage is given the
 * table and asks it; only the package of operations makes one.
 */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { Attributes, ValueId } from '../graph.ts';
import type { TensorType } from '../types.ts';
import type { Expander } from './gradient.ts';
import type { OpDef } from './op.ts';

/**
 * What the language and the passes build where no program names an operation: by role, what it must do. Its operands come in this order; the
 * attributes it must know are those in brackets.
 */
export const opRoles = [
  /** Elementwise, of two tensors of one type: gradients that reach a value on several ways are summed by it. */
  'addition',
  /** Its operand in another element type {element}. */
  'cast',
  /** Elementwise: the second operand where the first is true, else the third. */
  'choice',
  /** Hands its operand on, and lets no gradient flow back. */
  'stop',
  /** The same elements in another shape {shape}. */
  'reshape',
  /** Every step-th element of a range of every axis {start, count, step}. */
  'slice',
  /** The sum of all elements. */
  'total',
  /** The greatest and the least element, over all axes or some. */
  'greatest',
  'least',
  /** Elementwise: the greater and the lesser of two. */
  'greater',
  'lesser',
  /** Elementwise: the square root; the greatest whole number that is not above. */
  'root',
  'floor',
  /** Random numbers of a shape, in [0, 1) or of mean 0 and deviation 1, by seed and step {shape, place}. */
  'uniform',
  'normal',
  /** Its first operand up or down to a float of 16 bits, by noise of [0, 1), which is the second {element}. */
  'dither',
  /** Its operand, which no precision stores in 16 bits. */
  'full',
] as const;
export type OpRole = (typeof opRoles)[number];

/** The name of the op in each role; tables for tests may lack some. */
export type OpRoles = { readonly [role in OpRole]?: string };

/** All ops by name. */
export interface OpTable {
  readonly all: readonly OpDef[];
  /** The op called `name`; undefined if there is none. */
  find(name: string): OpDef | undefined;
  /** Rewrites that span ops, tried by the `simplify` pass until none applies. */
  readonly rules: readonly Rule[];
  readonly roles: OpRoles;
  /** `value` where `condition` holds, else zero; the condition broadcasts to it. */
  readonly masked: (build: Expander, condition: ValueId, value: ValueId) => ValueId;
  /** The part of a value at `index` of its first axis, without this axis: what takes results apart that a node has stacked. */
  readonly pick: (build: Expander, value: ValueId, index: number) => ValueId;
}

/** The op that plays a role. An InternalError where the table has none. */
export function opInRole(table: OpTable, role: OpRole): OpDef {
  const name = table.roles[role];
  const op = name === undefined ? undefined : table.find(name);
  if (op === undefined) throw new InternalError('table', 'no operation of the table plays this role', role);
  return op;
}

/** A local rewrite: looks at one node and may give a better value for it. */
export interface Rule {
  readonly name: string;
  readonly doc: string;
  /**
   * Rules that change rounding are left out under `--math strict`. Of an exact one the result has the same bits, or those that the language
   * promises: that whole numbers are added up exactly.
   */
  readonly exact: boolean;
  readonly apply: (match: RuleContext, node: ValueId) => ValueId | undefined;
}

export interface RuleContext extends Expander {
  /** Whether a value depends on constants only, and on variables that the program does not update: it is computed once. */
  readonly stable: (value: ValueId) => boolean;
  /** Whether more than one node or result of the program reads a value. What rules have just built is taken to have one reader. */
  readonly shared: (value: ValueId) => boolean;
  readonly node: (value: ValueId) => {
    readonly op: string;
    readonly operands: readonly ValueId[];
    readonly attributes: Attributes;
    readonly type: TensorType;
    readonly data?: number | Float64Array;
  };
}
