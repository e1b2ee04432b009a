/** What is told of a quantised program: what each layer and each stored value lost, and how the answers agree. */
import type { Levels } from './levels.ts';

/** Weights that have 8 bits now. */
export interface QuantizedWeights {
  readonly kind: 'weights';
  readonly path: string;
  readonly shape: readonly number[];
  /** How much larger they are than what they lost, in decibels. */
  readonly decibels: number;
}

/** A value that is stored in 8 bits now. */
export interface QuantizedValue {
  readonly kind: 'value';
  /** The layer that makes it, and what is done with that last: `conv1 relu`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly levels: Levels;
  readonly scale: number;
  /** The least and the greatest number that it was seen to hold. */
  readonly range: readonly [least: number, greatest: number];
  /** Signal to noise of storing it in 8 bits, in decibels. */
  readonly decibels: number;
  /** The same with all that was lost before it. */
  readonly totalDecibels: number;
}

/** An input or output that is levels: the number for a level is `(level - levels.zero) * scale`. */
export interface LevelEnd {
  readonly kind: 'input' | 'output';
  readonly name: string;
  readonly levels: Levels;
  readonly scale: number;
}

/** How an output agrees with what it was in floats, over all samples. */
export interface Agreement {
  readonly output: string;
  readonly decibels: number;
  readonly largestDifference: number;
  /** The output's greatest distance from 0 in floats. */
  readonly largest: number;
  /** Where it looks like scores of classes: for how many rows the greatest is the same. */
  readonly best?: { readonly same: number; readonly rows: number };
}

export interface QuantizationReport {
  readonly program: string;
  readonly samples: number;
  readonly batchSize: number;
  /** Samples that filled no batch. */
  readonly left: number;
  /** In the order in which the program computes. */
  readonly rows: readonly (QuantizedWeights | QuantizedValue)[];
  /** Layers that stay in floats: because they were named or share a line with one that was, because they lost too much, because they cannot have 8 bits. */
  readonly kept: readonly string[];
  readonly lossy: readonly string[];
  readonly unable: readonly string[];
  /** Inputs and outputs that are levels, and those that were to be, but stay in floats because the text cannot say so. */
  readonly ends: readonly LevelEnd[];
  readonly endsInFloats: readonly string[];
  readonly agreement: readonly Agreement[];
  /** Operations that are fused with nothing before them, and those among them that read floats. */
  readonly operations: number;
  readonly inFloats: readonly string[];
  /** Programs that train, which the new text does not have. */
  readonly leftOut: readonly string[];
  /** What the variables take, before and after. */
  readonly bytes: { readonly before: number; readonly after: number };
}
