/** Runs in the browser: runs a training. */
import { runTraining } from './train-run.ts';

const result = await fetch('/model.wasm')
  .then(response => response.arrayBuffer())
  .then(runTraining)
  .catch(error => ({ error: String(error) }));
await fetch('/result', { method: 'POST', body: JSON.stringify(result) });
