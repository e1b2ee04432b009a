/** Declarations for every TypeScript from 5.4 on, of those that ours writes. */

const array = String.raw`\b((?:Uint|Int|Float|BigInt|BigUint)\d+(?:Clamped)?Array)`;

/**
 * Arrays became generic in TypeScript 5.7. What `slice` returns is an array with a buffer of its own in each version. Other files are named by
 * what they are when they run.
 */
export function publishedDeclaration(text: string): string {
  return text
    .replace(new RegExp(`${array}<ArrayBuffer>`, 'g'), "ReturnType<$1['slice']>")
    .replace(new RegExp(`${array}<ArrayBufferLike>`, 'g'), '$1')
    .replace(/((?:from|import\()\s*['"]\.{1,2}\/[^'"]*)\.ts(?=['"])/g, '$1.js');
}
