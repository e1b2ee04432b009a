/** A network in the benchmark: a `.dnn` program, and an ONNX graph of the same network with the same weights. */
import { readFileSync } from 'node:fs';
import type { OnnxGraph, Tensor } from '../onnx/graph.ts';

export interface Network {
  readonly name: string;
  /** The program; it has one model with one output. */
  readonly source: { readonly name: string; readonly text: string };
  /** Adds inputs with the names that the program gives them, and nodes; returns the output. */
  readonly onnx: (g: OnnxGraph) => Tensor;
  /** Integer inputs are drawn from 0 up to, but without, this number. */
  readonly integersBelow?: number;
  /** What the network should reach: be faster than the peer and, for convolutions, reach this part of the machine's multiply-add peak. */
  readonly bar?: { readonly faster: true; readonly partOfPeak?: number };
}

/** A program of `examples/`. */
export function example(file: string): Network['source'] {
  return { name: file, text: readFileSync(new URL(`../../../examples/${file}`, import.meta.url), 'utf8') };
}
