/**
 * The call whose parentheses an offset is in, found in the text itself: while somebody types an argument, the syntax around is not whole. Text is
 * read from the beginning of the item on, and strings and comments are passed over.
 */

export interface CallAround {
  readonly callee: string;
  /** Where its name begins. */
  readonly start: number;
  /** How many arguments stand before the offset; a piped value is the first one. */
  readonly index: number;
  /** The name of the argument at the offset, if it has one. */
  readonly argument?: string;
  /** The names of all arguments before the offset. */
  readonly named: readonly string[];
}

interface Open {
  readonly bracket: string;
  readonly callee?: string;
  readonly start: number;
  commas: number;
  /** Where the argument begins that is being read. */
  from: number;
  readonly named: string[];
}

const tokens =
  /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:\\.|[^"\\\n])*(?:"|(?=\n)|$)|[A-Za-z_]\w*|\|>|[()[\]{},:]|[^\s\w]|\d\w*/g;

/** The innermost call around the offset; undefined if there is none. In a string of an argument one is in the call too. */
export function callAround(text: string, offset: number): CallAround | undefined {
  const before = text.slice(0, offset);
  const from = Math.max(
    0,
    before.search(
      /(?:^|\n)(?=(?:const|block|model|train|optimizer)\b)(?![\s\S]*\n(?:const|block|model|train|optimizer)\b)/,
    ),
  );
  const open: Open[] = [];
  let [last, beforeLast]: [RegExpExecArray | undefined, string] = [undefined, ''];
  for (const match of before.slice(from).matchAll(tokens)) {
    const [token] = match;
    if (token.startsWith('//') || token.startsWith('/*')) continue;
    take(open, token, { last, beforeLast, from, at: from + match.index });
    beforeLast = last?.[0] ?? '';
    last = match as RegExpExecArray;
  }
  const call = open.findLast(({ bracket, callee }) => bracket === '(' && callee !== undefined);
  if (call?.callee === undefined || open.slice(open.indexOf(call) + 1).some(({ bracket }) => bracket === '{'))
    return undefined;
  const argument = /^\s*([A-Za-z_]\w*)\s*:/.exec(text.slice(call.from, offset))?.[1];
  return {
    callee: call.callee,
    start: call.start,
    index: call.commas,
    named: call.named,
    ...(argument && { argument }),
  };
}

interface Before {
  readonly last: RegExpExecArray | undefined;
  readonly beforeLast: string;
  readonly from: number;
  readonly at: number;
}

function take(open: Open[], token: string, { last, beforeLast, from, at }: Before): void {
  const inner = open.at(-1);
  if (token === '(' || token === '[' || token === '{') {
    const isCall = token === '(' && /^[A-Za-z_]/.test(last?.[0] ?? '') && !declaring.has(beforeLast);
    open.push({
      bracket: token,
      start: from + (last?.index ?? 0),
      commas: isCall && beforeLast === '|>' ? 1 : 0,
      from: at + 1,
      named: [],
      ...(isCall && { callee: last?.[0] }),
    });
  } else if (token === ')' || token === ']' || token === '}') open.pop();
  else if (token === ',' && inner !== undefined) {
    inner.commas++;
    inner.from = at + 1;
  } else if (token === ':' && inner?.bracket === '(' && last !== undefined) inner.named.push(last[0]);
}

/** The words behind which parentheses hold parameters. */
const declaring = new Set(['block', 'model', 'train', 'optimizer']);
