/**
 * `npm run fuzz`: tries random programs on random chips with random options, until the time is over. Cases that fail are shrunk and written
 * to `out/fuzz/`.
 *
 * npm run fuzz -- [--seconds 600] [--cases N] [--seed N] [--case K] [--networks] npm run fuzz -- --replay FILE…
 *
 * Unless a seed is given, one is drawn and printed. `--case` tries one case of a seed again, `--replay` files that were written.
 * `--networks` draws whole small networks and their training. Exits with 1 if there was a fault.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { drawCase, drawNetworkCase } from './draw/case.ts';
import { judge } from './judge/judge.ts';
import { describeSetting } from './judge/setting.ts';
import { readReplay, replayFile } from './replay.ts';
import { type Found, fuzz } from './session.ts';

const known = {
  seconds: { type: 'string' },
  cases: { type: 'string' },
  seed: { type: 'string' },
  case: { type: 'string' },
  networks: { type: 'boolean', default: false },
  replay: { type: 'string', multiple: true },
} as const;
const usage = 'npm run fuzz -- [--seconds 600] [--cases N] [--seed N] [--case K] [--networks] [--replay FILE…]';
const { values: options, positionals: files } = readArguments();

function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options: known });
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}

const folder = 'out/fuzz';
const replayed = [...(options.replay ?? []), ...files];
process.exitCode = (replayed.length > 0 ? await replay(replayed) : await search()) ? 0 : 1;

/** Searches for faults; true if none was found. */
async function search(): Promise<boolean> {
  const seed = options.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(options.seed);
  const first = Number(options.case ?? 0);
  const most = options.case === undefined ? Number(options.cases ?? Number.POSITIVE_INFINITY) : 1;
  const seconds = Number(options.seconds ?? (Number.isFinite(most) ? Number.POSITIVE_INFINITY : 600));
  const end = performance.now() + seconds * 1000;
  console.log(`seed ${seed}`);
  // The first Ctrl-C ends the search after the case at hand, with what was found so far; a second one ends the program.
  let stopped = false;
  process.once('SIGINT', () => {
    stopped = true;
  });
  let told = performance.now();
  const tell = (index: number) => {
    if (performance.now() < told + 60_000) return;
    told = performance.now();
    console.log(`${index - first} files so far`);
  };
  const statistics = await fuzz({
    seed,
    first,
    draw: options.networks ? drawNetworkCase : drawCase,
    goesOn: index => {
      tell(index);
      return !stopped && index < first + most && performance.now() < end;
    },
    onFault: (index, { message }) => console.log(`\ncase ${index}: ${message}\nmade small …`),
    onSmall: found => report(found, seed),
  });
  console.log(`\n${statistics.lines().join('\n')}`);
  return statistics.found.length === 0;
}

function report({ index, smallest, fault }: Found, seed: number): void {
  const file = `${folder}/${seed}-${index}.dnn`;
  const text = replayFile(smallest, fault);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, text);
  const networks = options.networks ? ' --networks' : '';
  console.log(text.replace(/^/gm, '  '));
  console.log(
    `again: npm run fuzz -- --replay ${file}\nas it was drawn: npm run fuzz -- --seed ${seed} --case ${index}${networks}`,
  );
}

async function replay(names: readonly string[]): Promise<boolean> {
  let isRight = true;
  for (const name of names) {
    const trial = readReplay(readFileSync(name, 'utf8'));
    if (trial === undefined) {
      console.error(`${name} was not written by npm run fuzz`);
      process.exitCode = 2;
      return false;
    }
    const { faults, refusals } = await judge(trial);
    const said = [
      ...faults.map(
        ({ message, settings }) => `  ${message}\n    with ${settings.map(describeSetting).join('\n    and ')}`,
      ),
      ...refusals.map(({ code, message }) => `  refused: ${code}: ${message}`),
    ];
    console.log(`${name}: ${faults.length === 0 ? 'no fault' : `${faults.length} faults`}`);
    if (said.length > 0) console.log(said.join('\n'));
    isRight &&= faults.length === 0;
  }
  return isRight;
}
