/** Prints a syntax tree as indented text: each node's kind and simple fields on one line, its child nodes below. Spans are left out. */

/** A node of the language's syntax tree: anything with a `kind`. */
interface TreeNode {
  readonly [field: string]: unknown;
}

/** The tree below `node`, without a final line break. */
export function treeText(node: object): string {
  return `${rowsOf(node as TreeNode, '', '').join('\n')}\n`;
}

function rowsOf(node: TreeNode, field: string, indent: string): readonly string[] {
  const entries = Object.entries(node).filter(([name, value]) => isShown(name, value));
  const plain = entries.filter(([, value]) => isPlain(value));
  const facts = plain.map(([name, value]) => `${name}: ${plainText(value)}`).join(', ');
  const title = [field && `${field}:`, String(node['kind'] ?? ''), facts && `(${facts})`].filter(Boolean).join(' ');
  const inner = entries.filter(([, value]) => !isPlain(value));
  return [`${indent}${title}`, ...inner.flatMap(([name, value]) => fieldRows(name, value, `${indent}  `))];
}

function fieldRows(field: string, value: unknown, indent: string): readonly string[] {
  if (!Array.isArray(value)) return rowsOf(value as TreeNode, field, indent);
  return value.flatMap((item, at) =>
    isPlain(item)
      ? [`${indent}${field}[${at}]: ${plainText(item)}`]
      : rowsOf(item as TreeNode, `${field}[${at}]`, indent),
  );
}

function isShown(name: string, value: unknown): boolean {
  const empty = value === undefined || (Array.isArray(value) && value.length === 0);
  return name !== 'kind' && name !== 'source' && !/span$/i.test(name) && !empty;
}

/** Whether a field is printed on the node's own line. Names are nodes too, but have nothing to show except their text. */
function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null || isName(value);
}

function isName(value: object): value is { readonly text: string } {
  return 'text' in value && typeof value.text === 'string' && !('kind' in value);
}

function plainText(value: unknown): string {
  return typeof value === 'object' && value !== null && isName(value) ? value.text : JSON.stringify(value);
}
