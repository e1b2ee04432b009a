/** Runs in the browser: loads an artifact from wherever it may be, in the page and in an audio worklet, and says what came of each. */
import { ChipError, load } from '@tessera-dnn/chip';

const address = '/hand-made.wasm';
const inputs = { x: Float32Array.of(1.5, -2), flip: 0 };

/** The results; or the codes of what is wrong, as they arrive where the error is posted. */
async function answerOf(source: () => Parameters<typeof load>[0]): Promise<unknown> {
  try {
    const chip = await load(source(), { seed: 3 });
    return [...(await chip.runAsync('scale', inputs))['y']];
  } catch (error) {
    if (!(error instanceof ChipError)) return String(error);
    const { cause } = structuredClone(error);
    return (cause as ChipError['diagnostics']).map(({ code }) => code);
  }
}

async function inWorklet(): Promise<unknown> {
  const context = new OfflineAudioContext(1, 128, 44_100);
  await context.audioWorklet.addModule('/worklet.js');
  const bytes = await (await fetch(address)).arrayBuffer();
  const node = new AudioWorkletNode(context, 'net', { processorOptions: { bytes } });
  const answer = new Promise(resolve => {
    node.port.onmessage = ({ data }) => resolve(data);
  });
  await context.startRendering();
  return answer;
}

const result = {
  bytes: await fetch(address)
    .then(response => response.arrayBuffer())
    .then(bytes => answerOf(() => bytes)),
  address: await answerOf(() => address),
  url: await answerOf(() => new URL(address, location.href)),
  response: await answerOf(() => fetch(address)),
  called: await answerOf(() => fetch('/called-otherwise')),
  blob: await answerOf(() => fetch(address).then(response => response.blob())),
  missing: await answerOf(() => '/nowhere.wasm'),
  page: await answerOf(() => '/'),
  worklet: await inWorklet().catch(String),
};
await fetch('/result', { method: 'POST', body: JSON.stringify(result) });
