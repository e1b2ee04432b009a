/** A network writes on where the text in the page ends, a little in each frame, so that the page stays responsive. `npm run web` compiles it and serves this page. */
import { load } from '@tessera-dnn/chip';
import { codesOf, continued } from '../learning/continue.ts';

const charactersAtOnce = 600;
/** Less than half of a frame of a screen with 60 of them in a second. */
const millisecondsAFrame = 7;

const chip = await load('writer.wasm', { seed: 0 });
const text = find('textarea');
const button = find('button');
button.disabled = false;
button.onclick = () => void write();

async function write(): Promise<void> {
  let isStopped = false;
  button.textContent = 'Stop';
  button.onclick = () => {
    isStopped = true;
  };
  const [temperature, top, seed] = ['#temperature', '#top', '#seed'].map(
    id => (find(id) as HTMLInputElement).valueAsNumber || 0,
  );
  chip.init(seed | 0);
  const characters = continued(chip, codesOf(text.value), charactersAtOnce, { temperature, top });
  let [count, milliseconds] = [0, 0];
  for (let isDone = false; !isDone && !isStopped; ) {
    await new Promise(requestAnimationFrame);
    const begin = performance.now();
    while (!isDone && performance.now() - begin < millisecondsAFrame) {
      const { value, done = false } = characters.next();
      isDone = done;
      if (done) break;
      text.value += value;
      count++;
    }
    milliseconds += performance.now() - begin;
    text.scrollTop = text.scrollHeight;
    find('#speed').textContent =
      `${Math.round((1000 * count) / milliseconds).toLocaleString('en')} characters a second, one thread`;
  }
  button.textContent = 'Write';
  button.onclick = () => void write();
}

function find<K extends keyof HTMLElementTagNameMap>(tag: K): HTMLElementTagNameMap[K];
function find(selector: string): HTMLElement;
function find(selector: string): Element {
  return document.querySelector(selector)!;
}
