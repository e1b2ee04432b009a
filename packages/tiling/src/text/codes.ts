/**
 * Codes, the classes of vertices that share them, and loops over tiles:
 * `class 3 = code 1 fields [2, 64] slots 2 cycles 40 carries 4 B [3 * 16 -> 4]`, a loop of three turns, 16 bytes further in the source and 4 in
 * the target with each; `spread 1 = [4 * 2]`, four turns, two tiles further with each.
 */

import type { Diagnostic } from '@tessera-dnn/diagnostics';
import { type LineReader, showNumber } from '@tessera-dnn/graph';
import { type KernelCode, printKernel, readKernel, showKernelHead } from '@tessera-dnn/graph/kernel';
import type { Carried, Spread, VertexClass } from '../program.ts';
import type { Scope } from './scope.ts';

/** The lines of a kernel: its number, its name, and its instructions below. */
export function showCode(code: KernelCode, id: number, name: string): string {
  const body = printKernel(code).trimEnd().replace(/^/gm, '  ');
  return `code ${id} ${JSON.stringify(name)} ${showKernelHead(code)}\n${body}`;
}

/** Reads a kernel and its name. Mistakes in its instructions go to `problems` with their places. */
export function readCode(
  line: LineReader,
  id: number,
  problems: Diagnostic[],
): { readonly name: string; readonly code: KernelCode } {
  line.whole(`the number ${id}`, id, id + 1);
  return { name: line.string(), code: readKernel(line, problems) };
}

/** The line of a vertex class: its kernel, its fields, its cycles, and of a copy what it carries. */
export function showClass({ code, fields, slots, cycles, scratchBytes, carried }: VertexClass, id: number): string {
  const scratch = scratchBytes === undefined ? '' : ` scratch ${scratchBytes}`;
  const known = carried ? ` carries ${carried.elementBytes} B ${showLoops(carried.loops)}` : '';
  return `class ${id} = code ${code} fields [${fields.join(', ')}] slots ${slots} cycles ${showNumber(cycles)}${scratch}${known}`;
}

function showLoops(loops: Carried['loops']): string {
  const shown = loops.map(({ count, from, to, tiles }) => {
    return `${count} * ${from} -> ${to}${tiles === undefined ? '' : ` from tiles ${tiles}`}`;
  });
  return `[${shown.join(', ')}]`;
}

/** Reads the line of class `id`, whose kernel must be one of the program's. */
export function readClass(line: LineReader, id: number, { codes }: Scope): VertexClass {
  line.whole(`the number ${id}`, id, id + 1);
  line.expect('=');
  line.expect('code');
  const code = line.whole('a code', 0, codes);
  line.expect('fields');
  const fields = line.numbers();
  line.expect('slots');
  const slots = line.whole();
  line.expect('cycles');
  const cycles = line.number();
  const scratchBytes = line.accepts('scratch') ? line.whole('bytes') : undefined;
  const carried = line.accepts('carries') ? readCarried(line) : undefined;
  line.end();
  return {
    code,
    fields,
    slots,
    cycles,
    ...(scratchBytes !== undefined && { scratchBytes }),
    ...(carried && { carried }),
  };
}

function readCarried(line: LineReader): Carried {
  const elementBytes = line.whole('bytes of an element', 1);
  line.expect('B');
  const loops = line.list(() => {
    const count = line.whole();
    line.expect('*');
    const from = line.number();
    line.expect('->');
    const to = line.number();
    if (!line.accepts('from')) return { count, from, to };
    line.expect('tiles');
    return { count, from, to, tiles: line.number() };
  });
  return { elementBytes, loops };
}

/** The line of spread `id`: the loops over tiles of copies that take from several. */
export function showSpread(spread: Spread, id: number): string {
  return `spread ${id} = [${spread.map(({ count, tiles }) => `${count} * ${tiles}`).join(', ')}]`;
}

/** Reads the line of spread `id`. */
export function readSpread(line: LineReader, id: number): Spread {
  line.whole(`the number ${id}`, id, id + 1);
  line.expect('=');
  const spread = line.list(() => {
    const count = line.whole('how many turns', 1);
    line.expect('*');
    return { count, tiles: line.number() };
  });
  line.end();
  return spread;
}
