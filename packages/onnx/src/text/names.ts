/** Names of the text, made of those of the model, whose names may be anything. */
import { builtinNames, preludeNames, refusedProgramNames, reservedWords } from '@tessera-dnn/language';

/** Gives names that are free, and keeps them. */
export class Names {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  /** `wanted`, or with a number behind it where that is taken. */
  take(wanted: string): string {
    let name = wanted;
    for (let count = 2; this.#taken.has(name); count++) name = `${wanted}_${count}`;
    this.#taken.add(name);
    return name;
  }

  has(name: string): boolean {
    return this.#taken.has(name);
  }
}

/** An identifier that is as near to `text` as may be; undefined if nothing is left of it, or a number only. */
export function identifierOf(text: string): string | undefined {
  const plain = text
    .replaceAll(/[^A-Za-z0-9_]+/g, '_')
    .replaceAll(/_+/g, '_')
    .replace(/^_+/, '')
    .replace(/_$/, '');
  if (plain === '' || /^\d+$/.test(plain)) return undefined;
  return /^\d/.test(plain) ? `_${plain}` : plain;
}

/** An identifier like the name of an input or output, if that is a name and not a text. */
export function shortName(name: string): string | undefined {
  const identifier = identifierOf(name);
  return identifier !== undefined && identifier.length <= 60 ? identifier : undefined;
}

/** Names that the text would hide, or that may not be names: those of the language, of its operations and of its prelude. */
export function languageNames(operations: readonly string[]): readonly string[] {
  return [...reservedWords, ...operations, ...preludeNames(), ...builtinNames, 'training'];
}

/** Names that a program may not have. */
export const programNames: readonly string[] = refusedProgramNames;

/**
 * The scope that the name of a node or value tells, as PyTorch writes them: `/layer1/layer1.0/conv1/Conv_output_0` is `layer1.0.conv1`. Undefined for names
 * without scopes, such as `onnx::Conv_196`.
 */
export function scopeOf(name: string): string | undefined {
  if (!name.startsWith('/')) return undefined;
  const parts = name.split('/').slice(1, -1);
  const kept = parts.filter((part, at) => !(parts[at + 1] ?? '').startsWith(`${part}.`));
  return kept.length === 0 ? undefined : kept.join('.');
}

/** A name that says nothing: a number, or what PyTorch calls values that have no name. */
export function isAnonymous(name: string): boolean {
  return name === '' || /^\d+$/.test(name) || /^onnx::/.test(name) || /^(input|x)\.\d+$/.test(name);
}
