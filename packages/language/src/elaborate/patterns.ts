/** Patterns of paths, in which `*` stands for any text, dots included, and what to suggest for a path that does not exist. */
import { didYouMean } from './suggest.ts';

/** Whether the path matches the pattern. */
export function matches(pattern: string, path: string): boolean {
  const [first, ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return path === pattern;
  if (!path.startsWith(first) || !path.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = path.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at + last.length <= path.length;
}

/** `layer1.*`, `layer1.0.*`, … for `layer1.0.weight`. */
export function groupsOf(paths: readonly string[]): readonly string[] {
  const groups = paths.flatMap(path => {
    const labels = path.split('.');
    return labels.slice(1).map((_, count) => `${labels.slice(0, count + 1).join('.')}.*`);
  });
  return [...new Set(groups)];
}

/** The first few of a list of paths, and how many more there are. */
export function someOf(paths: readonly string[]): string {
  const shown = paths.slice(0, 4).join(', ');
  return paths.length <= 4 ? shown : `${shown} and ${paths.length - 4} more`;
}

/** A suggestion for a path: one that has more labels before it, all below it, or one that is written nearly so. Undefined if there is none. */
export function nearestPath(path: string, paths: readonly string[]): string | undefined {
  const longer = paths.find(one => one.endsWith(`.${path}`));
  if (longer !== undefined) return `did you mean ${longer}?`;
  if (paths.some(one => one.startsWith(`${path}.`))) return `did you mean ${path}.*?`;
  return didYouMean(path, [...paths, ...groupsOf(paths)]);
}
