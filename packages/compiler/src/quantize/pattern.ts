/** Patterns of paths: `*` stands for any text, dots included. */
export function matchesPattern(pattern: string, path: string): boolean {
  const parts = pattern.split('*').map(part => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(path);
}
