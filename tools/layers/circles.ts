/**
 * Finds circles of imports among files, including imports of types: whoever reads one file of a circle has to read all of them.
 *
 * The files of a circle are a strongly connected component of the graph of imports (Tarjan 1972). A circle that would cost more to avoid
 * than to keep is listed with its reason, and must be exactly as it is listed: it may neither grow nor stay listed when it is gone.
 */
import { join, normalize } from 'node:path';
import type { SourceFile } from '../workspace/packages.ts';

/** A circle that is allowed. */
export interface AllowedCircle {
  /** The paths of all of its files in the repository. */
  readonly files: readonly string[];
  /** Why it is allowed, as a sentence. */
  readonly reason: string;
}

/** For each file, the files of this repository that it imports. */
type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** Sentences about circles that are not allowed, and about allowed ones that do not exist. Paths of `files` are those in the repository. */
export function circleComplaints(files: readonly SourceFile[], allowed: readonly AllowedCircle[]): readonly string[] {
  const graph = importGraph(files);
  const circles = circlesOf(graph);
  const isListed = (circle: readonly string[]) => allowed.some(one => sameFiles(one.files, circle));
  const isThere = (one: AllowedCircle) => circles.some(circle => sameFiles(one.files, circle));
  return [
    ...circles.filter(circle => !isListed(circle)).map(circle => sentence(graph, circle)),
    ...allowed
      .filter(one => !isThere(one))
      .map(one => `${one.files.join(' and ')} are listed as a circle of imports, and are none: take it off the list`),
  ];
}

function importGraph(files: readonly SourceFile[]): ImportGraph {
  const known = new Set(files.map(file => file.path));
  const target = (file: SourceFile, specifier: string) => normalize(join(file.path, '..', specifier));
  return new Map(
    files.map(file => {
      const relative = file.imports.filter(specifier => specifier.startsWith('.'));
      return [file.path, relative.map(specifier => target(file, specifier)).filter(path => known.has(path))];
    }),
  );
}

/** The strongly connected components of more than one file, each in alphabetical order, and files that import themselves. */
function circlesOf(graph: ImportGraph): readonly (readonly string[])[] {
  const order = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const circles: string[][] = [];
  const visit = (file: string): number => {
    const index = order.size;
    let low = index;
    order.set(file, index);
    open.push(file);
    isOpen.add(file);
    for (const next of graph.get(file) ?? []) {
      if (!order.has(next)) low = Math.min(low, visit(next));
      else if (isOpen.has(next)) low = Math.min(low, order.get(next) ?? low);
    }
    if (low === index) {
      const part = open.splice(open.indexOf(file));
      for (const one of part) isOpen.delete(one);
      if (part.length > 1 || graph.get(file)?.includes(file)) circles.push(part.sort());
    }
    return low;
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return circles;
}

function sameFiles(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every(file => b.includes(file));
}

/** A sentence with the shortest circle through the first file, and how many files are connected in all. */
function sentence(graph: ImportGraph, circle: readonly string[]): string {
  const way = wayRound(graph, circle);
  const more = circle.length > way.length ? `; ${circle.length} files hang together` : '';
  return `a circle of imports: ${[...way, way[0]].join(' imports ')}${more}`;
}

/** The shortest circle through the first file, found by breadth-first search. */
function wayRound(graph: ImportGraph, [first, ...others]: readonly string[]): readonly string[] {
  const inside = new Set([first, ...others]);
  const ways: (readonly string[])[] = [[first]];
  const seen = new Set<string>();
  for (const way of ways) {
    for (const next of graph.get(way[way.length - 1]) ?? []) {
      if (next === first) return way;
      if (seen.has(next) || !inside.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return [first, ...others];
}
