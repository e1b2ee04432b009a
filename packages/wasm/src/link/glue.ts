/**
 * The code of an artifact that is not a kernel: it walks the tables of the image and calls codelets.
 *
 * Before: an image whose tables are as `machine`'s `image.ts` says. After: a module without data whose first functions are stubs for the
 * codelets (their bodies are put in later) and whose exports are those of an artifact.
 *
 * Function numbers: codelets, then one function per phase (so that a profiler shows `conv1 · exchange` and not `phase`), then the rest.
 * The table holds codelets and phases in the same order; both are called through it.
 * Nothing is ignored silently: an unknown program, phase, slot or variable traps.
 */
import type { Image, ImageProgram } from '@tessera/machine';
import binaryen from 'binaryen';
import type { Expression } from '../codelet/arithmetic.ts';
import { codeletParameters } from '../codelet/lower.ts';
import { address, get, none, parameters, setFlag, whileTrue } from './fragments.ts';
import { addVariables } from './variables.ts';

export interface Glue {
  readonly wasm: Uint8Array;
  /** Names by function number, codelets left out. */
  readonly functionNames: readonly string[];
}

const tableName = 'functions';
/** A record with others behind it has two slots. */
const pairRecordBytes = 12;
const { i32 } = binaryen;

export function buildGlue(image: Image, codelets: number, pages: number): Glue {
  const m = new binaryen.Module();
  try {
    m.setFeatures(binaryen.Features.MVP);
    m.setMemory(pages, pages, 'memory');
    const stubs = addCodelets(m, codelets);
    const phases = addPhases(m, image);
    addTable(m, [...stubs, ...phases]);
    const rest = [...addWalk(m, image), ...addPrograms(m, image, codelets), ...addVariables(m, image)];
    m.runPasses(['optimize-instructions', 'simplify-locals', 'vacuum', 'coalesce-locals']);
    return { wasm: m.emitBinary(), functionNames: [...image.phaseNames, ...rest] };
  } finally {
    m.dispose();
  }
}

function addCodelets(m: binaryen.Module, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `codelet${index}`;
    m.addFunction(name, codeletParameters(), none, [], m.nop());
    return name;
  });
}

/** `phase(firstSlot, endSlot)` for each global phase. */
function addPhases(m: binaryen.Module, image: Image): string[] {
  return image.phaseNames.map((_, phase) => {
    const name = `phase${phase}`;
    m.addFunction(name, parameters(2), none, [], m.call('walk', [m.i32.const(phase), get(m, 0), get(m, 1)], none));
    return name;
  });
}

function addTable(m: binaryen.Module, functions: readonly string[]): void {
  m.addTable(tableName, functions.length, functions.length);
  m.addActiveElementSegment(tableName, 'all', functions, m.i32.const(0));
}

/** `walk(phase, firstSlot, endSlot)`: the vertex lists of a range of slots; `list(list, base, worker)`: one of them. */
function addWalk(m: binaryen.Module, image: Image): readonly string[] {
  const [phase, slot, end, base, worker, list] = [0, 1, 2, 3, 4, 5];
  const nextSlot = m.block(null, [
    m.local.set(slot, m.i32.add(get(m, slot), m.i32.const(1))),
    m.local.set(worker, m.i32.add(get(m, worker), m.i32.const(1))),
    m.if(
      m.i32.eq(get(m, worker), m.i32.const(image.workers)),
      m.block(null, [
        m.local.set(worker, m.i32.const(0)),
        m.local.set(base, m.i32.add(get(m, base), address(m, image.tileStrideBytes))),
      ]),
    ),
  ]);
  const { entryBytes, offset } = image.directory;
  const entry = m.i32.add(get(m, base), m.i32.shl(get(m, phase), m.i32.const(entryBytes === 2 ? 1 : 2)));
  const words = entryBytes === 2 ? m.i32.load16_u(offset, 2, entry) : m.i32.load(offset, 4, entry);
  const first = m.i32.add(m.i32.add(get(m, base), address(m, offset)), m.i32.shl(get(m, list), m.i32.const(2)));
  const visit = m.block(null, [
    m.local.set(list, words),
    m.if(get(m, list), m.call('list', [first, get(m, base), get(m, worker)], none)),
    nextSlot,
  ]);
  const workers = () => m.i32.const(image.workers);
  m.addFunction(
    'walk',
    parameters(3),
    none,
    [i32, i32, i32],
    m.block(null, [
      m.local.set(worker, m.i32.rem_u(get(m, slot), workers())),
      m.local.set(base, m.i32.mul(m.i32.div_u(get(m, slot), workers()), address(m, image.tileStrideBytes))),
      whileTrue(m, () => m.i32.lt_u(get(m, slot), get(m, end)), [visit]),
    ]),
  );
  addList(m);
  return ['walk a phase', 'walk a vertex list'];
}

