/** Zip archives made by hand. */
import { zipSync } from 'fflate';

/** An archive that compresses nothing; the contents are texts of bytes. */
export function stored(files: { readonly [name: string]: string }): Uint8Array {
  const contents = Object.entries(files).map(([name, text]) => [name, new Uint8Array(Buffer.from(text, 'latin1'))]);
  return zipSync(Object.fromEntries(contents), { level: 0 });
}
