/**
 * Cases that `generate.py` draws: a program, the variables before, and calls with what PyTorch answers. One case is one line of JSON.
 */
import type { ElementType } from '@tessera-dnn/graph';

/** A tensor in JSON, which has no infinities and no NaN: these are texts. */
export interface CaseTensor {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: readonly (number | string | boolean)[];
  /** How far an element may be from the answer. PyTorch's own error, found by computing in 64 bits, is in it. */
  readonly tolerance?: number;
}

export type CaseTensors = { readonly [name: string]: CaseTensor };

export interface CaseCall {
  readonly program: string;
  readonly inputs: CaseTensors;
  readonly outputs: CaseTensors;
  /** Variables after the call, by path. */
  readonly variables: CaseTensors;
}

export interface Case {
  /** The block, loss, optimiser or schedule that the case is about. */
  readonly about: string;
  /** The number of the case, which makes it again: `generate.py --seed … --only ABOUT`. */
  readonly number: number;
  readonly text: string;
  readonly variables: CaseTensors;
  readonly calls: readonly CaseCall[];
}

/** The elements as numbers. */
export function numbersOf({ data }: CaseTensor): readonly number[] {
  return data.map(Number);
}
