/** A network as the benchmark knows it: as a `.dnn` program, and the same as an ONNX graph with the same weights. */
import { readFileSync } from 'node:fs';
import type { OnnxGraph, Tensor } from '../onnx/graph.ts';

export interface Network {
  readonly name: string;
  /** The program; it has one model with one output. */
  readonly source: { readonly name: string; readonly text: string };
  /** Adds inputs, of the program's names, and nodes; returns the output. */
  readonly onnx: (g: OnnxGraph) => Tensor;
  /** Integer inputs are drawn below this. */
  readonly integersBelow?: number;
  /** What is wanted: `faster` than the peer, and for convolutions this part of the machine's multiply-add peak. */
  readonly bar?: { readonly faster: true; readonly partOfPeak?: number };
}

/** A program of `examples/`. */
export function example(file: string): Network['source'] {
  return { name: file, text: readFileSync(new URL(`../../../examples/${file}`, import.meta.url), 'utf8') };
}
