/**
 * Programs and variables as the host sees them, and what was moved:
 *
 * ```
 * train "fit" phases 4 + 12 updates
 *   input "image": f32[1, 4] in b2
 *   output "loss": f32[] in b9
 * variable 0 "w": param f32[4] in b3 embedded
 *   cell on 0: start [0] count [4] strides [4] + 0
 *   read class 1: b3 on 0 + 0, b0 on 0 + 0
 * move "w′" b4 -> b3, 16 B: "it is cut differently" @2
 * ```
 */
import { type LineReader, showType } from '@tessera-dnn/graph';
import type { HostTensor, Moved, TiledProgram, TiledVariable, TransferStep, VariableCell } from '../program.ts';
import { readBufferId } from './buffers.ts';
import { readCell, showCell } from './cells.ts';
import type { OriginWriter } from './origins.ts';
import type { Scope } from './scope.ts';

/** The lines of a program: its phases, its inputs and its outputs. */
export function showProgram({ kind, name, firstPhase, phases, inputs, outputs, updates }: TiledProgram): string {
  const head = `${kind} ${JSON.stringify(name)} phases ${firstPhase} + ${phases}${updates ? ' updates' : ''}`;
  const tensors = (word: string, list: readonly HostTensor[]) =>
    list.map(({ name: of, type, buffer }) => `  ${word} ${JSON.stringify(of)}: ${showType(type)} in b${buffer}`);
  return [head, ...tensors('input', inputs), ...tensors('output', outputs)].join('\n');
}

/** Reads what follows the word `kind`; the phases must be some of those that the text has. */
export function readProgram(line: LineReader, kind: TiledProgram['kind'], scope: Scope): TiledProgram {
  const name = line.string();
  line.expect('phases');
  const firstPhase = line.whole('a phase', 0, scope.phases + 1);
  line.expect('+');
  const phases = line.whole('how many phases', 0, scope.phases - firstPhase + 1);
  const updates = line.accepts('updates');
  line.end();
  const inputs: HostTensor[] = [];
  const outputs: HostTensor[] = [];
  for (const child of scope.children(line)) {
    const isInput = child.accepts('input');
    if (!isInput) child.expect('output');
    (isInput ? inputs : outputs).push(readTensor(child, scope));
  }
  return { kind, name, firstPhase, phases, inputs, outputs, updates };
}

function readTensor(line: LineReader, scope: Scope): HostTensor {
  const name = line.string();
  line.expect(':');
  const type = line.type();
  line.expect('in');
  const buffer = readBufferId(line, scope);
  line.end();
  return { name, type, buffer };
}

/** The lines of a variable: a head, its cells, and the steps of its transfers. */
export function showVariable({ index, path, kind, type, buffer, embedded, copyOf, ...parts }: TiledVariable): string {
  const head = `variable ${index} ${JSON.stringify(path)}: ${kind} ${showType(type)} in b${buffer}`;
  const steps = stepKinds.flatMap(step => parts[step].map(each => showStep(step, each)));
  const copies = copyOf === undefined ? '' : ` copy ${JSON.stringify(copyOf)}`;
  return [`${head}${embedded ? ' embedded' : ''}${copies}`, ...parts.cells.map(showCell), ...steps].join('\n');
}

const stepKinds = ['read', 'write', 'first'] as const;

function showStep(word: string, step: TransferStep): string {
  const slots = step.slots.map(({ buffer, tile, offset }) => `b${buffer} on ${tile} + ${offset}`);
  return `  ${word} class ${step.class}: [${slots.join(', ')}]`;
}

/** Reads the head of variable `id` and the lines under it. */
export function readVariable(line: LineReader, id: number, scope: Scope): TiledVariable {
  const index = line.whole(`the number ${id}`, id, id + 1);
  const path = line.string();
  line.expect(':');
  const kind = line.oneOf({ param: true, state: true }, 'param or state');
  const type = line.type();
  line.expect('in');
  const buffer = readBufferId(line, scope);
  const embedded = line.accepts('embedded');
  const copies = line.accepts('copy') ? { copyOf: line.string() } : {};
  line.end();
  const cells: VariableCell[] = [];
  const steps = { read: [] as TransferStep[], write: [] as TransferStep[], first: [] as TransferStep[] };
  for (const child of scope.children(line)) {
    const step = stepKinds.find(word => child.accepts(word));
    if (step) steps[step].push(readStep(child, scope));
    else cells.push(readCell(child, scope));
  }
  return { index, path, kind, type, buffer, embedded, ...copies, ...steps, cells };
}

function readStep(line: LineReader, scope: Scope): TransferStep {
  line.expect('class');
  const id = line.whole('a class', 0, scope.classes);
  line.expect(':');
  const slots = line.list(() => {
    const buffer = readBufferId(line, scope);
    line.expect('on');
    const tile = line.whole('a tile', 0, scope.tiles);
    line.expect('+');
    return { buffer, tile, offset: line.whole('an offset') };
  });
  line.end();
  return { class: id, slots };
}

/** The line of a movement: a view, or a copy of so many bytes with its reason. */
export function showMove({ name, from, to, bytes, reason, origin }: Moved, origins: OriginWriter): string {
  const where = to === undefined ? `view of b${from}` : `b${from} -> b${to}`;
  return `move ${JSON.stringify(name)} ${where}, ${bytes} B: ${JSON.stringify(reason)}${origins.show(origin)}`;
}

/** Reads what follows the word `move`. */
export function readMove(line: LineReader, scope: Scope): Moved {
  const name = line.string();
  const isView = line.accepts('view');
  if (isView) line.expect('of');
  const from = readBufferId(line, scope);
  const to = isView ? undefined : readTarget(line, scope);
  line.expect(',');
  const bytes = line.whole('how many bytes');
  line.expect('B');
  line.expect(':');
  const reason = line.string();
  const origin = scope.origins.read(line);
  line.end();
  return { name, origin, from, ...(to !== undefined && { to }), bytes, reason };
}

function readTarget(line: LineReader, scope: Scope): Moved['from'] {
  line.expect('->');
  return readBufferId(line, scope);
}
