/** Whether the text of a program, or anything that it calls or passes on, calls `gradient`. */
import type { Entry } from '../ast.ts';
import type { Home, NamedItem, VisibleItem } from './files.ts';
import { findItem } from './files.ts';

/** Whether the entry point computes with gradients. Items are visited once each, and syntax trees without recursion. */
export function usesGradients(entry: Entry, home: Home): boolean {
  const seen = new Set<NamedItem>([entry]);
  const items: VisibleItem[] = [{ item: entry, home }];
  for (let next = items.pop(); next !== undefined; next = items.pop()) {
    const { called, read } = namesIn(next.item);
    if (called.has('gradient') && findItem(next.home, 'gradient') === undefined) return true;
    for (const name of [...called, ...read]) {
      const found = findItem(next.home, name);
      // No block of the prelude calls `gradient`, and what it would need is not parsed for that question.
      if (found === undefined || found.home.prelude === undefined || seen.has(found.item)) continue;
      seen.add(found.item);
      items.push(found);
    }
  }
  return false;
}

/** What is called or read anywhere in an item, the names of locals among it: an optimiser reads its `gradient`. */
function namesIn(item: NamedItem): { readonly called: ReadonlySet<string>; readonly read: ReadonlySet<string> } {
  const called = new Set<string>();
  const read = new Set<string>();
  const open: unknown[] = [item];
  while (open.length > 0) {
    const node = open.pop();
    if (typeof node !== 'object' || node === null) continue;
    if ('kind' in node && node.kind === 'reference' && 'name' in node) read.add(String(node.name));
    if ('callee' in node && isName(node.callee)) called.add(node.callee.text);
    for (const [key, child] of Object.entries(node)) if (key !== 'span' && key !== 'source') open.push(child);
  }
  return { called, read };
}

function isName(value: unknown): value is { readonly text: string } {
  return typeof value === 'object' && value !== null && 'text' in value && typeof value.text === 'string';
}
