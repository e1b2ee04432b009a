/** What an import of a program asks for: `./net.dnn`, or `./net.dnn?weights=./trained.safetensors`. */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** A program, and where its weights are. */
export interface Request {
  /** The absolute path. */
  readonly file: string;
  /** That of a file of weights, safetensors or PyTorch's: the one that is asked for, or one beside the program that has its name. Absent: the params are drawn. */
  readonly weights?: string;
}

/** `undefined` if the module is no program. What bundlers add to a query is left to them. */
export function requestOf(id: string): Request | undefined {
  const [file, query = ''] = id.split('?', 2);
  if (!file.endsWith('.dnn')) return undefined;
  const asked = new URLSearchParams(query).get('weights');
  if (asked !== null) return { file, weights: resolve(dirname(file), asked) };
  const beside = file.replace(/dnn$/, 'safetensors');
  return existsSync(beside) ? { file, weights: beside } : { file };
}
