/** Runs in the browser: runs a compiled artifact. */
import { runModel } from './model-run.ts';

const result = await fetch('/model.wasm')
  .then(response => response.arrayBuffer())
  .then(runModel)
  .catch(error => ({ error: String(error) }));
await fetch('/result', { method: 'POST', body: JSON.stringify(result) });
