/** Where the time of a run goes, as text and as JSON. */
import type { ChipSpec } from '@tessera-dnn/machine';
import type { PhaseProfile, Profile } from '../running/profile.ts';
import type { Roofs } from '../running/roofs.ts';
import type { Paint } from '../session.ts';
import { bar, counted, duration, grouped, percent } from './numbers.ts';
import { type Column, type Row, tableOf } from './table.ts';

/** How many phases are listed, those that take longest first. */
const shownPhases = 24;
const right = { align: 'right' } as const;

/** A table of phases, and below it what the machine can do at best. */
export function profileText(profile: Profile, chip: ChipSpec, paint: Paint): string {
  const { phases, runs, seconds, roofs } = profile;
  const title = `${paint.bold('Where the time goes')}: ${paint.bold(duration(seconds))} in ${counted(phases.length, 'phase')}, medians of ${counted(runs, 'run')} on this host`;
  const notes = roofs
    ? roofText(roofs, chip)
    : 'What each phase has to do, and how near it comes to what this machine can do, is known if the source is run.';
  return [title, phaseTable(profile, chip, paint), notes].join('\n\n');
}

function phaseTable({ phases, seconds, roofs }: Profile, chip: ChipSpec, paint: Paint): string {
  const largest = phases.toSorted((a, b) => b.seconds - a.seconds);
  const shown = largest.slice(0, shownPhases);
  const rest = largest.slice(shownPhases);
  const most = shown[0]?.seconds ?? 0;
  const row = (phase: PhaseProfile, drawn = false): Row => {
    const picture = drawn ? paint.cyan(bar(phase.seconds, most, 10)) : '';
    const share = [percent(phase.seconds, seconds), picture, duration(phase.seconds)];
    return [phase.name, ...share, ...workCells(phase, chip, paint)];
  };
  const columns: readonly Column[] = [
    { title: 'phase' },
    { title: 'share', ...right },
    { title: '' },
    { title: 'time', ...right },
    ...(roofs ? workColumns : []),
  ];
  const others = rest.length > 0 ? [row(sumOf(rest, counted(rest.length, 'other')))] : [];
  const all = row(sumOf(phases, paint.bold('all')));
  return tableOf(columns, [...shown.map(phase => row(phase, true)), ...others, 'rule', all], paint);
}

const workColumns: readonly Column[] = [
  { title: 'modelled', ...right },
  { title: 'GMAC/s', ...right },
  { title: 'moved', ...right },
  { title: 'GB/s', ...right },
  { title: 'of roof', ...right },
  { title: 'limited by' },
];

function workCells({ seconds, work, roof }: PhaseProfile, chip: ChipSpec, paint: Paint): readonly string[] {
  if (work === undefined || roof === undefined) return [];
  const multiplyAdds = work.multiplyAdds + work.byteMultiplyAdds;
  const moved = work.readBytes + work.writtenBytes;
  return [
    duration(work.cycles / chip.clockHz),
    multiplyAdds === 0 ? '' : rate(multiplyAdds, seconds),
    amount(moved),
    moved === 0 ? '' : rate(moved, seconds),
    `${Math.round((100 * roof.seconds) / seconds)} %`,
    paint.dim(roof.limit),
  ];
}

/** Several phases as one, whose limit is the one that most of their least time goes to. */
function sumOf(phases: readonly PhaseProfile[], name: string): PhaseProfile {
  const total = (of: (phase: PhaseProfile) => number | undefined) =>
    phases.reduce((sum, phase) => sum + (of(phase) ?? 0), 0);
  const seconds = total(phase => phase.seconds);
  if (phases.some(({ work }) => work === undefined)) return { name, seconds };
  const least = total(({ roof }) => roof?.seconds);
  const arithmetic = total(({ roof }) => (roof?.limit === 'arithmetic' ? roof.seconds : 0));
  return {
    name,
    seconds,
    work: {
      name,
      kind: 'compute',
      multiplyAdds: total(({ work }) => work?.multiplyAdds),
      byteMultiplyAdds: total(({ work }) => work?.byteMultiplyAdds),
      readBytes: total(({ work }) => work?.readBytes),
      residentBytes: total(({ work }) => work?.residentBytes),
      writtenBytes: total(({ work }) => work?.writtenBytes),
      cycles: total(({ work }) => work?.cycles),
    },
    roof: { seconds: least, limit: arithmetic >= least / 2 ? 'arithmetic' : 'bandwidth' },
  };
}

function roofText({ multiplyAddsPerSecond, byteMultiplyAddsPerSecond, reading }: Roofs, { tiles }: ChipSpec): string {
  const [f32, bytes] = [multiplyAddsPerSecond, byteMultiplyAddsPerSecond].map(each => (each / 1e9).toFixed(1));
  const rates = reading.map(
    point => `${(point.bytesPerSecond / 1e9).toFixed(0)} (${amount(point.bytes).replace('.0 ', ' ')})`,
  );
  const chips = `This host runs the ${grouped(tiles)} tiles one after the other, the modelled chip all at once.`;
  return [
    ...(tiles > 1 ? [chips] : []),
    `The roof is what one core of this machine does at most: ${f32} GMAC/s of f32, ${bytes} of bytes;`,
    `reading ${rates.join(', ')} GB/s.`,
  ].join('\n');
}

/** In 10^9 a second. */
function rate(count: number, seconds: number): string {
  const billions = count / seconds / 1e9;
  return billions >= 100 ? grouped(billions) : billions.toFixed(1);
}

/** `512 B`, `48.1 KB`, `2.4 MB`. */
function amount(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** The same for other programs: every phase, in the order in which they run. Times are in milliseconds, rates in 10^9 a second. */
export function profileJson({ runs, seconds, phases, roofs }: Profile, chip: ChipSpec) {
  return {
    runs,
    milliseconds: 1000 * seconds,
    phases: phases.map(({ name, seconds, work, roof }) => ({
      name,
      milliseconds: 1000 * seconds,
      ...(work && {
        ...{ multiplyAdds: work.multiplyAdds, byteMultiplyAdds: work.byteMultiplyAdds },
        ...{ readBytes: work.readBytes, residentBytes: work.residentBytes, writtenBytes: work.writtenBytes },
        modelledMilliseconds: (1000 * work.cycles) / chip.clockHz,
      }),
      ...(roof && { leastMilliseconds: 1000 * roof.seconds, limit: roof.limit }),
    })),
    ...(roofs && {
      gigaMultiplyAddsPerSecond: roofs.multiplyAddsPerSecond / 1e9,
      gigaByteMultiplyAddsPerSecond: roofs.byteMultiplyAddsPerSecond / 1e9,
      reading: roofs.reading.map(point => ({ bytes: point.bytes, gigabytesPerSecond: point.bytesPerSecond / 1e9 })),
    }),
  };
}
