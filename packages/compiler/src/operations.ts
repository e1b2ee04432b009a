/** The built-in operations, as documentation. */
import type { OpDoc, OpTable, Parameter } from '@tessera-dnn/graph/op';
import { ops } from '@tessera-dnn/ops';

export interface Operation {
  readonly name: string;
  /** The operator that stands for it in the language: `+`, `@`, `not`. */
  readonly symbol?: string;
  readonly kind: 'elementwise' | 'kernel' | 'movement' | 'composite';
  readonly parameters: readonly Parameter[];
  readonly doc: OpDoc;
}

/** The operations in the order of the op table. */
export const operations: readonly Operation[] = ops.all.map(({ name, symbol, kind, parameters, doc }) => ({
  name,
  ...(symbol !== undefined && { symbol }),
  kind,
  parameters,
  doc,
}));

/** The operations themselves: what makes programs of something else than text asks them. */
export const operationTable: OpTable = ops;
