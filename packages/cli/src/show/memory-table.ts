/**
 * The table of what the tensors of every program need before they are divided over tiles: first all of them stored separately, then with
 * each technique that saves memory.
 */
import type { MemoryPlan, MemoryTable, MemoryTables } from '@tessera-dnn/compiler';
import type { Paint } from '../session.ts';
import { counted, grouped } from './numbers.ts';
import { type Row, tableOf } from './table.ts';

/** The columns: bytes per element in full, half and quarter precision. */
const precisions = [4, 2, 1] as const;

/** One table for each program, without a final line break. */
export function memoryTablesText(tables: MemoryTables, paint: Paint): string {
  return tables.programs.map(table => programText(tables, table, paint)).join('\n\n');
}

function programText({ parameters }: MemoryTables, table: MemoryTable, paint: Paint): string {
  const { forward, training, plans, storedBytes, batch, liveElements } = table;
  const { apart } = training ?? forward;
  const rows: readonly Row[] = [
    elementRow('parameters', parameters),
    elementRow('activations', forward.activations),
    elementRow('  live at the same time, at most', liveElements),
    elementRow('parameters and activations', parameters + forward.activations),
    batchRow(batch, forward.activations),
    'rule',
    ...(training === undefined ? forward : training).lowered.map(({ window, contractions, operands, matrices }) =>
      elementRow(
        `im2col of ${counted(contractions, 'convolution')}, ${window}-element windows`,
        matrices,
        `${(matrices / operands).toFixed(2)} × their inputs`,
      ),
    ),
    elementRow('every tensor stored separately', apart),
    ...(training === undefined ? [] : [elementRow('  kept from forward to backward', training.keptBytes / 4)]),
    ...plans.map(plan => elementRow(planTitle(plan), plan.bytes / 4, saved(apart, plan))),
    ...(storedBytes === undefined ? [] : [storedRow(storedBytes, apart)]),
  ];
  const right = { align: 'right' } as const;
  const columns = [
    { title: table.kind === 'train' ? `a step of ${table.program}` : `a run of ${table.program}` },
    { title: 'elements', ...right },
    { title: '', ...right },
    ...precisions.map(bytes => ({ title: `at ${bytes} B`, ...right })),
  ];
  return [tableOf(columns, rows, paint), ...plans.flatMap(boundText)].join('\n');
}

function elementRow(title: string, elements: number, remark = ''): Row {
  return [title, grouped(elements), remark, ...precisions.map(bytes => grouped(elements * bytes))];
}

/** What the program takes in its own types. */
function storedRow(bytes: number, apart: number): Row {
  const remark = `${((4 * apart) / bytes).toFixed(2)} × less`;
  return ['  and stored as the program says', '', remark, `${grouped(bytes)} B`, ...precisions.slice(1).map(() => '')];
}

/**
 * For a program with batch 1, the activations of a batch of 32, as in the article that docs/memory.md follows; for a larger batch, those of
 * one sample.
 */
function batchRow(batch: number, activations: number): Row {
  return batch === 1
    ? elementRow('activations of a batch of 32', 32 * activations)
    : elementRow(`activations of one in the batch of ${batch}`, activations / batch);
}

function planTitle({ name, extraCycles }: MemoryPlan): string {
  switch (name) {
    case 'in-place':
      return 'elementwise results in place';
    case 'reused':
      return '  and memory reused';
    case 'ordered':
      return '  and operations fused, reordered';
    case 'recomputed':
      // Before anything is divided over tiles: what a chip takes longer is in the modelled cycles of its plan.
      return `  and recomputed, +${(100 * extraCycles).toFixed(1)} % work`;
  }
}

function saved(apart: number, { bytes }: MemoryPlan): string {
  return bytes === 0 ? '' : `${((4 * apart) / bytes).toFixed(2)} × less`;
}

/** Tells the lower bound of a plan whose placement is not proven to be the smallest. */
function boundText(plan: MemoryPlan): readonly string[] {
  if (plan.bytes === plan.boundBytes) return [];
  return [`  ${planTitle(plan).trim()}: no placement needs less than ${grouped(plan.boundBytes)} B`];
}
