/**
 * Phases as lines, what they consist of on lines of their own:
 *
 * ```
 * phase 0 exchange "conv1 · gather" @1
 *   tile 1 class 4: b2 on 0 + 16 -> b3 on 1 + 0, 64 B, spread 2
 *   tile 1 class 5: fill b3 on 1 + 64, 8 B
 * phase 1 compute "conv1" @1
 *   classes [0, 1*2, -1]
 *   slot b3
 *   slot b4 + [0*3, 16]
 *   over [0]
 * ```
 */
import type { LineReader } from '@tessera-dnn/graph';
import { Copies, type Copy } from '../copies.ts';
import type { Behind, BufferId, ComputePhase, ExchangePhase, Phase, Round, SlotRef } from '../program.ts';
import { readBufferId } from './buffers.ts';
import type { OriginWriter } from './origins.ts';
import { readRuns, showRuns } from './runs.ts';
import type { Scope } from './scope.ts';

/** The lines of phase `id`: a head, and what its tiles run or which copies they make. */
export function showPhase(phase: Phase, id: number, origins: OriginWriter): string {
  const head = `phase ${id} ${phase.kind} ${JSON.stringify(phase.name)}${origins.show(phase.origin)}`;
  return [head, ...(phase.kind === 'compute' ? showCompute(phase) : showCopies(phase))].join('\n');
}

function showCompute({ classOf, slots, scratch, overwritable, behind, beside, round }: ComputePhase): string[] {
  const lines = [`  classes ${showRuns(classOf)}`, ...slots.map(showSlot)];
  if (scratch !== undefined) lines.push(`  scratch b${scratch}`);
  if (overwritable.length > 0) lines.push(`  over [${overwritable.join(', ')}]`);
  if (behind)
    lines.push(`  behind [${behind.map(({ slot, distanceBytes }) => `${slot} by ${distanceBytes}`).join(', ')}]`);
  if (beside) lines.push(`  beside [${beside.join(', ')}]`);
  if (round) lines.push(showRound(round));
  return lines;
}

function showRound({ index, count, adds, parts }: Round): string {
  return `  round ${index} of ${count}${adds ? ' adds' : ''} parts [${parts.join(', ')}]`;
}

function showSlot({ buffer, offset }: SlotRef): string {
  if (offset === 0) return `  slot b${buffer}`;
  return `  slot b${buffer} + ${typeof offset === 'number' ? offset : showRuns(offset)}`;
}

function showCopies({ copies, round }: ExchangePhase): string[] {
  const lines: string[] = round === undefined ? [] : [`  round ${round}`];
  for (const { tile, class: id, from, fromTile, fromOffset, to, toTile, toOffset, bytes, spread } of copies) {
    const source = from < 0 ? 'fill' : `b${from} on ${fromTile} + ${fromOffset} ->`;
    const spreads = spread === 0 ? '' : `, spread ${spread}`;
    lines.push(`  tile ${tile} class ${id}: ${source} b${to} on ${toTile} + ${toOffset}, ${bytes} B${spreads}`);
  }
  return lines;
}

/** Reads the head of phase `id` and the lines under it. */
export function readPhase(line: LineReader, id: number, scope: Scope): Phase {
  line.whole(`the number ${id}`, id, id + 1);
  const kind = line.oneOf({ compute: true, exchange: true }, 'compute or exchange');
  const head = { name: line.string(), origin: scope.origins.read(line) };
  line.end();
  const lines = scope.children(line);
  return kind === 'compute'
    ? { kind, ...head, ...readCompute(line, lines, scope) }
    : { kind, ...head, ...readCopies(lines, scope) };
}

