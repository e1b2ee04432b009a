/**
 * A graph in 8 bits, in the form that onnxruntime's static quantisation writes: every activation is quantised to `u8` by one scale and zero point and
 * dequantised again, and the runtime fuses an operator with those around it to one that works on bytes. Weights are `i8` with a scale for each
 * output channel and no zero point, biases `i32` at the scale of the products.
 *
 * Batch norms must have been folded (`fold.ts`).
 */
import { encodeAttribute, type GraphContent, type Initializer, initializer, type OnnxNode } from './graph.ts';

/** The least and the greatest element of an activation, by its name. */
export type Ranges = ReadonlyMap<string, readonly [low: number, high: number]>;

const weighted = new Set(['Conv', 'Gemm']);
/** Bounds become the ends of a range, so an operator before them writes what comes after them. */
const bounds = new Set(['Relu', 'Clip']);
/** Results of these have the scale of what they read, and bytes pass through as they are. */
const carriers = new Set(['MaxPool', 'Flatten']);
const quantizes = new Set([...weighted, ...bounds, ...carriers, 'Add', 'GlobalAveragePool']);

/** The activations that {@link quantized} stores in 8 bits: all that such operators read, except what only a bound reads. */
export function quantizedActivations({ nodes, initializers }: GraphContent): readonly string[] {
  const names = nodes.flatMap(node =>
    quantizes.has(node.opType) && !bounds.has(node.opType) ? node.inputs.filter(name => !initializers.has(name)) : [],
  );
  return [...new Set(names)];
}

/** The graph in 8 bits; `ranges` has those of all {@link quantizedActivations}. What the graph returns is not stored in 8 bits. */
export function quantized(graph: GraphContent, ranges: Ranges): GraphContent {
  const writer = new Writer(graph, ranges);
  for (const { name } of graph.inputs) writer.quantize(name);
  for (const node of graph.nodes) {
    writer.add(node);
    for (const output of node.outputs) writer.quantize(output);
  }
  return { nodes: writer.nodes, initializers: writer.initializers, inputs: graph.inputs };
}

interface Levels {
  readonly scale: number;
  readonly zero: number;
}

class Writer {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: Map<string, Initializer>;
  readonly #levels = new Map<string, Levels>();
  /** Where an activation is read from: from behind its levels, if it has any. */
  readonly #readable = new Map<string, string>();

  constructor({ nodes, initializers }: GraphContent, ranges: Ranges) {
    this.initializers = new Map(initializers);
    for (const [name, range] of ranges) this.#levels.set(name, levelsOf(range));
    for (const { opType, inputs, outputs } of nodes) {
      const levels = carriers.has(opType) ? this.#levels.get(inputs[0]) : undefined;
      if (levels && this.#levels.has(outputs[0])) this.#levels.set(outputs[0], levels);
    }
  }

  /** Passes an activation through 8 bits if it has levels. */
  quantize(name: string): void {
    const levels = this.#levels.get(name);
    if (levels === undefined) return;
    const numbers = [
      this.#constant(`${name} scale`, [], Float32Array.of(levels.scale)),
      this.#constant(`${name} zero`, [], Uint8Array.of(levels.zero)),
    ];
    this.#node('QuantizeLinear', [name, ...numbers], `${name} stored`);
    this.#node('DequantizeLinear', [`${name} stored`, ...numbers], `${name} read`);
    this.#readable.set(name, `${name} read`);
  }

  add(node: OnnxNode): void {
    const inputs = node.inputs.map(name => this.#readable.get(name) ?? name);
    if (!weighted.has(node.opType)) {
      this.nodes.push({ ...node, inputs });
      return;
    }
    const [x, weight, bias] = node.inputs;
    const scales = this.#weight(weight);
    const added = bias === undefined ? [] : [this.#bias(bias, scales, this.#levels.get(x)!.scale)];
    this.nodes.push({ ...node, inputs: [inputs[0], `${weight} read`, ...added] });
  }

  /** Adds a weight in 8 bits, and returns its scales by output channel, which is axis 0. */
  #weight(name: string): Float32Array {
    const { dims } = this.initializers.get(name)!;
    const values = this.#take(name);
    const length = values.length / dims[0];
    const channels = Array.from({ length: dims[0] }, (_, c) => values.subarray(c * length, (c + 1) * length));
    const scales = Float32Array.from(channels, channel => greatest(channel) / 127 || 1);
    const levels = Int8Array.from(values, (value, i) => Math.round(value / scales[Math.floor(i / length)]));
    this.#dequantize(name, levels, dims, scales);
    return scales;
  }

  #bias(name: string, scales: Float32Array, inputScale: number): string {
    const { dims } = this.initializers.get(name)!;
    const products = scales.map(scale => scale * inputScale);
    const levels = Int32Array.from(this.#take(name), (value, i) => Math.round(value / products[i]));
    this.#dequantize(name, levels, dims, products);
    return `${name} read`;
  }

  #dequantize(name: string, levels: Int8Array | Int32Array, dims: readonly number[], scales: Float32Array): void {
    const zeros = levels instanceof Int8Array ? new Int8Array(scales.length) : new Int32Array(scales.length);
    const inputs = [
      this.#constant(`${name} stored`, dims, levels),
      this.#constant(`${name} scale`, [scales.length], scales),
      this.#constant(`${name} zero`, [scales.length], zeros),
    ];
    this.#node('DequantizeLinear', inputs, `${name} read`, [encodeAttribute('axis', 0)]);
  }

  /** The numbers of an initialiser in floats, which the model does not need any more. */
  #take(name: string): Float32Array {
    const values = floatsOf(this.initializers.get(name)!);
    this.initializers.delete(name);
    return values;
  }

  #constant(name: string, dims: readonly number[], data: Parameters<typeof initializer>[2]): string {
    this.initializers.set(name, initializer(name, dims, data));
    return name;
  }

  #node(opType: string, inputs: readonly string[], output: string, attributes: readonly object[] = []): void {
    this.nodes.push({ opType, inputs, outputs: [output], attributes });
  }
}

/** Zero is one of the levels: padding is exact. */
function levelsOf([low, high]: readonly [number, number]): Levels {
  const [least, most] = [Math.min(low, 0), Math.max(high, 0)];
  const scale = Math.fround((most - least) / 255) || 1;
  return { scale, zero: Math.round(-least / scale) };
}

export function floatsOf({ rawData }: Initializer): Float32Array {
  return new Float32Array(rawData.slice().buffer);
}

function greatest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
