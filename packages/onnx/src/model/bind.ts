/** The inputs of a model with numbers for all dimensions: those that the model leaves open are given by the user. */
import type { Diagnostic } from '@tessera-dnn/diagnostics';
import type { ElementType } from '@tessera-dnn/graph';
import type { Code } from '../explain/catalogue.ts';
import type { ValueInfoProto } from '../proto/onnx.ts';
import { elementOf, importedElement } from './elements.ts';

export interface BoundInput {
  readonly name: string;
  readonly element: ElementType;
  readonly shape: readonly number[];
}

/** A dimension that the model leaves open, and its number. */
export interface BoundDimension {
  readonly name: string;
  readonly extent: number;
}

export interface Binding {
  readonly inputs: readonly BoundInput[];
  readonly bound: readonly BoundDimension[];
  readonly problems: readonly Diagnostic<Code>[];
}

/** Binds the inputs; `dims` are numbers by the name of a dimension (`batch`) or its place (`image:2`). */
export function bind(
  inputs: readonly ValueInfoProto[],
  dims: ReadonlyMap<string, number>,
  narrow: readonly string[],
): Binding {
  const problems: Diagnostic<Code>[] = [];
  const bound = new Map<string, number>();
  const used = new Set<string>();
  const bindOne = ({ name = '', type }: ValueInfoProto): BoundInput[] => {
    const tensor = type?.tensor;
    const element = elementOf(tensor?.elemType ?? 0);
    if (tensor === undefined || typeof element !== 'string') {
      problems.push(
        bad(`input ${name} is no tensor of numbers${typeof element === 'string' ? '' : `: it has ${element.foreign}`}`),
      );
      return [];
    }
    const imported = importedElement(element, narrow);
    if (imported === undefined) {
      problems.push({
        code: 'narrowed-type',
        severity: 'error',
        message: `input ${name} has elements of type ${element}`,
        help: `import them as narrower ones: --narrow ${element}`,
      });
      return [];
    }
    const shape = (tensor.shape?.dims ?? []).map(({ value, param }, axis) => {
      const place = `${name}:${axis}`;
      const asked = [place, param ?? ''].find(key => key !== '' && dims.has(key));
      if (asked !== undefined) {
        used.add(asked);
        bound.set(param || place, dims.get(asked)!);
        return dims.get(asked)!;
      }
      if (value !== undefined && value > 0) return value;
      if (value === 0) {
        problems.push(bad(`axis ${axis} of input ${name} has no places`));
        return 1;
      }
      if (axis === 0) {
        bound.set(param || place, 1);
        return 1;
      }
      problems.push(open(name, axis, param, place));
      return 1;
    });
    return [{ name, element: imported, shape }];
  };
  const all = inputs.flatMap(bindOne);
  for (const name of dims.keys()) if (!used.has(name)) problems.push(unknown(name, inputs));
  return { inputs: all, bound: [...bound].map(([name, extent]) => ({ name, extent })), problems };
}

function bad(message: string): Diagnostic<Code> {
  return { code: 'bad-onnx', severity: 'error', message };
}

function open(input: string, axis: number, param: string | undefined, place: string): Diagnostic<Code> {
  const what = param ? `, which it calls ${param},` : '';
  const message = `the model leaves axis ${axis} of input ${input}${what} open`;
  return { code: 'open-dimension', severity: 'error', message, help: `give it a number: --dim ${param || place}=…` };
}

function unknown(name: string, inputs: readonly ValueInfoProto[]): Diagnostic<Code> {
  const params = inputs.flatMap(({ type }) => type?.tensor?.shape?.dims ?? []).flatMap(({ param }) => param || []);
  const known =
    params.length > 0
      ? `its inputs have the dimensions ${[...new Set(params)].join(', ')}`
      : 'name an input and an axis: --dim image:0=1';
  return {
    code: 'bad-import-option',
    severity: 'error',
    message: `no dimension of the model is called ${name}`,
    help: known,
  };
}
