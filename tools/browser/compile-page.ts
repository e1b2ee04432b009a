/** Runs in the browser: compiles in a worker, runs the artifact, and counts how long the page had to wait. */
import { load } from '@tessera-dnn/chip';
import { compileAsync } from '@tessera-dnn/compiler/worker';

const text = 'import "./twice.dnn"\n\nmodel m(x: f32[2]) {\n  x |> twice |> relu\n}\n';
const twice = { name: 'twice.dnn', text: 'block twice(x) {\n  return 2 * x\n}\n' };

async function run(): Promise<unknown> {
  let [last, longest] = [performance.now(), 0];
  const watch = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  });
  const stages: string[] = [];
  const onStage = (stage: string) => void stages.push(stage);
  const compiled = await compileAsync({ name: 'm.dnn', text }, { math: 'strict', load: async () => twice, onStage });
  clearInterval(watch);
  if (!compiled.ok) return compiled.diagnostics.map(({ message }) => message);
  const chip = await load(compiled.value.bytes);
  const stop = new AbortController();
  const aborted = compileAsync({ name: 'm.dnn', text }, { signal: stop.signal });
  stop.abort();
  return {
    output: [...chip.run('m', { x: Float32Array.of(-1, 3) })['output']],
    hasStages: stages.includes('elaborate') && stages.at(-1) === 'link',
    aborted: (await aborted).diagnostics[0].code,
    longest,
  };
}

const result = await run().catch(error => ({ error: String(error) }));
await fetch('/result', { method: 'POST', body: JSON.stringify(result) });
