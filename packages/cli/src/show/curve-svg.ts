/** Draws a curve of losses as SVG: every step, a smoothed line, and validations as dots. */

import { escaped, round, text } from '@tessera-dnn/explorer';
import type { Point } from '../training/curve.ts';
import { type Axes, axesOf, type CurveData } from './curve.ts';
import { grouped, short } from './numbers.ts';

const plot = { left: 84, top: 56, width: 800, height: 400 } as const;
const size = { width: plot.left + plot.width + 32, height: plot.top + plot.height + 72 } as const;
const colours = { steps: '#b9d3e4', smoothed: '#2a78a5', validation: '#c0392b' } as const;

/** The curve as an SVG document of its own; without a line where there are fewer than two points. `title` stands above it. */
export function curveSvg(data: CurveData, title: string): string {
  const axes = axesOf(data);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${size.width}" height="${size.height}" fill="#ffffff"/>`,
    text(plot.left, 28, title, 'font-size="17" font-weight="600"'),
    ...(axes ? drawn(data, axes) : [text(plot.left, plot.top, 'there are fewer than two steps', 'fill="#555"')]),
    '</svg>',
    '',
  ].join('\n');
}

function drawn({ name, losses, validations }: CurveData, axes: Axes): readonly string[] {
  const bottom = plot.top + plot.height;
  const marks = axes.marks.flatMap(mark => [
    `<path d="M${plot.left} ${y(axes, mark)}h${plot.width}" stroke="#e4e4e4"/>`,
    text(plot.left - 8, y(axes, mark) + 4, short(Number(mark.toPrecision(3))), 'text-anchor="end" fill="#555"'),
  ]);
  const steps = [axes.first, axes.last].map((step, i) =>
    text(x(axes, step), bottom + 20, grouped(step), `text-anchor="${i === 0 ? 'start' : 'end'}" fill="#555"`),
  );
  const legend = text(
    plot.left + plot.width / 2,
    bottom + 20,
    `${name} by the step`,
    'text-anchor="middle" fill="#2a78a5"',
  );
  const held = text(
    plot.left + plot.width / 2,
    bottom + 42,
    'of the validation',
    `text-anchor="middle" fill="${colours.validation}"`,
  );
  return [
    ...marks,
    line(losses, axes, `stroke="${colours.steps}"`),
    line(smoothed(losses), axes, `stroke="${colours.smoothed}" stroke-width="2"`),
    line(validations, axes, `stroke="${colours.validation}" stroke-dasharray="4 3"`),
    ...validations.filter(isDrawn).map(point => {
      const hint = `step ${grouped(point.step)}: ${short(point.value)}`;
      return `<circle cx="${x(axes, point.step)}" cy="${y(axes, point.value)}" r="4" fill="${colours.validation}"><title>${escaped(hint)}</title></circle>`;
    }),
    ...steps,
    legend,
    ...(validations.length > 0 ? [held] : []),
  ];
}

function x({ across }: Axes, step: number): number {
  return round(plot.left + across(step) * plot.width);
}

function y({ up }: Axes, value: number): number {
  return round(plot.top + (1 - up(value)) * plot.height);
}

function isDrawn({ value }: Point): boolean {
  return Number.isFinite(value);
}

function line(points: readonly Point[], axes: Axes, stroke: string): string {
  const places = points.filter(isDrawn).map(({ step, value }) => `${x(axes, step)} ${y(axes, value)}`);
  return places.length < 2 ? '' : `<path d="M${places.join('L')}" fill="none" ${stroke}/>`;
}

/** Each point as a mean of those before it, of which a later one counts more. */
function smoothed(points: readonly Point[]): readonly Point[] {
  const weight = Math.min(1, 20 / Math.max(1, points.length));
  let mean = points[0]?.value ?? 0;
  return points.map(({ step, value }) => {
    mean += weight * (value - mean);
    return { step, value: mean };
  });
}
