/** Chips, and manifests of artifacts. */
import type { CodeOf, Explanation } from '@tessera-dnn/diagnostics';

export const catalogue = [
  {
    code: 'unknown-chip',
    title: 'a chip that is not known by name',
    text: '`tessera chips` lists the presets. A chip of your own is a JSON file, given by its path: --chip mine.json.',
  },
  {
    code: 'bad-chip',
    title: 'a chip file, or a number of a chip, that makes no sense',
    text: 'A chip is a JSON object: name, tiles, workers, sramBytes (a number, or a text like "256KiB"), clockHz, exchangeBytesPerCycle, syncCycles and the table cycles. With "base": "gc2" all but what differs may be left out. The same limits hold for --tiles, --sram and --workers.',
  },
  {
    code: 'bad-manifest',
    title: 'a manifest that contradicts itself',
    text: 'What an artifact says about itself is checked before it is believed: names, shapes, sizes, and addresses within its memory. One of them is wrong; compile it again.',
  },
  {
    code: 'unknown-version',
    title: 'an artifact of another version of Tessera',
    text: 'The manifest says a version of the format that this Tessera does not read. Compile the program again with this version, or run it with the other.',
  },
] as const satisfies readonly Explanation[];

/** The code of a diagnostic that this package may give; one without an entry above is a type error. */
export type Code = CodeOf<typeof catalogue>;
