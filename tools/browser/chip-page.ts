/** Runs in the browser: runs an artifact with the chip package, and again with the WebAssembly API alone. */
import { load } from '@tessera-dnn/chip';

async function run(): Promise<unknown> {
  const bytes = await (await fetch('/hand-made.wasm')).arrayBuffer();
  const chip = await load(bytes, { seed: 3 });
  const { y } = chip.run('scale', { x: Float32Array.of(1.5, -2), flip: Uint8Array.of(1) });

  const { instance } = await WebAssembly.instantiateStreaming(fetch('/hand-made.wasm'));
  const { memory, init, scale } = instance.exports as {
    memory: WebAssembly.Memory;
    init(seed: number): void;
    scale(): void;
  };
  const [input, output] = [chip.programs['scale'].inputs[0].address, chip.programs['scale'].outputs[0].address];
  init(3);
  new Float32Array(memory.buffer, input, 2).set([1.5, -2]);
  scale();
  return { chip: [...(y as Float32Array)], bare: [...new Float32Array(memory.buffer, output, 2)] };
}

const result = await run().catch(error => ({ error: String(error) }));
await fetch('/result', { method: 'POST', body: JSON.stringify(result) });
