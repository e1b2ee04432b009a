/** The header of an npy file: a Python dict literal with `descr`, `fortran_order` and `shape`, and nothing else. */

/** The first bytes of every npy file: 0x93, then `NUMPY`. */
export const npyMagic: readonly number[] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** What the header says: the element type as NumPy writes it (`<f4`), the order of elements, and the shape. */
export interface NpyHeader {
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

type Literal = string | boolean | number | readonly Literal[];

/** The header, or what is wrong with it as a sentence. What `descr` means is for the reader of the file to find out. */
export function parseNpyHeader(text: string): NpyHeader | string {
  const fields = parseDict(text);
  if (!fields) return 'the header is not a Python dict';
  const { descr, fortran_order: fortranOrder, shape } = Object.fromEntries(fields);
  if (Array.isArray(descr)) return 'it holds records of several fields, not one tensor';
  if (typeof descr !== 'string') return 'the header has no descr';
  if (typeof fortranOrder !== 'boolean') return 'the header has no fortran_order that is True or False';
  if (!isSizes(shape)) return 'the header has no shape of integers ≥ 0';
  return { descr, fortranOrder, shape };
}

/** NumPy allows no more axes than this. */
const mostAxes = 64;

function isSizes(value: Literal | undefined): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.length <= mostAxes &&
    value.every(extent => Number.isSafeInteger(extent) && extent >= 0)
  );
}

const token = /\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|True|False|\d+L?|[{}()[\],:])/y;

function tokensOf(text: string): readonly string[] | undefined {
  const tokens: string[] = [];
  token.lastIndex = 0;
  let end = 0;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    tokens.push(match[1]);
    end = token.lastIndex;
  }
  return text.slice(end).trim() === '' ? tokens : undefined;
}

/** The fields of `{ 'key': literal, … }`, where a comma may follow the last; `undefined` for any other text. */
function parseDict(text: string): Map<string, Literal> | undefined {
  const tokens = tokensOf(text);
  if (tokens?.[0] !== '{') return undefined;
  const fields = new Map<string, Literal>();
  let at = 1;
  while (tokens[at] !== '}') {
    const key = parseLiteral(tokens, at, 0);
    if (typeof key?.value !== 'string' || fields.has(key.value) || tokens[key.next] !== ':') return undefined;
    const value = parseLiteral(tokens, key.next + 1, 0);
    if (!value) return undefined;
    fields.set(key.value, value.value);
    at = value.next;
    if (tokens[at] === ',') at++;
    else if (tokens[at] !== '}') return undefined;
  }
  return at === tokens.length - 1 ? fields : undefined;
}

interface Parsed {
  readonly value: Literal;
  readonly next: number;
}

/** Deeper nesting than any descr has is refused, so that no file can exhaust the stack. */
const depthLimit = 16;

function parseLiteral(tokens: readonly string[], at: number, depth: number): Parsed | undefined {
  const first = tokens[at];
  if (first === undefined || depth > depthLimit) return undefined;
  if (first === '(' || first === '[') return parseList(tokens, at, depth);
  if (first === 'True' || first === 'False') return { value: first === 'True', next: at + 1 };
  if (/^\d/.test(first)) return { value: Number.parseInt(first, 10), next: at + 1 };
  return /^['"]/.test(first) ? { value: first.slice(1, -1), next: at + 1 } : undefined;
}

function parseList(tokens: readonly string[], at: number, depth: number): Parsed | undefined {
  const close = tokens[at] === '(' ? ')' : ']';
  const items: Literal[] = [];
  let next = at + 1;
  while (tokens[next] !== close) {
    const item = parseLiteral(tokens, next, depth + 1);
    if (!item) return undefined;
    items.push(item.value);
    next = item.next;
    if (tokens[next] === ',') next++;
    else if (tokens[next] !== close) return undefined;
  }
  return { value: items, next: next + 1 };
}
