/**
 * What runs in the worker of `compileAsync`. It listens before it imports anything: the compiler's library takes a second to load, and a message
 * that comes before anybody listens is lost in browsers.
 */
import type { Found, FromWorker, Order, ToWorker, Wanted } from './messages.ts';

interface Parent {
  onmessage: ((event: { readonly data: ToWorker }) => void) | null;
  postMessage(message: FromWorker, transfer?: readonly ArrayBuffer[]): void;
}

interface NodeProcess {
  getBuiltinModule?(name: 'node:worker_threads'): { readonly parentPort: Parent };
}

const { process } = globalThis as { readonly process?: NodeProcess };
const parent = process?.getBuiltinModule?.('node:worker_threads').parentPort ?? (globalThis as unknown as Parent);

/** The files that were asked for, by import. */
const files = new Map<string, Found['file']>();
let order: Order | undefined;

parent.onmessage = ({ data }) => {
  if ('source' in data) order = data;
  else for (const found of data.found) files.set(keyOf(found), found.file);
  if (order) void answer(order).catch(error => parent.postMessage({ kind: 'broken', message: String(error) }));
};

/** Compiles; or asks for the files that are missing, and begins anew when they are there. */
async function answer({ source, options }: Order): Promise<void> {
  const { compile } = await import('../with-wasm.ts');
  const wanted: Wanted[] = [];
  const outcome = compile(source, {
    ...options,
    after: stage => parent.postMessage({ kind: 'stage', stage }),
    load: (path, from) => {
      const key = keyOf({ path, from });
      if (!files.has(key)) wanted.push({ path, from });
      return files.get(key);
    },
  });
  if (wanted.length > 0) return parent.postMessage({ kind: 'wanted', imports: wanted });
  parent.postMessage({ kind: 'compiled', outcome }, outcome.ok ? [outcome.value.bytes.buffer] : []);
}

function keyOf({ path, from }: Wanted): string {
  return JSON.stringify([from, path]);
}
