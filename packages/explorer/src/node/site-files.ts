/** The pages' scripts and their style: as the build left them, or bundled now where the sources run without one. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

let bundledNow: Promise<ReadonlyMap<string, Uint8Array>> | undefined;

/** File names, such as `report.js`, with their contents. */
export function siteFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
  return import.meta.url.endsWith('.ts')
    ? (bundledNow ??= bundleNow())
    : Promise.resolve(filesIn(new URL('../site/', import.meta.url)));
}

/** The files of the explorer: those of `siteFiles`, and the library of 15 MB with which its page compiles a program to run it. */
export async function explorerFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
  const library = createRequire(import.meta.url).resolve('binaryen');
  return new Map([...(await siteFiles()), ['binaryen.js', readFileSync(library)]]);
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
