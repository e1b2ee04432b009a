/** Finds keys that stand twice in an object of a JSON text. `JSON.parse` would silently keep the last of them. */

/** A key that some object of `json` has twice, or `undefined`. `json` must be valid JSON; there is no recursion, so it may be deep. */
export function duplicateKey(json: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < json.length; at++) {
    switch (json[at]) {
      case '{':
        open.push(new Set());
        break;
      case '[':
        open.push(undefined);
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case '"': {
        const end = endOfString(json, at);
        const keys = open.at(-1);
        if (keys && isKey(json, end)) {
          const key: string = JSON.parse(json.slice(at, end));
          if (keys.has(key)) return key;
          keys.add(key);
        }
        at = end - 1;
      }
    }
  }
  return undefined;
}

/** The offset after the closing quote of the string that begins at `start`. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); ; end = json.indexOf('"', end + 1)) {
    let before = end;
    while (json[before - 1] === '\\') before--;
    if ((end - before) % 2 === 0) return end + 1;
  }
}

/** A string is a key if a colon follows it. `at` is the offset after the string. */
function isKey(json: string, at: number): boolean {
  let next = at;
  while (/[ \t\r\n]/.test(json[next] ?? '')) next++;
  return json[next] === ':';
}