function addList(m: binaryen.Module): void {
  const [record, base, worker, header] = [0, 1, 2, 3];
  const codelet = m.i32.and(get(m, header), m.i32.const(0x7fff));
  const follows = m.i32.and(get(m, header), m.i32.const(0x8000));
  const run = [
    m.local.set(header, m.i32.load16_u(0, 2, get(m, record))),
    m.call_indirect(tableName, codelet, [get(m, record), get(m, base), get(m, worker)], codeletParameters(), none),
    m.local.set(record, m.i32.add(get(m, record), m.i32.const(pairRecordBytes))),
    m.br_if('next', follows),
  ];
  m.addFunction('list', codeletParameters(), none, [i32], m.loop('next', m.block(null, run)));
}

/** Per program its exported function and its part of `step`; and `step` itself. */
function addPrograms(m: binaryen.Module, image: Image, codelets: number): readonly string[] {
  const slots = image.tiles * image.workers;
  image.programs.forEach((program, index) => {
    m.addFunction(`step${index}`, parameters(3), none, [], stepBody(m, image, program, codelets));
    const total = image.prepare.phases + program.phases;
    const run = m.block(null, [
      m.call(`step${index}`, [get(m, 0), m.i32.const(0), m.i32.const(slots)], none),
      m.local.set(0, m.i32.add(get(m, 0), m.i32.const(1))),
    ]);
    const body = whileTrue(m, () => m.i32.lt_u(get(m, 0), m.i32.const(total)), [run]);
    m.addFunction(`program${index}`, none, none, [i32], body);
    m.addFunctionExport(`program${index}`, program.name);
  });
  m.addFunction('step', parameters(4), none, [], dispatch(m, image, slots));
  m.addFunctionExport('step', 'step');
  m.addFunction('load', none, none, [], m.nop());
  m.addFunctionExport('load', 'load');
  return [...image.programs.flatMap(({ name }) => [`step ${name}`, name]), 'step', 'load'];
}

/** `(phase, firstSlot, endSlot)` of one program: the phases of `prepare` first, which do nothing while what they make is fresh. */
function stepBody(m: binaryen.Module, image: Image, program: ImageProgram, codelets: number): Expression {
  const { prepare, preparedFlag } = image;
  const total = prepare.phases + program.phases;
  const phase = () => get(m, 0);
  const call = (first: number) => {
    const target = m.i32.add(phase(), m.i32.const(codelets + first));
    return m.call_indirect(tableName, target, [get(m, 1), get(m, 2)], parameters(2), none);
  };
  const statements: Expression[] = [m.if(m.i32.ge_u(phase(), m.i32.const(total)), m.unreachable())];
  if (prepare.phases > 0) {
    const stale = m.i32.eqz(m.i32.load(0, 4, address(m, preparedFlag)));
    statements.push(
      m.if(
        m.i32.lt_u(phase(), m.i32.const(prepare.phases)),
        m.block(null, [m.if(stale, call(prepare.firstPhase)), m.return()]),
      ),
      m.if(m.i32.eq(phase(), m.i32.const(prepare.phases)), setFlag(m, preparedFlag, 1)),
    );
  }
  if (program.phases > 0) statements.push(call(program.firstPhase - prepare.phases));
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
