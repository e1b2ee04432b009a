/**
 * Where a program that does not fit would fit. Nothing is guessed: the back half plans for larger chips, the smallest first, as long as
 * that takes about a second; beyond, only what is needed here is told.
 */
import { type Module, tensorBytes } from '@tessera-dnn/graph';
import { type ChipSpec, formatSize, presets } from '@tessera-dnn/machine';

/** Nodes × tiles that are still planned for the sake of a hint. */
const mostWork = 40_000;

/** The help of a `does-not-fit`. `fits` plans the module for another chip; `neededBytes` is what the fullest tile of this one needs. */
export function whatFits(
  { programs, variables }: Module,
  chip: ChipSpec,
  neededBytes: number,
  fits: (chip: ChipSpec) => boolean,
): string {
  const nodes = programs.reduce((sum, { graph }) => sum + graph.nodes.length, 0);
  const variableBytes = variables.reduce((sum, { type }) => sum + tensorBytes(type), 0);
  const isTooSmall = ({ tiles, sramBytes }: ChipSpec) => variableBytes >= tiles * sramBytes;
  const takesLong = ({ tiles }: ChipSpec) => nodes * tiles > mostWork;
  const firstThatFits = (chips: readonly ChipSpec[]) =>
    chips.find(candidate => !takesLong(candidate) && !isTooSmall(candidate) && fits(candidate));
  // With more memory other splits are chosen, so a tile of just the bytes that are needed here may not quite do.
  const largerSrams = [1, 1.25, 1.5].map(times => Math.ceil((times * neededBytes) / 1024) * 1024);
  const larger = firstThatFits(largerSrams.map(sramBytes => ({ ...chip, sramBytes })));
  const more = firstThatFits([2, 4, 8, 16].map(times => ({ ...chip, tiles: chip.tiles * times })));
  const others = largerPresets(chip);
  const preset = firstThatFits(others);
  const untried = preset ? [] : others.filter(candidate => takesLong(candidate) && !isTooSmall(candidate));
  const ways = [
    ...(larger ? [`with ${formatSize(larger.sramBytes)} a tile (--sram ${larger.sramBytes / 1024}KiB)`] : []),
    ...(more ? [`on ${more.tiles} tiles (--tiles ${more.tiles})`] : []),
    ...(preset ? [`on ${preset.name} (--chip ${preset.name})`] : []),
  ];
  const also = untried.length > 0 ? `; ${notTried(untried)}` : '';
  if (ways.length > 0) return `it fits ${ways.join(', or ')}${also}`;
  return `give each tile more memory (--sram ${largerSrams[0] / 1024}KiB), or take a larger chip (\`tessera chips\`)${also}`;
}

/** Nobody is to think that it fits on none of them. */
function notTried(chips: readonly ChipSpec[]): string {
  const names = chips.map(({ name }) => name);
  return `${names.join(', ')} ${names.length === 1 ? 'was' : 'were'} not tried, which takes seconds: --chip ${names[0]} tells`;
}

function largerPresets({ tiles, sramBytes }: ChipSpec): readonly ChipSpec[] {
  const all = (chip: Pick<ChipSpec, 'tiles' | 'sramBytes'>) => chip.tiles * chip.sramBytes;
  return presets.filter(preset => all(preset) > all({ tiles, sramBytes })).toSorted((a, b) => all(a) - all(b));
}
