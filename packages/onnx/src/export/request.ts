/** What is to be exported, and how it is said that a part of it cannot be. */
import type { Diagnostic, Span } from '@tessera-dnn/diagnostics';
import type { Module, Origin, Program } from '@tessera-dnn/graph';
import type { Code } from '../explain/catalogue.ts';

/** What is exported. */
export interface ExportRequest {
  /** As elaborated: passes that fuse have not run. */
  readonly module: Module;
  /** A model of it. */
  readonly program: Program;
  /** Row-major numbers by the variables' paths. States may be missing whose first values are numbers. */
  readonly values: ReadonlyMap<string, ArrayLike<number>>;
  /** Where a node stands in the user's own text (default: where its origin says). */
  readonly placeOf?: (origin: Origin) => Span | undefined;
}

/** The diagnostic for a part of the program that has no form in ONNX. */
export function fault({ placeOf }: ExportRequest, origin: Origin, message: string, help?: string): Diagnostic<Code> {
  const span = placeOf ? placeOf(origin) : origin.span;
  return {
    ...{ code: 'unsupported-export', severity: 'error', message },
    ...(span && { span }),
    ...(help !== undefined && { help }),
  };
}
