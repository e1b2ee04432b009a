/** Runs in the browser: the situations that web developers meet, each with what should come of it. Posts what came of all. */
import { ChipError, type LoadedChip, load } from '@tessera-dnn/chip';
import { pixels } from '@tessera-dnn/chip/pixels';
import type { Situation } from './situation.ts';

const address = '/hand-made.wasm';
const inputs = { x: Float32Array.of(1.5, -2), flip: 0 };
const y = [4.5, -6];
type Source = Parameters<typeof load>[0];

/** The answer of an artifact from there; or the codes of what is wrong. */
async function answerOf(
  source: Source | Promise<Source>,
  options: Parameters<typeof load>[1] = { seed: 3 },
): Promise<unknown> {
  return codesOr(async () => {
    const chip = await load(await source, options);
    return [...(await chip.runAsync('scale', inputs))['y']];
  });
}

async function codesOr(run: () => unknown): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    return error instanceof ChipError ? error.diagnostics.map(({ code }) => code) : String(error);
  }
}

const bytes = async () => (await fetch(address)).arrayBuffer();
const detached = async () => {
  const buffer = await bytes();
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
};
const shared = async () => {
  const found = new Uint8Array(await bytes());
  const view = new Uint8Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer, 0, found.length);
  view.set(found);
  return view;
};
const chipped = async (use: (chip: LoadedChip) => unknown) =>
  codesOr(async () => use(await load(address, { seed: 3 })));
const wrongly = (given: unknown) => chipped(chip => chip.run('scale', given as object));
const canvas = () => {
  const context = Object.assign(document.createElement('canvas'), { width: 1, height: 2 }).getContext('2d');
  if (!context) throw new Error('no canvas');
  context.fillStyle = '#ff0000';
  context.fillRect(0, 0, 1, 2);
  return context.getImageData(0, 0, 1, 2);
};
/** How many files of weights are kept; a file is, some time after it has come. */
const kept = async () => {
  const cache = await caches.open('tessera-weights');
  for (let tries = 0; tries < 200; tries++) {
    const { length } = await cache.keys();
    if (length > 0) return length;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  return 0;
};

const written = (chip: LoadedChip) => {
  chip.writeVariable('w', 2);
  return [...chip.readVariable('w')];
};

/** What is left of an error where it is posted. WebKit 2.50 makes a text of its cause; the message arrives everywhere. */
const posted = async () => {
  const error = await load('/').catch(error => structuredClone(error));
  const codes = Array.isArray(error.cause) && error.cause.map(({ code }: { readonly code: string }) => code);
  return [error.message.slice(0, 11), codes || typeof error.cause];
};
const isWebKit = / Version\/.* Safari\//.test(navigator.userAgent);

const situations: readonly (readonly [name: string, run: () => unknown, wanted: unknown])[] = [
  ['bytes', () => answerOf(bytes()), y],
  ['an address', () => answerOf(address), y],
  ['a URL', () => answerOf(new URL(address, location.href)), y],
  ['a response', () => answerOf(fetch(address)), y],
  ['a response of another type', () => answerOf(fetch('/called-otherwise')), y],
  ['a blob', () => answerOf(fetch(address).then(response => response.blob())), y],
  ['a module', async () => answerOf(await WebAssembly.compile(await bytes())), y],
  ['shared bytes', () => answerOf(shared()), y],
  ['a detached buffer', () => answerOf(detached()), ['unreadable-artifact']],
  ['an address that is not there', () => answerOf('/nowhere.wasm'), ['unreadable-artifact']],
  ['a page', () => answerOf('/'), ['foreign-wasm']],
  ['an error that is posted', posted, ['these bytes', isWebKit ? 'string' : ['foreign-wasm']]],
  ['half an artifact', async () => answerOf((await bytes()).slice(0, 90)), ['truncated-artifact']],
  ['null', () => answerOf(null as unknown as string), ['unreadable-artifact']],
  ['inputs without names', () => wrongly(new Float32Array(2)), ['inputs-without-names']],
  ['a string', () => wrongly({ x: 'seven' }), ['wrong-type']],
  ['null as an input', () => wrongly({ x: null }), ['wrong-type']],
  ['another array', () => wrongly({ x: new BigInt64Array(2) }), ['wrong-type']],
  ['another length', () => wrongly({ x: new Float32Array(3) }), ['wrong-shape']],
  ['a missing input', () => wrongly({ x: new Float32Array(2) }), ['missing-input']],
  ['another program', () => chipped(chip => chip.run('scales', inputs)), ['no-such-program']],
  ['a trap', () => chipped(chip => chip.run('broken')), ['trap']],
  ['a chip behind a proxy', () => chipped(chip => [...new Proxy(chip.chip, {}).slots.toString()]), ['2']],
  ['a variable', () => chipped(written), [2]],
  ['pixels of a canvas', () => [...pixels(canvas(), { type: 'u8', shape: [3, 2, 1] })], [255, 255, 0, 0, 0, 0]],
  [
    'a run that was aborted',
    () => chipped(chip => chip.runAsync('scale', inputs, { signal: AbortSignal.abort(new Error('no')) })),
    'Error: no',
  ],
  [
    'two runs in turn',
    () => chipped(async chip => (await Promise.all([1, 2].map(() => chip.runAsync('scale', inputs)))).length),
    2,
  ],
  [
    'threads where there are none',
    () => chipped(async () => (await load(address, { threads: 4 })).warnings[0].code),
    'fewer-threads',
  ],
  ['weights beside', () => answerOf(address, { weightsFrom: '/net.safetensors' }), y],
  [
    'the same from the cache',
    async () => [await answerOf('/named.wasm', { weightsFrom: '/net.safetensors' }), await kept()],
    [y, 1],
  ],
  ['other weights', () => answerOf('/named.wasm', { weightsFrom: '/other.safetensors' }), ['wrong-weights']],
  ['a page as weights', () => answerOf(address, { weightsFrom: '/' }), ['bad-weights']],
  ['a worker', () => inWorker(), y],
];

/** A chip in a worker of its own, whose script is the page's. */
function inWorker(): Promise<unknown> {
  const worker = new Worker('/worker.js', { type: 'module' });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
}

const found: Situation[] = [];
for (const [name, run, wanted] of situations) {
  let came: unknown;
  try {
    came = await run();
  } catch (error) {
    came = String(error);
  }
  found.push({ name, found: JSON.stringify(came), wanted: JSON.stringify(wanted) });
}
await fetch('/result', { method: 'POST', body: JSON.stringify(found) });
