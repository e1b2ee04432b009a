/** A curve that grows while a training goes on: each step pale, and a mean of the last ones strong. */
import uPlot from 'uplot';
import { palette } from './colours.ts';
import { element } from './dom.ts';
import { countText } from './text.ts';

/** So many points are drawn at most; when there are more, every two become their mean. */
const mostPoints = 1200;
/** How much of the mean stays at each point. */
const kept = 0.9;

export interface LossChart {
  readonly element: HTMLElement;
  readonly add: (values: readonly number[]) => void;
  readonly clear: () => void;
}

/** An empty chart of values by step, counted from 1. */
export function lossChart(): LossChart {
  const place = element('div', { class: 'chart', role: 'img', attributes: { 'aria-label': 'Loss by step' } });
  /** Points are means of so many steps. */
  let width = 1;
  let points: number[] = [];
  let [sum, count] = [0, 0];
  let chart: uPlot | undefined;

  const draw = () => {
    const { width: room } = place.getBoundingClientRect();
    if (room === 0) return;
    if (chart && chart.width !== Math.round(room)) {
      chart.destroy();
      chart = undefined;
    }
    chart ??= new uPlot(optionsOf(Math.round(room)), [[], [], []], place);
    chart.setData([points.map((_, i) => (i + 1) * width), points, smoothed(points)]);
  };
  const rebuild = () => {
    chart?.destroy();
    chart = undefined;
    draw();
  };
  new ResizeObserver(draw).observe(place);
  document.addEventListener('tessera-theme', rebuild);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', rebuild);
  return {
    element: place,
    clear: () => {
      [width, points, sum, count] = [1, [], 0, 0];
      draw();
    },
    add: values => {
      for (const value of values) {
        sum += value;
        if (++count < width) continue;
        points.push(sum / count);
        [sum, count] = [0, 0];
        if (points.length < mostPoints) continue;
        points = Array.from({ length: mostPoints / 2 }, (_, i) => (points[2 * i] + points[2 * i + 1]) / 2);
        width *= 2;
      }
      draw();
    },
  };
}

/** An exponential mean, without the bias of its beginning. */
function smoothed(points: readonly number[]): number[] {
  let [mean, weight] = [0, 0];
  return points.map(point => {
    mean = kept * mean + (1 - kept) * point;
    weight = kept * weight + (1 - kept);
    return mean / weight;
  });
}

function optionsOf(width: number): uPlot.Options {
  const { faint, line, compute } = palette();
  const axis = { stroke: faint, grid: { stroke: line, width: 1 }, ticks: { show: false }, font: '11px system-ui' };
  return {
    width,
    height: 132,
    padding: [8, 12, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false } },
    axes: [
      { ...axis, size: 22, values: (_, splits) => splits.map(countText) },
      { ...axis, size: 54 },
    ],
    series: [
      {},
      { stroke: compute[0], width: 1, points: { show: false } },
      { stroke: compute[1], width: 2, points: { show: false } },
    ],
  };
}
