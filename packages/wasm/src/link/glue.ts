/**
 * The code of an artifact that is not a kernel: it walks the tables of the image and calls codelets.
 *
 * Before: an image whose tables are as `machine`'s `tables/format.ts` says. After: a module without data whose first functions are stubs for the
 * codelets (their bodies are put in later) and whose exports are those of an artifact.
 *
 * Function numbers: codelets, then one function per phase (so that a profiler shows `conv1 · exchange` and not `phase`), then the rest.
 * The table holds codelets and phases in the same order; both are called through it.
 * Nothing is ignored silently: an unknown program, phase, slot or variable traps.
 */
import { type Image, type ImageProgram, tableFormat } from '@tessera-dnn/machine';
import binaryen from 'binaryen';
import type { CompiledCodelets } from '../codelet/compile.ts';
import type { Expression } from '../codelet/expression.ts';
import { addGlobals, addWorkers, workersName } from '../codelet/globals.ts';
import { codeletParameters, dividesVertices } from '../codelet/lower.ts';
import { address, get, none, parameters, setFlag, tableName, whileTrue } from './fragments.ts';
import { loadData, loadLocals, standInSegments } from './initial-data.ts';
import { addRecords, copiesName, vertexName } from './records.ts';
import {
  addThreadGlobals,
  addThreads,
  divideName,
  resetThreads,
  type ThreadedImage,
  trapIfBroken,
  withScratch,
} from './threads.ts';
import { addVariables } from './variables.ts';

export interface Glue {
  readonly wasm: Uint8Array;
  /** Names by function number, codelets left out. */
  readonly functionNames: readonly string[];
}

const { i32 } = binaryen;
const { directory, listLength } = tableFormat;

/** What the module's memory is like: so many pages of 64 KiB, into which so many stretches of initial data go. */
export interface GlueMemory {
  readonly pages: number;
  readonly stretches: number;
}

/** Builds the module for `image`, with stubs that take what their codelets will (`codelets`: slots of each). */
export function buildGlue(
  image: Image,
  { slots: codelets, globals }: Pick<CompiledCodelets, 'slots' | 'globals'>,
  memory: GlueMemory,
): Glue {
  const m = new binaryen.Module();
  try {
    m.setFeatures(featuresOf(image, globals));
    addGlobals(m, globals);
    if (dividesVertices(shares(image))) addWorkers(m);
    if (isThreaded(image)) addThreadGlobals(m);
    addMemory(m, image, memory.pages);
    const stubs = addCodelets(m, codelets);
    const phases = addPhases(m, image);
    addTable(m, [...stubs, ...phases]);
    const rest = [
      ...addRecords(m, image, vertexSlots(image), codelets),
      ...addWalks(m, image),
      ...(isThreaded(image) ? addThreads(m, image, codelets.length) : []),
      ...addPrograms(m, image, codelets.length),
      ...addLoad(m, image, memory.stretches),
      ...addVariables(m, image),
    ];
    m.runPasses(['optimize-instructions', 'simplify-locals', 'vacuum', 'coalesce-locals']);
    return { wasm: m.emitBinary(), functionNames: [...image.phases.map(({ name }) => name), ...rest] };
  } finally {
    m.dispose();
  }
}

function isThreaded(image: Image): image is ThreadedImage {
  return image.threads !== undefined;
}

function shares({ workers, threads }: Image): { readonly workers: number; readonly threads?: number } {
  return { workers, threads: threads?.count };
}

function featuresOf(image: Image, globals: readonly number[]): number {
  const all = binaryen.Features;
  return (
    (globals.length > 0 ? all.SIMD128 : all.MVP) |
    (isThreaded(image) ? all.Atomics | all.BulkMemory | all.BulkMemoryOpt : all.MVP)
  );
}

/** Several threads share a memory that the host makes; it is exported in any case. */
function addMemory(m: binaryen.Module, image: Image, pages: number): void {
  if (!isThreaded(image)) {
    m.setMemory(pages, pages, 'memory');
    return;
  }
  m.setMemory(pages, pages, 'memory', standInSegments(m), true, false, 'shared');
  m.addMemoryImport('shared', 'env', 'memory', true);
}

function addCodelets(m: binaryen.Module, codelets: readonly number[]): string[] {
  return codelets.map((slots, index) => {
    const name = `codelet${index}`;
    m.addFunction(name, codeletParameters(slots), none, [], m.nop());
    return name;
  });
}

/** `phase(firstSlot, endSlot)` for each global phase. */
function addPhases(m: binaryen.Module, image: Image): string[] {
  return image.phases.map(({ slots, scratchBytes }, phase) => {
    const name = `phase${phase}`;
    const walk = m.call(walkName(slots), [m.i32.const(phase), get(m, 0), get(m, 1)], none);
    const body = scratchBytes === undefined ? walk : withScratch(m, scratchBytes, walk);
    m.addFunction(name, parameters(2), none, [], body);
    return name;
  });
}

