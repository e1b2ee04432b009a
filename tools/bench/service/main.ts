/**
 * How long an editor waits after a key: a file of a thousand lines, in which somebody types inside one of its blocks. Times are medians of the keys of
 * one run, and the longest of ten. Syntax and names are looked at after every key; values when hovers and hints are asked for.
 */
import { readFileSync } from 'node:fs';
import { completionsAt, hintsOf, hoverAt, quickDiagnostics, valueDiagnostics, Workspace } from '@tessera-dnn/service';

const one = readFileSync(new URL('../../../examples/resnet8.dnn', import.meta.url), 'utf8');

/** ResNet-8 as often as makes a thousand lines, each time under other names. */
function thousandLines(): string {
  let text = '';
  for (let copy = 0; text.split('\n').length < 1000; copy++)
    text += one.replaceAll(/\b(residual|resnet8|fit)\b/g, `$1_${copy}`);
  return text;
}

const text = thousandLines();
const at = text.indexOf('stem_bn |> relu', text.length / 2);
const typed = '|> conv2d(16, kernel: 3) as more ';
const workspace = new Workspace();
workspace.update('net.dnn', text);

interface Measured {
  readonly what: string;
  readonly milliseconds: readonly number[];
}

function measure(what: string, work: (typedText: string, offset: number) => void): Measured {
  const milliseconds: number[] = [];
  for (let key = 1; key <= typed.length; key++) {
    const changed = text.slice(0, at) + typed.slice(0, key) + text.slice(at);
    const start = performance.now();
    work(changed, at + key);
    milliseconds.push(performance.now() - start);
  }
  return { what, milliseconds: milliseconds.sort((a, b) => a - b) };
}

const update = (changed: string) => workspace.update('net.dnn', changed);
const all = [
  measure('first keys', changed => quickDiagnostics(update(changed))),
  measure('syntax and names', changed => quickDiagnostics(update(changed))),
  measure('and completion', (changed, offset) => {
    const document = update(changed);
    quickDiagnostics(document);
    completionsAt(document, offset);
  }),
  measure('and values', changed => valueDiagnostics(update(changed))),
  measure('and hover, hints', (changed, offset) => {
    const document = update(changed);
    hoverAt(document, offset);
    hintsOf(document, 0, changed.length);
  }),
];
process.stdout.write(`${text.split('\n').length} lines, ${typed.length} keys\n`);
for (const { what, milliseconds } of all) {
  const [median, most] = [milliseconds[milliseconds.length >> 1], milliseconds.at(-1)!];
  process.stdout.write(`${what.padEnd(18)} median ${median.toFixed(1)} ms, longest ${most.toFixed(1)} ms\n`);
}
