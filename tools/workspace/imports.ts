/**
 * Finds the modules that a source text imports. TypeScript 7 has no programming interface for this, and it is enough to look at statements
 * at the start of lines.
 */

const statement = /^(?:import|export)\b(?:[^'";]*?\bfrom)?\s*['"]([^'"]+)['"]/gm;
const call = /\bimport\(\s*['"]([^'"]+)['"]/g;

/** The modules in order, each once. Comments are skipped, but text inside template literals is not. */
export function importsOf(text: string): readonly string[] {
  const code = text.replace(/^\s*(?:\/\/.*|\/\*[\s\S]*?\*\/)/gm, '');
  return [...new Set([...code.matchAll(statement), ...code.matchAll(call)].map(match => match[1]))];
}

/** `@tessera-dnn/graph/testing` → `@tessera-dnn/graph`; `binaryen/x` → `binaryen`; `node:fs` and `./a.ts` as they are. */
export function packageOf(specifier: string): string {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
