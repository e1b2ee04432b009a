/** The pages' scripts and their style: as the build left them, or bundled now where the sources run without one. */
import { readdirSync, readFileSync } from 'node:fs';

let bundledNow: Promise<ReadonlyMap<string, Uint8Array>> | undefined;

/** File names, such as `report.js`, with their contents. */
export function siteFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
  return import.meta.url.endsWith('.ts')
    ? (bundledNow ??= bundleNow())
    : Promise.resolve(filesIn(new URL('../site/', import.meta.url)));
}

async function bundleNow(): Promise<ReadonlyMap<string, Uint8Array>> {
  const script = new URL('../../bundle.mjs', import.meta.url).href;
  const { bundled } = (await import(/* @vite-ignore */ script)) as {
    bundled: () => Promise<ReadonlyMap<string, Uint8Array>>;
  };
  return bundled();
}

function filesIn(folder: URL): ReadonlyMap<string, Uint8Array> {
  return new Map(readdirSync(folder).map(name => [name, readFileSync(new URL(name, folder))]));
}
