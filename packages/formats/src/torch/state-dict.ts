/** Which dict of tensors is meant, of those that a checkpoint holds. */
import { shownName } from '../shown.ts';
import { isA, type Value } from './values.ts';

/** Under which name scripts keep the weights of the network itself, among optimisers, averages and counts. */
const usual = new Set(['state_dict', 'model_state_dict', 'model', 'net', 'network', 'module', 'params', 'weights']);
/** `checkpoint['model']['encoder']` is as deep as anybody nests. */
const mostDepth = 3;

type Dict = ReadonlyMap<Value, Value>;

/** The dict that was chosen, under which keys it stands in the checkpoint ('' if it is all of it), and the other ones. */
export interface Chosen {
  readonly dict: Dict;
  readonly part: string;
  readonly others: readonly string[];
  /** Tensors at the top that look like weights and are not in the dict. */
  readonly left: readonly string[];
}

/** What is wrong, as the end of a sentence about the file, and what to do. */
export interface Undecided {
  readonly problem: string;
  readonly parts: readonly string[];
}

/**
 * Dicts with texts as keys and at least one tensor count. If none is `wanted`, the only one at a usual name is taken, else the outermost, else the only
 * one.
 */
export function chooseStateDict(root: Value, wanted?: string): Chosen | Undecided {
  const found = dictsOfTensors(root);
  const parts = [...found.keys()];
  const named = parts.filter(part => usual.has(part));
  const part =
    wanted ?? (named.length === 1 ? named[0] : found.has('') ? '' : parts.length === 1 ? parts[0] : undefined);
  const [dict, same] = (part === undefined ? undefined : found.get(part)) ?? [];
  if (part !== undefined && same) return { problem: `has several dicts of tensors ${placeOf(part)}`, parts: [] };
  if (part !== undefined && dict) {
    return { dict, part, others: parts.filter(other => other !== part), left: part === '' ? [] : weightsAt(root) };
  }
  if (wanted !== undefined) return { problem: `has no tensors under ${shownName(wanted)}`, parts };
  if (parts.length > 0) return { problem: 'holds tensors under several names', parts };
  return { problem: `holds no tensors by name, but ${described(root)}`, parts };
}

/** Where a part stands in a checkpoint. */
export function placeOf(part: string): string {
  return part === '' ? 'at its top' : `under ${shownName(part)}`;
}

/** By their paths. A key may have dots in it, so that several may have the same: `a.b` and `b` in `a`. */
function dictsOfTensors(root: Value): ReadonlyMap<string, readonly Dict[]> {
  const found = new Map<string, Dict[]>();
  // A dict may hold itself.
  const seen = new Set<Value>();
  const visit = (value: Value, path: readonly string[]): void => {
    if (!(value instanceof Map) || seen.has(value) || path.length > mostDepth) return;
    seen.add(value);
    const entries = [...value].filter((entry): entry is [string, Value] => typeof entry[0] === 'string');
    const name = path.join('.');
    if (entries.some(([, item]) => isTensor(item))) found.set(name, [...(found.get(name) ?? []), value]);
    for (const [key, item] of entries) visit(item, [...path, key]);
  };
  visit(root, []);
  return found;
}

/** A loss has no axes, and the states of random generators are integers. */
function weightsAt(root: Value): readonly string[] {
  const isWeight = (value: Value): boolean =>
    isA('tensor', value) && value.shape.length > 0 && value.dtype.includes('float');
  const entries = root instanceof Map ? [...root] : [];
  return entries.flatMap(([key, value]) => (typeof key === 'string' && isWeight(value) ? [key] : []));
}

function isTensor(value: Value): boolean {
  return isA('tensor', value) || isA('foreign', value);
}

function described(value: Value): string {
  if (isTensor(value)) return 'a single one without a name';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (!(value instanceof Map)) return 'something else';
  const keys = [...value.keys()].slice(0, 5).map(shownKey);
  return keys.length === 0 ? 'an empty dict' : `a dict with ${keys.join(', ')}${value.size > 5 ? ', …' : ''}`;
}

/** A tuple may hold others without end, so only its kind is told. */
function shownKey(key: Value): string {
  if (typeof key === 'string') return shownName(key);
  if (Array.isArray(key)) return 'a tuple';
  return typeof key === 'object' && key !== null ? 'an object' : String(key);
}
