/** Draws a sweep as SVG: every plan as a point of bytes against cycles, both on logarithmic scales, and the fronts as lines. */

import { escaped, round, text } from '@tessera-dnn/explorer';
import { cyclesOf, type Fitting, fits, frontsOf, isWork, type Solved } from '../sweep/answers.ts';
import type { Sweep } from '../sweep/points.ts';
import { counted, grouped } from './numbers.ts';

const plot = { left: 110, top: 64, width: 900, height: 480 } as const;
const size = { width: plot.left + plot.width + 230, height: plot.top + plot.height + 70 } as const;

/** Told apart by people who see few colours (Okabe and Ito's); a sweep of more kinds of work begins again. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#6b6b6b'];

/** A logarithmic scale from values to a length in the picture. */
interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** The picture as an SVG document of its own. Plans that do not fit are not in it. */
export function sweepSvg(sweep: Sweep, solved: readonly Solved[]): string {
  const fitting = solved.filter(fits);
  const fronts = frontsOf(sweep, solved).filter(({ points }) => points.length > 0);
  const x = scaleOf(fitting.map(cyclesOf), plot.left, plot.left + plot.width);
  const y = scaleOf(
    fitting.map(({ answer }) => answer.peakBytes),
    plot.top + plot.height,
    plot.top,
  );
  const place = (each: Fitting): [number, number] => [x.at(cyclesOf(each)), y.at(each.answer.peakBytes)];
  const colourOf = colouring(fronts);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${escaped(`${sweep.source}: bytes of the fullest tile against cycles`)}</title>`,
    `<rect width="${size.width}" height="${size.height}" fill="#ffffff"/>`,
    text(
      plot.left,
      26,
      `${sweep.source}: bytes of the fullest tile against cycles`,
      'font-size="17" font-weight="600"',
    ),
    text(
      plot.left,
      46,
      `${counted(solved.length, 'plan')}, of which ${grouped(fitting.length)} fit; lines join those that no other beats`,
      'fill="#555"',
    ),
    ...grid(x, y),
    ...fronts.map(({ at, points }) => {
      const path = points.map((each, i) => `${i === 0 ? 'M' : 'L'}${place(each).map(round).join(' ')}`).join('');
      return `<path d="${path}" fill="none" stroke="${colourOf(at.map(({ value }) => value))}" stroke-width="1.5" stroke-opacity="0.6"/>`;
    }),
    ...fitting.map(each => {
      const [cx, cy] = place(each).map(round);
      const settings = sweep.axes.map(({ name }, i) => `${name} ${each.point.at[i]}`).join('\n');
      const hint = `${settings}\n${grouped(each.answer.peakBytes)} B on the fullest tile\n${grouped(cyclesOf(each))} cycles`;
      const isBest = fronts.some(({ points }) => points.includes(each));
      const fill = colourOf(workOf(sweep, each));
      return `<circle cx="${cx}" cy="${cy}" r="${isBest ? 5 : 3.5}" fill="${fill}" fill-opacity="${isBest ? 1 : 0.45}"><title>${escaped(hint)}</title></circle>`;
    }),
    ...legend(sweep, fronts, colourOf),
    '</svg>',
    '',
  ].join('\n');
}

type Fronts = ReturnType<typeof frontsOf>;

function workOf({ axes }: Sweep, { point }: Solved): readonly string[] {
  return axes.flatMap((axis, i) => (isWork(axis) ? [point.at[i]] : []));
}

function colouring(fronts: Fronts): (work: readonly string[]) => string {
  const known = new Map(fronts.map(({ at }, i) => [JSON.stringify(at.map(({ value }) => value)), i]));
  return work => colours[(known.get(JSON.stringify(work)) ?? 0) % colours.length];
}

/** A scale whose ends are a little outside of the values. Ticks are 1, 2 and 5 times powers of ten, or the ends where there would be none. */
function scaleOf(values: readonly number[], from: number, to: number): Scale {
  const [low, high] = [Math.min(...values) / 1.15, Math.max(...values) * 1.15];
  const span = Math.log(high / low);
  const decades = Array.from({ length: 16 }, (_, i) => [1, 2, 5].map(digit => digit * 10 ** i)).flat();
  const inside = decades.filter(tick => tick >= low && tick <= high);
  const thinned = inside.length > 9 ? inside.filter(tick => String(tick).startsWith('1')) : inside;
  return {
    at: value => from + (Math.log(value / low) / span) * (to - from),
    ticks: thinned.length >= 2 ? thinned : [Math.min(...values), Math.max(...values)],
  };
}

function grid(x: Scale, y: Scale): readonly string[] {
  const bottom = plot.top + plot.height;
  const columns = x.ticks.flatMap(tick => {
    const at = round(x.at(tick));
    return [
      `<path d="M${at} ${plot.top}V${bottom}" stroke="#e4e4e4"/>`,
      text(at, bottom + 20, grouped(tick), 'text-anchor="middle" fill="#555"'),
    ];
  });
  const rows = y.ticks.flatMap(tick => {
    const at = round(y.at(tick));
    return [
      `<path d="M${plot.left} ${at}h${plot.width}" stroke="#e4e4e4"/>`,
      text(plot.left - 8, at + 4, grouped(tick), 'text-anchor="end" fill="#555"'),
    ];
  });
  return [
    ...columns,
    ...rows,
    `<path d="M${plot.left} ${plot.top}V${bottom}H${plot.left + plot.width}" fill="none" stroke="#333"/>`,
    text(plot.left + plot.width / 2, bottom + 48, 'cycles of one run', 'text-anchor="middle" fill="#333"'),
    text(plot.left - 8, plot.top - 12, 'bytes', 'text-anchor="end" fill="#333"'),
  ];
}

/** More kinds of work than this are not told apart by a legend: hints have their settings. */
const mostKeys = 16;

function legend(sweep: Sweep, fronts: Fronts, colourOf: (work: readonly string[]) => string): readonly string[] {
  if (fronts.length < 2 || fronts.length > mostKeys) return [];
  const isVaried = ({ name }: { readonly name: string }) =>
    sweep.axes.some(axis => axis.name === name && axis.values.length > 1);
  return fronts.flatMap(({ at }, i) => {
    const [x, y] = [plot.left + plot.width + 24, plot.top + 14 + 24 * i];
    const name = at.flatMap(({ axis, value }) => (isVaried(axis) ? [`${axis.name} ${value}`] : [])).join(', ');
    return [
      `<circle cx="${x}" cy="${y}" r="5" fill="${colourOf(at.map(({ value }) => value))}"/>`,
      text(x + 13, y + 4, name, 'fill="#333"'),
    ];
  });
}
