/** Exports programs with drawn weights, and asks others for what the models compute: our own importer, and onnxruntime-web where it is installed. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type ElaboratedModel, elaboratedModel, operationTable } from '@tessera-dnn/compiler';
import type { Outcome, Source } from '@tessera-dnn/diagnostics';
import { elementCount, interpret, type TensorType } from '@tessera-dnn/graph';
import { importOnnx } from '@tessera-dnn/onnx';
import { type Exported, exportOnnx } from '@tessera-dnn/onnx/export';
import { microsoftOperators } from '@tessera-dnn/onnx/microsoft';

/** Row-major numbers by the names of inputs and outputs. */
export type Numbers = ReadonlyMap<string, ArrayLike<number>>;

/** A program with what it is given, and what the interpreter makes of that. */
export interface Subject {
  readonly model: ElaboratedModel;
  readonly inputs: Numbers;
  readonly expected: Numbers;
}

/** Draws inputs and weights for a model, and interprets it. `variance` and the like are positive. */
export function drawn(source: Source, programs?: readonly string[]): Subject {
  const model = unwrapped(elaboratedModel(source, { programs }));
  const draw = drawing();
  const values = new Map(
    model.module.variables.map(({ path, type, initialiser }) => {
      const isPositive = /var|scale/.test(path) || initialiser.kind === 'constant';
      return [path, drawnNumbers(draw, type, isPositive ? 0.5 : 0)] as const;
    }),
  );
  const { graph } = model.program;
  const inputs = new Map(
    graph.inputs.map(({ name, value }) => [name, drawnNumbers(draw, graph.nodes[value].type, -0.1)]),
  );
  const whole = { ...model, values };
  return { model: whole, inputs, expected: interpreted(whole, inputs) };
}

/** Numbers from `around - 0.5` to `around + 0.5`; whole ones from 0 to 3. */
function drawnNumbers(draw: () => number, { element, shape }: TensorType, around: number): Float64Array {
  const one = {
    bool: () => Math.floor(2 * draw()),
    float: () => Math.fround(draw() - 0.5 + around),
    whole: () => Math.floor(4 * draw()),
  }[element === 'bool' ? 'bool' : element.includes('f') ? 'float' : 'whole'];
  return Float64Array.from({ length: elementCount(shape) }, one);
}

/** The same numbers every time (Park and Miller's generator). */
function drawing(): () => number {
  let state = 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** What the interpreter makes of a model and its inputs. */
export function interpreted({ module, program, values }: ElaboratedModel, inputs: Numbers): Numbers {
  const all = module.variables.map(({ path }) => Float64Array.from(values.get(path) ?? []));
  const given = Object.fromEntries([...inputs].map(([name, numbers]) => [name, Float64Array.from(numbers)]));
  const { outputs } = interpret(program.graph, operationTable, given, all);
  return new Map(Object.entries(outputs).map(([name, { data }]) => [name, data]));
}

/** A model with its file in one piece. */
export type Model = Exported & { readonly bytes: Uint8Array };

/** The model of a subject. Throws with the reasons where it is refused. */
export function exported({ model }: Subject): Model {
  const found = unwrapped(exportOnnx(model));
  return { ...found, bytes: new Uint8Array(Buffer.concat(found.pieces)) };
}

/** What the model computes when it is imported again, and interpreted. */
export function throughImporter({ inputs }: Pick<Subject, 'inputs'>, { bytes }: Pick<Model, 'bytes'>): Numbers {
  const options = { table: operationTable, file: 'net.onnx', operators: microsoftOperators };
  const imported = unwrapped(importOnnx(bytes, options));
  const model = unwrapped(elaboratedModel({ name: 'net.dnn', text: imported.text }, { weights: imported.weights }));
  const given = new Map(imported.inputs.map(({ name, original }) => [name, inputs.get(original) ?? []]));
  const outputs = interpreted(model, given);
  return new Map(imported.outputs.map(({ name, original }) => [original, outputs.get(name) ?? []]));
}

const runtimes = createRequire(new URL('../bench/package.json', import.meta.url));

/** Whether the benchmark's peers are installed, of which onnxruntime-web is one. */
export const hasRuntime = ((): boolean => {
  try {
    return runtimes.resolve('onnxruntime-web/wasm') !== '';
  } catch {
    return false;
  }
})();

const arrays = {
  f32: ['float32', Float32Array],
  i32: ['int32', Int32Array],
  i8: ['int8', Int8Array],
  u8: ['uint8', Uint8Array],
  bool: ['bool', Uint8Array],
} as const;

/** The part of onnxruntime-web that is called here. */
interface Runtime {
  readonly env: { readonly wasm: { numThreads: number }; logLevel: string };
  readonly Tensor: new (type: string, data: ArrayLike<number>, shape: readonly number[]) => object;
  readonly InferenceSession: {
    create(model: Uint8Array): Promise<{
      run(feeds: object): Promise<{ readonly [name: string]: { readonly data: ArrayLike<number> } }>;
      release(): Promise<void>;
    }>;
  };
}

async function loadedRuntime(): Promise<Runtime> {
  const loaded = await import(pathToFileURL(runtimes.resolve('onnxruntime-web/wasm')).href);
  const runtime = 'default' in loaded ? (loaded.default as Runtime) : (loaded as Runtime);
  runtime.env.wasm.numThreads = 1;
  return runtime;
}

/** What onnxruntime-web finds against a model by ONNX's schemas; undefined also for what is sound and yet not run there, such as `bf16`. */
export async function whyInvalid({ pieces }: Pick<Exported, 'pieces'>): Promise<string | undefined> {
  const { env, InferenceSession } = await loadedRuntime();
  env.logLevel = 'fatal';
  try {
    const session = await InferenceSession.create(new Uint8Array(Buffer.concat(pieces)));
    await session.release();
    return undefined;
  } catch (error) {
    const message = String(error);
    return /Type Error|ShapeInferenceError|invalid model/.test(message) ? message : undefined;
  }
}

/** What onnxruntime-web computes of the model. */
export async function throughRuntime(
  { inputs }: Pick<Subject, 'inputs'>,
  { bytes, inputs: declared }: Pick<Model, 'bytes' | 'inputs'>,
): Promise<Numbers> {
  const { env, InferenceSession, Tensor } = await loadedRuntime();
  env.logLevel = 'error';
  const session = await InferenceSession.create(bytes);
  const feeds = declared.map(({ name, type: { element, shape } }) => {
    const [type, array] = arrays[element as keyof typeof arrays];
    return [name, new Tensor(type, array.from(inputs.get(name) ?? []), shape)] as const;
  });
  const outputs = await session.run(Object.fromEntries(feeds));
  return new Map(Object.entries(outputs).map(([name, { data }]) => [name, data]));
}

/** The largest difference of two sets of outputs, in parts of the largest number of the output; infinite where there is none to compare. */
export function difference(expected: Numbers, found: Numbers): number {
  let worst = 0;
  for (const [name, numbers] of expected) {
    const others = found.get(name) ?? [];
    if (others.length !== numbers.length) return Number.POSITIVE_INFINITY;
    const largest = Array.from(numbers).reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    for (let i = 0; i < numbers.length; i++) {
      if (Object.is(numbers[i], others[i])) continue;
      const apart = Math.abs(numbers[i] - others[i]) / largest;
      if (!(apart <= worst)) worst = Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart;
    }
  }
  return worst;
}

function unwrapped<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new Error(outcome.diagnostics.map(({ message }) => message).join('\n'));
}
