/**
 * `npm run bench`: compares Tessera's artifacts for the `host` chip with other libraries that run in wasm, with as many threads each, in one
 * run: inference against onnxruntime-web and LiteRT.js, steps of training against TensorFlow.js; and 16 and 8 bits against `f32`.
 *
 * npm run bench -- [WORD…] [--threads N] [--quick] [--json]
 *
 * A word chooses the networks that have a word beginning with it in their names: `training` all that are trained, `precision` all that are
 * stored in fewer bits, `inference` all others. Each network has a process of its own, so that compiled code and garbage of one do not disturb
 * the next; within the process, contestants take turns (`measure.ts`).
 */
import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { prepare } from './contestants.ts';
import { type Measurement, measure, patient, quick, thorough } from './measure.ts';
import { networks } from './networks/all.ts';
import type { Network } from './networks/network.ts';
import { installPeers } from './peers.ts';
import { precisionNetworks, preparePrecisions } from './precision/contestants.ts';
import { measurePrecisions, type PrecisionMeasurement } from './precision/measure.ts';
import { showPrecisions } from './precision/table.ts';
import { showTable } from './table.ts';
import { prepareTraining } from './training/contestants.ts';
import { type TrainingNetwork, trainingNetworks } from './training/network.ts';
import { showTraining } from './training/table.ts';

const { values: options, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean' },
    json: { type: 'boolean' },
    only: { type: 'string' },
    threads: { type: 'string', default: '1' },
  },
});
const threads = Number(options.threads);

const legend = `ms, ratio: medians, theirs / ours. GMAC/s: ours in the best turn; of peak: of the best register-only loop.
ships: the artifact with its weights; of peers (ort: onnxruntime-web) runtime and model. memory: of wasm, after a run.`;

const trainingLegend = `a step: forward, backward, update by SGD. tfjs: the better of its wasm and cpu backends that can train the network.
PyTorch: native, measured elsewhere on two Zen 4 cores. theirs: its runtime; its wasm heap, or with cpu its tensors at their peak.`;

const precisionLegend = `ms: medians. GMAC/s: in the best turn. ships: the artifact with its weights; onnxruntime-web's model with its runtime.
off by: the largest difference from the outputs in f32, by the largest number. 8 bits: tessera quantize; for onnxruntime-web static QDQ.`;

if (options.only === undefined) await runAll();
else await runOne(options.only);

async function runAll(): Promise<void> {
  const inferred = networks.filter(({ name }) => isChosen(`inference ${name}`));
  const trained = trainingNetworks.filter(({ name }) => isChosen(name));
  const narrowed = precisionNetworks.filter(({ name }) => isChosen(name));
  if (inferred.length + trained.length + narrowed.length === 0) {
    const names = [...networks, ...trainingNetworks, ...precisionNetworks].map(({ name }) => `  ${name}`);
    console.error(`no network is called ${words.join(' ')}; there are\n${names.join('\n')}`);
    process.exitCode = 2;
    return;
  }
  installPeers();
  const inference = await measureAll<Network, Measurement>(inferred);
  const training = await measureAll<TrainingNetwork, Measurement>(trained);
  const precision = await measureAll<Network, PrecisionMeasurement>(narrowed);
  const all = [...inference, ...training, ...precision].map(([, row]) => row);
  const best = Math.max(...all.map(({ peak }) => peak));
  if (options.json) {
    console.log(JSON.stringify({ machine: machine(), peak: best, networks: all }, null, 2));
    return;
  }
  console.log(`\n${machine()}; at most ${best.toFixed(1)} GMAC/s in registers`);
  if (inference.length > 0) {
    const crew = threads === 1 ? 'one thread' : `${threads} threads`;
    console.log(
      `\nTessera (host chip), onnxruntime-web and LiteRT.js (wasm, SIMD): ${crew} each, batch 1, f32, medians\n`,
    );
    console.log(`${showTable(inference, best)}\n\n${legend}\n`);
  }
  if (training.length > 0) {
    console.log(`\nTraining: Tessera (host chip) and TensorFlow.js, one thread each, f32, medians\n`);
    console.log(`${showTraining(training, best)}\n\n${trainingLegend}\n`);
  }
  if (precision.length > 0) {
    console.log(`\nTessera (host chip) in f32, 16 and 8 bits: one thread, batch 1, medians\n`);
    console.log(`${showPrecisions(precision.map(([, row]) => row))}\n\n${precisionLegend}\n`);
  }
}

async function measureAll<N extends { readonly name: string }, M>(chosen: readonly N[]): Promise<[N, M][]> {
  const rows: [N, M][] = [];
  for (const network of chosen) {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${network.name} …`);
    rows.push([network, await inChild(network.name)]);
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  return rows;
}

function isChosen(name: string): boolean {
  return words.every(word => ` ${name}`.toLowerCase().includes(` ${word.toLowerCase()}`));
}

/** Measures in a child process, which prints one line of JSON. */
function inChild<M>(name: string): Promise<M> {
  const args = [
    ...process.execArgv,
    fileURLToPath(import.meta.url),
    '--only',
    name,
    '--threads',
    options.threads,
    ...(options.quick ? ['--quick'] : []),
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', chunk => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('close', status => {
      if (status === 0) resolve(JSON.parse(Buffer.concat(chunks).toString()));
      else reject(new Error(`${name} could not be measured`));
    });
  });
}

async function runOne(name: string): Promise<void> {
  const patience = options.quick ? quick : thorough;
  const network = networks.find(network => network.name === name);
  const trained = trainingNetworks.find(network => network.name === name);
  const narrowed = precisionNetworks.find(network => network.name === name);
  if (narrowed) console.log(JSON.stringify(await measurePrecisions(name, await preparePrecisions(narrowed), patience)));
  else if (network) console.log(JSON.stringify(await measure(name, await prepare(network, threads), patience)));
  else if (trained) console.log(JSON.stringify(await measure(name, await prepareTraining(trained), patient(patience))));
  else throw new Error(`no network is called ${name}`);
  // A peer's threads would keep the process.
  process.exit();
}

function machine(): string {
  return `${cpus()[0].model.trim()}, Node ${process.versions.node}`;
}
