/** Runs in an audio worklet, which has no `TextDecoder`, no `performance`, no timers and no `fetch`: an artifact makes sound. */
import { load } from '@tessera-dnn/chip';

declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new (options: Options) => AudioWorkletProcessor): void;

interface Options {
  readonly processorOptions: { readonly bytes: ArrayBuffer };
}

class Net extends AudioWorkletProcessor {
  constructor({ processorOptions: { bytes } }: Options) {
    super();
    void this.#run(bytes);
  }

  async #run(bytes: ArrayBuffer): Promise<void> {
    try {
      const chip = await load(bytes, { seed: 3 });
      this.port.postMessage([...chip.run('scale', { x: Float32Array.of(1.5, -2), flip: 0 })['y']]);
    } catch (error) {
      this.port.postMessage(String(error));
    }
  }

  process(): boolean {
    return true;
  }
}

registerProcessor('net', Net);
