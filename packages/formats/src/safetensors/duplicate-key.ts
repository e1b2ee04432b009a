/** JSON.parse keeps the last of two equal keys and says nothing: here the text itself is asked. */

/** A key that some object of `json` has twice, or `undefined`. `json` must be a valid JSON text. */
export function duplicateKey(json: string): string | undefined {
  const tokens = json.match(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g) ?? [];
  const open: (Set<string> | undefined)[] = [];
  for (const [i, token] of tokens.entries()) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (tokens[i + 1] === ':') {
      const key: string = JSON.parse(token);
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}
