/**
 * `npm run bench`: Tessera's artifacts for the `host` chip against onnxruntime-web (wasm, SIMD), both with one thread, in one run.
 *
 *   npm run bench -- [WORD…] [--quick] [--json]
 *
 * A word chooses the networks that have a word beginning with it in their names. Each network has a process of its own, so that nobody's compiled code, heap or
 * garbage disturbs the next one's; within it the two take turns (`measure.ts`).
 */
import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Measurement, measure, quick, thorough } from './measure.ts';
import { networks } from './networks/all.ts';
import type { Network } from './networks/network.ts';
import { showTable } from './table.ts';

const { values: options, positionals: words } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean' }, json: { type: 'boolean' }, only: { type: 'string' } },
});

const legend = `ms, ratio: medians, theirs / ours. GMAC/s: ours in the best turn; of peak: of the best register-only loop.
ships: the artifact with its weights; theirs: runtime and model. memory: of wasm, after a run.`;

if (options.only === undefined) await runAll();
else await runOne(options.only);

async function runAll(): Promise<void> {
  const chosen = networks.filter(network => words.every(word => isCalled(network, word)));
  if (chosen.length === 0) {
    console.error(`no network is called ${words.join(' ')}; there are\n${networks.map(n => `  ${n.name}`).join('\n')}`);
    process.exitCode = 2;
    return;
  }
  const rows: [Network, Measurement][] = [];
  for (const network of chosen) {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${network.name} …`);
    rows.push([network, await inChild(network.name)]);
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  const best = Math.max(...rows.map(([, { peak }]) => peak));
  if (options.json) {
    console.log(JSON.stringify({ machine: machine(), peak: best, networks: rows.map(([, row]) => row) }, null, 2));
    return;
  }
  console.log(`\nTessera (host chip) and onnxruntime-web (wasm, SIMD): one thread each, batch 1, f32, medians`);
  console.log(`${machine()}; at most ${best.toFixed(1)} GMAC/s in registers\n`);
  console.log(showTable(rows, best));
  console.log(`\n${legend}\n`);
}

function isCalled({ name }: Network, word: string): boolean {
  return ` ${name}`.toLowerCase().includes(` ${word.toLowerCase()}`);
}

/** The child prints one line of JSON. */
function inChild(name: string): Promise<Measurement> {
  const args = [
    ...process.execArgv,
    fileURLToPath(import.meta.url),
    '--only',
    name,
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
  const network = networks.find(network => network.name === name);
  if (!network) throw new Error(`no network is called ${name}`);
  console.log(JSON.stringify(await measure(network, options.quick ? quick : thorough)));
}

function machine(): string {
  return `${cpus()[0].model.trim()}, Node ${process.versions.node}`;
}
