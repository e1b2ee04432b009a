/** The code of an artifact for people: as text, and as a table of sizes. */
import type { Image } from '@tessera-dnn/machine';
import binaryen from 'binaryen';
import type { CompiledCodelets } from './codelet/compile.ts';
import { linkCode } from './link/link.ts';
import { nameSection } from './sections/custom.ts';
import { joinSections } from './sections/join.ts';

/** The artifact in the WebAssembly text format, without its data and its manifest. */
export function emitText(compiled: CompiledCodelets, image: Image): string {
  const { sections, functionNames } = linkCode(compiled, image);
  const wasm = joinSections([...sections, nameSection(image.manifest.source, functionNames)]);
  const m = binaryen.readBinary(wasm);
  try {
    return unescapeNames(m.emitText());
  } finally {
    m.dispose();
  }
}

/** Binaryen writes names byte by byte (`\c2\b7`); the format allows them as they are, and without data nothing else is escaped. */
function unescapeNames(text: string): string {
  return text.replace(/(?:\\[89a-f][0-9a-f])+/g, escaped =>
    new TextDecoder().decode(Uint8Array.from(escaped.slice(1).split('\\'), byte => Number.parseInt(byte, 16))),
  );
}

export interface CodeletSize {
  readonly name: string;
  readonly bytes: number;
}

/** Code bytes per codelet, largest first; equal names are summed. */
export function codeSizes(compiled: CompiledCodelets): readonly CodeletSize[] {
  const byName = new Map<string, number>();
  compiled.names.forEach((name, index) => {
    byName.set(name, (byName.get(name) ?? 0) + compiled.sizes[index]);
  });
  const sizes = [...byName].map(([name, bytes]) => ({ name, bytes }));
  return sizes.sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}
