/** Custom sections: any of ours, and the name section that debuggers and profilers read. */
import { type PiecedSection, totalBytes, unsigned } from './join.ts';
import { sectionId } from './split.ts';

const encoder = new TextEncoder();

/** A custom section called `name`, whose content is `pieces` in their order. */
export function customSection(name: string, pieces: readonly Uint8Array[]): PiecedSection {
  return { id: sectionId.custom, pieces: [...text(name), ...pieces] };
}

/** Names for the module and for functions by number (WebAssembly core specification, appendix "Custom Sections"). */
export function nameSection(moduleName: string, functions: readonly string[]): PiecedSection {
  const map = [unsigned(functions.length), ...functions.flatMap((name, index) => [unsigned(index), ...text(name)])];
  return customSection('name', [...subsection(0, text(moduleName)), ...subsection(1, map)]);
}

function subsection(id: number, pieces: readonly Uint8Array[]): Uint8Array[] {
  return [Uint8Array.of(id), unsigned(totalBytes(pieces)), ...pieces];
}

function text(value: string): Uint8Array[] {
  const bytes = encoder.encode(value);
  return [unsigned(bytes.length), bytes];
}