/** The different numbers of slots that vertices have. */
function vertexSlots({ phases }: Image): readonly number[] {
  return [...new Set(phases.map(({ slots }) => slots))].filter(slots => slots > 0).sort((a, b) => a - b);
}

function addTable(m: binaryen.Module, functions: readonly string[]): void {
  m.addTable(tableName, functions.length, functions.length);
  m.addActiveElementSegment(tableName, 'all', functions, m.i32.const(0));
}

function walkName(slots: number): string {
  return `walk${slots}`;
}

/** A function per kind of list that walks a range of slots, and what finds lists. */
function addWalks(m: binaryen.Module, image: Image): readonly string[] {
  addFind(m, image);
  const slots = vertexSlots(image);
  addWalk(m, image, walkName(0), copiesName);
  for (const count of slots) addWalk(m, image, walkName(count), vertexName(count));
  return ['find a list', 'walk an exchange', ...slots.map(count => `walk vertices of ${count} slots`)];
}

/** `walk(phase, firstSlot, endSlot)`: from tile to tile, with the workers that the range has of each. */
function addWalk(m: binaryen.Module, image: Image, name: string, run: string): void {
  const [phase, slot, end, base, worker, list, last] = [0, 1, 2, 3, 4, 5, 6];
  const workers = () => (dividesVertices(shares(image)) ? m.global.get(workersName, i32) : m.i32.const(image.workers));
  const left = () => m.i32.sub(get(m, end), get(m, slot));
  const wanted = m.i32.add(get(m, worker), left());
  const table = m.i32.add(get(m, base), address(m, image.tables.offset));
  const visit = m.block(null, [
    m.local.set(last, wanted),
    m.if(m.i32.gt_u(get(m, last), workers()), m.local.set(last, workers())),
    m.local.set(list, m.call('find', [table, get(m, phase)], i32)),
    m.if(get(m, list), m.call(run, [get(m, list), get(m, base), get(m, worker), get(m, last)], none)),
    m.local.set(slot, m.i32.add(get(m, slot), m.i32.sub(get(m, last), get(m, worker)))),
    m.local.set(worker, m.i32.const(0)),
    m.local.set(base, m.i32.add(get(m, base), address(m, image.tileStrideBytes))),
  ]);
  const body = m.block(null, [
    m.local.set(worker, m.i32.rem_u(get(m, slot), workers())),
    m.local.set(base, m.i32.mul(m.i32.div_u(get(m, slot), workers()), address(m, image.tileStrideBytes))),
    whileTrue(m, () => m.i32.lt_u(get(m, slot), get(m, end)), [visit]),
  ]);
  m.addFunction(name, parameters(3), none, [i32, i32, i32, i32], body);
}

/** `find(table, phase) → list`: 0 if there is none. The entry says where the first of its phases' lists is; those before are skipped. */
function addFind(m: binaryen.Module, image: Image): void {
  const [table, phase, entry, skip, bytes] = [0, 1, 2, 3, 4];
  const index = m.i32.shr_u(get(m, phase), m.i32.const(directory.phasesShift));
  const at = m.i32.add(get(m, table), m.i32.shl(index, m.i32.const(directory.entryShift)));
  const bit = m.i32.shl(m.i32.const(1), m.i32.and(get(m, phase), m.i32.const(directory.phases - 1)));
  const before = m.i32.and(get(m, entry), m.i32.sub(get(m, skip), m.i32.const(1)));
  const units = m.i32.shr_u(get(m, entry), m.i32.const(directory.unitsShift));
  const first = m.i32.add(get(m, table), m.i32.mul(units, m.i32.const(image.tables.unitBytes)));
  const next = (offset: number) =>
    m.local.set(table, m.i32.add(get(m, table), m.i32.add(get(m, bytes), m.i32.const(offset))));
  const inFull = m.i32.load(listLength.shortBytes, 1, get(m, table));
  const long = m.block(null, [m.local.set(bytes, inFull), next(listLength.longBytes)]);
  const step = m.block(null, [
    m.local.set(bytes, m.i32.load8_u(0, 1, get(m, table))),
    m.if(m.i32.eq(get(m, bytes), m.i32.const(listLength.long)), long, next(listLength.shortBytes)),
    m.local.set(skip, m.i32.sub(get(m, skip), m.i32.const(1))),
  ]);
  const body = m.block(
    null,
    [
      m.local.set(entry, m.i32.load(0, 4, at)),
      m.local.set(skip, bit),
      m.if(m.i32.eqz(m.i32.and(get(m, entry), get(m, skip))), m.return(m.i32.const(0))),
      m.local.set(skip, m.i32.popcnt(before)),
      m.local.set(table, first),
      whileTrue(m, () => get(m, skip), [step]),
      get(m, table),
    ],
    i32,
  );
  m.addFunction('find', parameters(2), i32, [i32, i32, i32], body);
}

