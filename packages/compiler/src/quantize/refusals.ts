/** Why a program is not quantised. */
import type { Diagnostic, Outcome, Source } from '@tessera-dnn/diagnostics';
import { closest } from '@tessera-dnn/diagnostics';
import type { Graph } from '@tessera-dnn/graph';
import type { ast } from '@tessera-dnn/language';
import type { Code } from '../explain/catalogue.ts';
import { userSpan } from '../user-span.ts';
import type { Choice } from './choose.ts';
import { matchesPattern } from './pattern.ts';
import { marker } from './rewrite.ts';
import { fromLevels, toLevels } from './roles.ts';

/** The model that is meant: the wanted one, or else the only one of the file. */
export function chosenModel({ items, source, span }: ast.File, wanted: string | undefined): Outcome<ast.Entry> {
  const models = items.filter((item): item is ast.Entry => item.kind === 'model');
  const names = models.map(({ name }) => name.text);
  const found = wanted === undefined ? models : models.filter(({ name }) => name.text === wanted);
  if (found.length === 1) return { ok: true, value: found[0], diagnostics: [] };
  const several: Diagnostic<Code> =
    found.length > 1
      ? {
          code: 'several-models',
          severity: 'error',
          message: `${source.name} has several models: ${names.join(', ')}`,
          help: `choose one: --program ${names[0]}`,
        }
      : {
          code: 'nothing-to-quantize',
          severity: 'error',
          message: `${source.name} has no model${wanted === undefined ? '' : ` called ${wanted}`} to quantise`,
          help:
            names.length === 0
              ? 'a train program is not quantised, but the model that it trains'
              : `it has ${names.join(', ')}`,
        };
  return { ok: false, diagnostics: [models.length === 0 ? { ...several, span } : several] };
}

/** The error for a program that has levels. */
export function alreadyQuantized({ nodes }: Graph, { name }: Source): Diagnostic<Code> | undefined {
  const found = nodes.find(({ op }) => op === toLevels || op === fromLevels);
  if (found === undefined) return undefined;
  return {
    code: 'already-quantized',
    severity: 'error',
    message: `${name} is quantised already`,
    span: userSpan(found.origin),
    help: 'quantise the text in floats, with its own weights',
  };
}

/** The error for a file that gives the marker's name another meaning. */
export function nameTaken(files: readonly ast.File[]): Diagnostic<Code> | undefined {
  const names = files.flatMap(({ items }) => items.flatMap(item => ('name' in item ? [item.name] : [])));
  const taken = names.find(({ text }) => text === marker);
  if (taken === undefined) return undefined;
  return {
    code: 'name-needed',
    severity: 'error',
    message: `${marker} is a name of the file's own, and the block of the prelude is needed`,
    span: taken.span,
    help: 'rename it',
  };
}

/** The error for a pattern of `--keep` that names no layer. */
export function idlePattern(
  patterns: readonly string[],
  { layers, kept, unable }: Choice,
): Diagnostic<Code> | undefined {
  const paths = [...layers, ...kept, ...unable].map(({ path }) => path);
  const idle = patterns.find(pattern => !paths.some(path => matchesPattern(pattern, path)));
  if (idle === undefined) return undefined;
  const near = closest(idle, paths);
  return {
    code: 'no-such-layer',
    severity: 'error',
    message: `no layer is called ${idle}`,
    help:
      near === undefined
        ? `there are ${paths.slice(0, 8).join(', ')}${paths.length > 8 ? ', …' : ''}`
        : `did you mean ${near}?`,
  };
}

/** The error for a program none of whose layers can have 8 bits, or is to. */
export function nothingToQuantize({ layers, kept }: Choice, { name, span }: ast.Entry): Diagnostic<Code> | undefined {
  if (layers.length > 0) return undefined;
  return {
    code: 'nothing-to-quantize',
    severity: 'error',
    message:
      kept.length > 0
        ? `all layers of ${name.text} are left out`
        : `${name.text} has no layer that could have 8-bit weights`,
    span,
  };
}
