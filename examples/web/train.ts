/**
 * Trains LeNet in the page, on all cores if its server lets threads share memory: this one sends the two headers that it takes. Nothing blocks
 * the page while it learns. `npm run web` prepares the files and serves them.
 */
import { load } from '@tessera-dnn/chip';

interface Digits {
  readonly pixels: Uint8Array;
  readonly label: Int32Array;
}

const epochs = 5;
const pixelsOfOne = 28 * 28;

const [program, training, tests] = await Promise.all([
  bytesOf('learn.wasm'),
  bytesOf('training.digits').then(digitsIn),
  bytesOf('tests.digits').then(digitsIn),
]);
const chip = await load(program, { threads: 'auto', seed: 1 });
const threads = chip.threads === 1 ? 'One thread' : `${chip.threads} threads`;
const reasons = chip.warnings.map(({ message, help }) => `: ${message} (${help})`);
find('#threads').textContent = [threads, ...reasons].join('');

const button = find('button');
button.disabled = false;
button.onclick = () => void learn();

async function learn(): Promise<void> {
  const stop = new AbortController();
  button.textContent = 'Stop';
  button.onclick = () => stop.abort();
  await chip.train(
    'learn',
    { ...training },
    {
      epochs,
      signal: stop.signal,
      onStep: ({ step }, { batches }) => {
        find('progress').value = step / (epochs * batches);
      },
      onEpoch: async ({ epoch, loss = Number.NaN, samplesPerSecond }) => {
        const share = `${((100 * (await countRight())) / tests.label.length).toFixed(1)} %`;
        addRow([epoch, loss.toFixed(4), share, Math.round(samplesPerSecond).toLocaleString('en')]);
      },
    },
  );
  button.textContent = 'Train again';
  button.onclick = () => void learn();
}

/** How many of the digits for tests the network reads right now. */
async function countRight(): Promise<number> {
  const { shape } = chip.programs['digit'].inputs[0];
  let right = 0;
  for (let first = 0; first < tests.label.length; first += shape[0]) {
    const pixels = tests.pixels.subarray(first * pixelsOfOne, (first + shape[0]) * pixelsOfOne);
    const { output } = await chip.runAsync('digit', { pixels });
    for (let i = 0; i < shape[0]; i++) {
      const scores = [...output.subarray(10 * i, 10 * (i + 1))];
      if (scores.indexOf(Math.max(...scores)) === tests.label[first + i]) right++;
    }
  }
  return right;
}

/** The labels of all digits come first, then their pixels, a byte each. */
function digitsIn(bytes: Uint8Array): Digits {
  const count = bytes.length / (1 + pixelsOfOne);
  return { label: Int32Array.from(bytes.subarray(0, count)), pixels: bytes.subarray(count) };
}

async function bytesOf(file: string): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch(file)).arrayBuffer());
}

function addRow(cells: readonly (string | number)[]): void {
  const row = find('tbody').insertRow();
  for (const cell of cells) row.insertCell().textContent = String(cell);
}

function find<K extends keyof HTMLElementTagNameMap>(tag: K): HTMLElementTagNameMap[K];
function find(selector: string): HTMLElement;
function find(selector: string): Element {
  return document.querySelector(selector)!;
}