/** Per program its exported function and its part of `step`; and `step` itself. */
function addPrograms(m: binaryen.Module, image: Image, codelets: number): readonly string[] {
  const slots = image.tiles * image.workers;
  const names = image.programs.flatMap((program, index) => {
    const alone = runAlone(m, codelets, () => [get(m, 1), get(m, 2)]);
    m.addFunction(`step${index}`, parameters(3), none, [], stepBody(m, image, program, alone));
    if (!isThreaded(image)) {
      addProgram(m, image, index, phase => m.call(`step${index}`, [phase, m.i32.const(0), m.i32.const(slots)], none));
      return [`step ${program.name}`, program.name];
    }
    // Divided where that pays, else as in a step of all slots.
    const whole = runAlone(m, codelets, () => [m.i32.const(0), m.i32.const(slots)]);
    const shared: RunPhase = first => {
      const phase = m.i32.add(get(m, 0), m.i32.const(first));
      return m.if(m.i32.eqz(m.call(divideName, [phase], i32)), whole(first));
    };
    m.addFunction(`run${index}`, parameters(1), none, [], stepBody(m, image, program, shared));
    addProgram(m, image, index, phase => m.call(`run${index}`, [phase], none));
    return [`step ${program.name}`, `run ${program.name}`, program.name];
  });
  m.addFunction('step', parameters(4), none, [], dispatch(m, image, slots));
  m.addFunctionExport('step', 'step');
  return [...names, 'step'];
}

/** The exported function of a program: all its phases in order, each run by `run`. */
function addProgram(m: binaryen.Module, image: Image, index: number, run: (phase: Expression) => Expression): void {
  const program = image.programs[index];
  const total = image.prepare.phases + program.phases;
  const turn = m.block(null, [run(get(m, 0)), m.local.set(0, m.i32.add(get(m, 0), m.i32.const(1)))]);
  const phases = whileTrue(m, () => m.i32.lt_u(get(m, 0), m.i32.const(total)), [turn]);
  const body = isThreaded(image) ? m.block(null, [trapIfBroken(m, image), phases]) : phases;
  m.addFunction(`program${index}`, none, none, [i32], body);
  m.addFunctionExport(`program${index}`, program.name);
}

/** `load()`: what hosts call first. */
function addLoad(m: binaryen.Module, image: Image, stretches: number): readonly string[] {
  const body = isThreaded(image) ? m.block(null, [loadData(m, image, stretches, 0), resetThreads(m, image)]) : m.nop();
  m.addFunction('load', none, none, isThreaded(image) ? [...loadLocals] : [], body);
  m.addFunctionExport('load', 'load');
  return ['load'];
}

/** Runs the phase whose number in the numbering of all programs is the first parameter and `first`. */
type RunPhase = (first: number) => Expression;

/** The calling thread runs it, for a range of slots. */
function runAlone(m: binaryen.Module, codelets: number, slots: () => Expression[]): RunPhase {
  return first => {
    const target = m.i32.add(get(m, 0), m.i32.const(codelets + first));
    return m.call_indirect(tableName, target, slots(), parameters(2), none);
  };
}

/** `(phase, …)` of one program: the phases of `prepare` first, which do nothing while what they make is fresh. */
function stepBody(m: binaryen.Module, image: Image, program: ImageProgram, run: RunPhase): Expression {
  const { prepare, preparedFlag } = image;
  const total = prepare.phases + program.phases;
  const phase = () => get(m, 0);
  const statements: Expression[] = [m.if(m.i32.ge_u(phase(), m.i32.const(total)), m.unreachable())];
  if (prepare.phases > 0) {
    const stale = m.i32.eqz(m.i32.load(0, 4, address(m, preparedFlag)));
    statements.push(
      m.if(
        m.i32.lt_u(phase(), m.i32.const(prepare.phases)),
        m.block(null, [m.if(stale, run(prepare.firstPhase)), m.return()]),
      ),
      m.if(m.i32.eq(phase(), m.i32.const(prepare.phases)), setFlag(m, preparedFlag, 1)),
    );
  }
  if (program.phases > 0) statements.push(run(program.firstPhase - prepare.phases));
  if (prepare.phases > 0 && program.invalidates) {
    statements.push(m.if(m.i32.eq(phase(), m.i32.const(total - 1)), setFlag(m, preparedFlag, 0)));
  }
  return m.block(null, statements);
}

/** `step(program, phase, firstSlot, endSlot)`. */
function dispatch(m: binaryen.Module, image: Image, slots: number): Expression {
  const known = m.i32.and(m.i32.le_u(get(m, 2), get(m, 3)), m.i32.le_u(get(m, 3), m.i32.const(slots)));
  const cases = image.programs.map((_, index) =>
    m.if(
      m.i32.eq(get(m, 0), m.i32.const(index)),
      m.block(null, [m.call(`step${index}`, [get(m, 1), get(m, 2), get(m, 3)], none), m.return()]),
    ),
  );
  return m.block(null, [m.if(m.i32.eqz(known), m.unreachable()), ...cases, m.unreachable()]);
}
