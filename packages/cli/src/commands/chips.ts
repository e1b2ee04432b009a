/** `tessera chips`: lists the presets. */
import { type ChipSpec, formatSize, presets } from '@tessera-dnn/machine';
import type { Command } from 'commander';
import type { Session } from '../session.ts';
import { grouped } from '../show/numbers.ts';
import { type Column, tableOf } from '../show/table.ts';

/** Adds the command `chips` to `program`. It cannot fail. */
export function addChips(program: Command, session: Session): void {
  program
    .command('chips')
    .summary('list the chips that are known by name')
    .description('Lists the chips that are known by name. A chip of your own is a JSON file: `--chip mine.json`.')
    .option('--json', 'the whole specifications as JSON')
    .action(({ json }: { readonly json?: boolean }) => {
      if (json) session.printJson(presets);
      else session.print(showChips(session));
    });
}

const columns: readonly Column[] = [
  { title: 'name' },
  { title: 'tiles', align: 'right' },
  { title: 'SRAM a tile', align: 'right' },
  { title: 'together', align: 'right' },
  { title: 'workers', align: 'right' },
  { title: 'clock', align: 'right' },
  { title: 'exchange', align: 'right' },
  { title: 'sync', align: 'right' },
];

function showChips({ paint }: Session): string {
  return tableOf(
    columns,
    presets.map(chip => [paint.bold(chip.name), ...numbersOf(chip)]),
    paint,
  );
}

function numbersOf(chip: ChipSpec): readonly string[] {
  return [
    grouped(chip.tiles),
    formatSize(chip.sramBytes),
    formatSize(chip.tiles * chip.sramBytes),
    grouped(chip.workers),
    `${chip.clockHz / 1e9} GHz`,
    `${chip.exchangeBytesPerCycle} B/cycle`,
    `${chip.syncCycles} cycles`,
  ];
}
