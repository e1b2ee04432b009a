/** The variables of the printed program, and the weights that they have. */
import { assertThat } from '@tessera-dnn/diagnostics';
import type { StoredTensor } from '@tessera-dnn/formats';
import { elementCount, isFloat, showType } from '@tessera-dnn/graph';
import { numbersOf } from '../draft/numbers.ts';
import type { BlockSource, ConstantSource, Value, WeightSource } from '../draft/value.ts';
import { labelOf, layerLabel } from './labels.ts';
import { identifierOf, isAnonymous, Names } from './names.ts';

/** Where the variables of a block are: what its calls are labelled, and which weights each has in the place of those of the first. */
export interface Turns {
  readonly of: (stored: StoredTensor) => readonly { readonly label: string; readonly tensor: StoredTensor }[];
  /** A label of the model as it is within the block; undefined where nothing tells one. */
  readonly inner: (label: string | undefined) => string | undefined;
}

const alone: Turns = { of: tensor => [{ label: '', tensor }], inner: label => label };

/** Names the variables of one program. */
export class Variables {
  readonly weights: Map<string, StoredTensor>;
  /** `param name: type = zeros`, for variables of no layer. */
  readonly declarations: string[] = [];
  readonly #names: Names;
  readonly #labels = new Names([]);
  readonly #declared = new Map<StoredTensor, string>();

  readonly #turns: Turns;

  /** With `turns`, the variables are those of a block that is called several times. */
  constructor(names: Names, weights = new Map<string, StoredTensor>(), turns: Turns = alone) {
    this.#names = names;
    this.weights = weights;
    this.#turns = turns;
  }

  /** Keeps the weights of a variable that is called `name` here, and those of the same one at other calls. */
  #keep(name: string, stored: StoredTensor): void {
    for (const { label, tensor } of this.#turns.of(stored))
      this.weights.set(label === '' ? name : `${label}.${name}`, tensor);
  }

  /** The name of the variable that has these weights. */
  weight({ stored, name }: WeightSource, type: Value['type']): string {
    const known = this.#declared.get(stored);
    if (known !== undefined) return known;
    const told = isAnonymous(name) ? undefined : this.#turns.inner(labelOf(name));
    const own = this.#names.take(identifierOf(told ?? '') ?? 'weight_1');
    this.#declared.set(stored, own);
    this.#keep(own, stored);
    // What is no float is not trained, and neither are tables.
    this.declarations.push(
      `${isFloat(type.element) ? 'param' : 'state'} ${own}: ${showType(type)} = ${type.element === 'bool' ? 'constant(false)' : 'zeros'}`,
    );
    return own;
  }

  /** The name of a variable with the numbers of a constant that is too long to stand in the text. */
  table(value: Value & { readonly source: ConstantSource }, hint: string): string {
    const { element } = value.type;
    assertThat(element !== 'f16' && element !== 'bf16', 'onnx', 'a constant is a float of 16 bits');
    const data = numbersOf(value)!;
    const stored = { element, shape: value.type.shape, data: arrayOf(element, data) } as StoredTensor;
    assertThat(data.length === elementCount(value.type.shape), 'onnx', 'a constant does not fill its shape');
    return this.weight({ kind: 'weight', name: hint, stored }, value.type);
  }

  /** The label of a layer, whose weights are kept under it. */
  label(layer: Value & { readonly source: BlockSource }): string {
    const { variables, block } = layer.source;
    const [first] = Object.values(variables);
    const label = this.#labels.take(this.#turns.inner(layerLabel(first, layer)) ?? `${block}_1`);
    for (const [name, { stored }] of Object.entries(variables)) this.#keep(`${label}.${name}`, stored);
    return label;
  }
}

function arrayOf(element: 'f32' | 'i32' | 'i8' | 'u8' | 'bool', data: Float64Array): StoredTensor['data'] {
  switch (element) {
    case 'f32':
      return Float32Array.from(data);
    case 'i32':
      return Int32Array.from(data);
    case 'i8':
      return Int8Array.from(data);
    default:
      return Uint8Array.from(data);
  }
}