function readCompute(
  head: LineReader,
  lines: readonly LineReader[],
  scope: Scope,
): Omit<ComputePhase, 'kind' | 'name' | 'origin'> {
  let classOf: Int32Array | undefined;
  const slots: SlotRef[] = [];
  let scratch: BufferId | undefined;
  let overwritable: readonly number[] = [];
  let behind: readonly Behind[] | undefined;
  let beside: readonly number[] | undefined;
  let round: Round | undefined;
  for (const line of lines) {
    if (line.accepts('classes')) classOf = readClasses(line, scope);
    else if (line.accepts('slot')) slots.push(readSlot(line, scope));
    else if (line.accepts('scratch')) scratch = readBufferId(line, scope);
    else if (line.accepts('over')) overwritable = readSlotNumbers(line);
    else if (line.accepts('behind')) behind = readBehind(line);
    else if (line.accepts('beside')) beside = readSlotNumbers(line);
    else if (line.accepts('round')) round = readRound(line);
    else line.fail('classes, slot, scratch, over, behind, beside or round');
    line.end();
  }
  if (!classOf || slots.length === 0) head.fail('lines with classes and slots that belong to this one');
  return {
    classOf: classOf ?? new Int32Array(0),
    slots,
    ...(scratch !== undefined && { scratch }),
    overwritable,
    ...(behind && { behind }),
    ...(beside && { beside }),
    ...(round && { round }),
  };
}

function readRound(line: LineReader): Round {
  const index = line.whole('the number of a round');
  line.expect('of');
  const count = line.whole('how many rounds', index + 1);
  const adds = line.accepts('adds');
  line.expect('parts');
  return { index, count, adds, parts: line.list(() => line.number()) };
}

/** The first line may say whose part of a round the copies bring. */
function readCopies(lines: readonly LineReader[], scope: Scope): Pick<ExchangePhase, 'copies' | 'round'> {
  const [first] = lines;
  const round = first?.accepts('round') ? first.whole('the number of a round') : undefined;
  if (round !== undefined) first.end();
  const copies = Copies.of((round === undefined ? lines : lines.slice(1)).map(copy => readCopy(copy, scope)));
  return { copies, ...(round !== undefined && { round }) };
}

function readClasses(line: LineReader, { tiles, classes }: Scope): Int32Array<ArrayBuffer> {
  const classOf = Int32Array.from(readRuns(line, tiles));
  const wrong = classOf.find(id => id < -1 || id >= classes);
  if (wrong !== undefined) line.fail(`classes below ${classes}, not ${wrong},`);
  return classOf;
}

function readSlot(line: LineReader, scope: Scope): SlotRef {
  const buffer = readBufferId(line, scope);
  if (!line.accepts('+')) return { buffer, offset: 0 };
  return { buffer, offset: line.hasNumber() ? line.whole('an offset') : readRuns(line, scope.tiles) };
}

function readSlotNumbers(line: LineReader): readonly number[] {
  return line.list(() => line.whole('the number of a slot'));
}

function readBehind(line: LineReader): readonly Behind[] {
  return line.list(() => {
    const slot = line.whole('the number of a slot');
    line.expect('by');
    return { slot, distanceBytes: line.number() };
  });
}

function readCopy(line: LineReader, scope: Scope): Copy {
  line.expect('tile');
  const tile = line.whole('a tile', 0, scope.tiles);
  line.expect('class');
  const id = line.whole('a class', 0, scope.classes);
  line.expect(':');
  const [from, fromTile, fromOffset] = line.accepts('fill') ? ([-1, tile, 0] as const) : readSource(line, scope);
  const [to, toTile, toOffset] = readPlace(line, scope);
  line.expect(',');
  const bytes = line.whole('how many bytes');
  line.expect('B');
  const spread = line.accepts(',') ? readSpreadNumber(line, scope) : 0;
  line.end();
  return { tile, class: id, from, fromTile, fromOffset, to, toTile, toOffset, bytes, spread };
}

function readSource(line: LineReader, scope: Scope): Place {
  const place = readPlace(line, scope);
  line.expect('->');
  return place;
}

/** Buffer, tile and offset. */
type Place = readonly [BufferId, number, number];

function readPlace(line: LineReader, scope: Scope): Place {
  const buffer = readBufferId(line, scope);
  line.expect('on');
  const tile = line.whole('a tile', 0, scope.tiles);
  line.expect('+');
  return [buffer, tile, line.whole('an offset')];
}

function readSpreadNumber(line: LineReader, { spreads }: Scope): number {
  line.expect('spread');
  return line.whole('a spread', 0, spreads);
}
