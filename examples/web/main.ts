/**
 * Reads a drawn digit with LeNet, using nothing but an artifact and the WebAssembly API. `npm run web` compiles it and serves this page.
 */

const module = await fetch('lenet.wasm')
  .then(response => response.arrayBuffer())
  .then(bytes => WebAssembly.compile(bytes))
  .catch((error: Error) => {
    find('#size').textContent =
      `This browser cannot run lenet.wasm, which needs WebAssembly with SIMD, as in Chrome 91, Firefox 89 and Safari 16.4: ${error.message}`;
    throw error;
  });
const manifest = JSON.parse(new TextDecoder().decode(WebAssembly.Module.customSections(module, 'tessera')[0]));
const { memory, load, lenet } = (await WebAssembly.instantiate(module)).exports as {
  readonly memory: WebAssembly.Memory;
  readonly load: () => void;
  readonly lenet: () => void;
};
const { inputs, outputs } = manifest.programs.lenet;
const input = new Float32Array(memory.buffer, inputs[0].address, 28 * 28);
const scores = new Float32Array(memory.buffer, outputs[0].address, 10);
load();

const canvas = find('canvas');
const pen = canvas.getContext('2d', { willReadFrequently: true })!;
pen.lineWidth = 2.4;
pen.lineCap = 'round';
pen.lineJoin = 'round';
find('#size').textContent = `${manifest.memory.totalBytes.toLocaleString('en')} bytes of memory, known before it runs`;

/** Draws lines from the first of these points through all others, in pixels of the network's image. */
function draw(...points: readonly (readonly [x: number, y: number])[]): void {
  pen.beginPath();
  for (const [x, y] of points) pen.lineTo(x, y);
  pen.stroke();
  read();
}

function read(): void {
  const { data } = pen.getImageData(0, 0, 28, 28);
  input.forEach((_, i) => {
    input[i] = data[4 * i + 3] / 255;
  });
  lenet();
  const weights = [...scores].map(score => Math.exp(score - Math.max(...scores)));
  const total = weights.reduce((sum, weight) => sum + weight);
  find('output').textContent = String(scores.indexOf(Math.max(...scores)));
  find('#scores').innerHTML = weights.map((w, digit) => `${digit} <meter value="${w / total}"></meter><br>`).join('');
}

let last: readonly [number, number] | undefined;
canvas.onpointerdown = canvas.onpointermove = ({ buttons, offsetX, offsetY }) => {
  const scale = 28 / canvas.clientWidth;
  const here = [offsetX * scale, offsetY * scale] as const;
  if (buttons > 0) draw(last ?? here, here);
  last = buttons > 0 ? here : undefined;
};
find('button').onclick = () => {
  pen.clearRect(0, 0, 28, 28);
  read();
};

draw([7, 8], [20, 8], [12, 22]);

function find<K extends keyof HTMLElementTagNameMap>(tag: K): HTMLElementTagNameMap[K];
function find(selector: string): HTMLElement;
function find(selector: string): Element {
  return document.querySelector(selector)!;
}
