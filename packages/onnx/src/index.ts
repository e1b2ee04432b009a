export { type Code, catalogue } from './explain/catalogue.ts';
export { type Imported, type ImportOptions, type ImportSummary, importOnnx, inputsOf } from './import.ts';
export type { Operator } from './lower/operator.ts';
export type { BoundDimension } from './model/bind.ts';
export { readTensorMessage } from './model/message.ts';
export type { ReadBeside } from './model/tensor.ts';
export { describedOperators, type ImportedOperator, importedOperators } from './operators/table.ts';
export type { Named } from './text/named.ts';
