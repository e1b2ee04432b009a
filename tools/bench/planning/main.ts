/**
 * `npm run bench:planning`: measures how long planning takes, and how much memory the plan needs, for training steps of ResNets. Nothing is
 * run.
 *
 * npm run bench:planning -- [--depth 50,101,200] [--tiles 64,256,1216] [--batch 1] [--recompute auto] [--momentum 0.9] [--share 0.4]
 * [--sram 262144]
 *
 * Every plan has a process of its own, so that the memory of the process is that of the plan. Tiles are those of `gc2`, unless `--sram`
 * gives them another size.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { backStages } from '@tessera-dnn/compiler';
import { type ChipSpec, presetNamed } from '@tessera-dnn/machine';
import { layOut } from '../table.ts';
import { type Planned, planTask, type Task } from './plan.ts';
import { residualNet } from './residual.ts';

const { values } = parseArgs({
  options: {
    depth: { type: 'string', default: '50' },
    tiles: { type: 'string', default: '1216' },
    batch: { type: 'string', default: '1' },
    recompute: { type: 'string', default: 'none' },
    momentum: { type: 'string', default: '0' },
    share: { type: 'string', default: '1' },
    sram: { type: 'string', default: '262144' },
    only: { type: 'string' },
  },
});

const { tile, place } = backStages;
const head = [
  '',
  'seconds',
  tile.name,
  place.name,
  'process MB',
  'phases',
  'copies',
  'codelets',
  'tables B',
  'fullest B',
  '',
];

if (values.only === undefined) runAll();
else {
  const task = JSON.parse(values.only) as Task;
  console.log(JSON.stringify(planTask(task, residualNet(task.depth, task.momentum))));
}

function runAll(): void {
  const planned = tasks().map(task => ({ task, planned: inChild(task) }));
  console.log(layOut(head, planned.map(row)));
  console.log(layOut(['bytes of the fullest tile', ...planned.map(({ task }) => nameOf(task))], memoryRows(planned)));
}

function tasks(): readonly Task[] {
  const preset = presetNamed('gc2');
  if (!preset.ok) throw new Error('no chip');
  const numbers = (list: string) => list.split(',').map(Number);
  const chip: ChipSpec = { ...preset.value, sramBytes: Number(values.sram) };
  const recompute = values.recompute === 'auto' ? 'auto' : 'none';
  return numbers(values.depth).flatMap(depth =>
    numbers(values.tiles).map(tiles => {
      const [batch, momentum, share] = [values.batch, values.momentum, values.share].map(Number);
      return { depth, batch, momentum, chip: { ...chip, tiles }, recompute, share };
    }),
  );
}

/** Plans in a child process, which prints one line of JSON. */
function inChild(task: Task): Planned {
  const args = [...process.execArgv, fileURLToPath(import.meta.url), '--only', JSON.stringify(task)];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 24 });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Planned;
}

type Row = { readonly task: Task; readonly planned: Planned };

function nameOf({ depth, batch, chip }: Task): string {
  return `ResNet-${depth}, batch ${batch}, ${chip.tiles} tiles`;
}

function row({ task, planned }: Row): readonly string[] {
  const { seconds, processBytes, phases, copies, codelets, report } = planned;
  const total = Object.values(seconds).reduce((a, b) => a + b, 0);
  const free = task.chip.sramBytes - report.peakBytes;
  return [
    nameOf(task),
    ...[total, seconds[tile.name], seconds[place.name]].map(s => s.toFixed(1)),
    (processBytes / 1e6).toFixed(0),
    ...[phases, copies, codelets, report.mostTables, report.peakBytes].map(n => n.toLocaleString('en-US')),
    free >= 0 ? 'fits' : `${(-free).toLocaleString('en-US')} B short`,
  ];
}

function memoryRows(rows: readonly Row[]): readonly (readonly string[])[] {
  const [{ planned }] = rows;
  return Object.keys(planned.report.fullest).map(name => [
    name,
    ...rows.map(({ planned: { report } }) =>
      report.fullest[name as keyof typeof report.fullest].toLocaleString('en-US'),
    ),
  ]);
}
