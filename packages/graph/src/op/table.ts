/**
 * All operations by name, what the compiler builds with them where no program names one, and the rewrites between them. Every stage is given the
 * table and asks it; only the package of operations makes one.
 */
import type { Attributes, ValueId } from '../graph.ts';
import type { TensorType } from '../types.ts';
import type { Expander } from './gradient.ts';
import type { OpDef } from './op.ts';

/** All ops by name. */
export interface OpTable {
  readonly all: readonly OpDef[];
  /** Undefined for names that are no op. */
  find(name: string): OpDef | undefined;
  /** Rewrites that span ops, tried by the `simplify` pass until none applies. */
  readonly rules: readonly Rule[];
  /** The elementwise op that adds two tensors of one type: gradients that reach a value on several ways are summed by it. */
  readonly addition: string;
  /** `value` where `condition` holds, else zero; the condition broadcasts to it. */
  readonly masked: (build: Expander, condition: ValueId, value: ValueId) => ValueId;
  /** The part of a value at `index` of its first axis, without this axis: what takes results apart that a node has stacked. */
  readonly pick: (build: Expander, value: ValueId, index: number) => ValueId;
}

/** A local rewrite: looks at one node and may give a better value for it. */
export interface Rule {
  readonly name: string;
  readonly doc: string;
  /** Rules that change rounding are left out under `--math strict`. */
  readonly exact: boolean;
  readonly apply: (match: RuleContext, node: ValueId) => ValueId | undefined;
}

export interface RuleContext extends Expander {
  readonly node: (value: ValueId) => {
    readonly op: string;
    readonly operands: readonly ValueId[];
    readonly attributes: Attributes;
    readonly type: TensorType;
    readonly data?: number | Float64Array;
  };
}
