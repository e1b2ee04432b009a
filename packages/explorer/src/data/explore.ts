/** From a plan to what the pages know of it. Nothing is computed here that the compiler's reports do not say. */
import { type MemoryTables, type Plan, placeOf, userSpan } from '@tessera-dnn/compiler/planning';
import { type Diagnostic, isError, type Source } from '@tessera-dnn/diagnostics';
import { type Origin, showType } from '@tessera-dnn/graph';
import {
  addressedSlots,
  type Phase,
  type PhaseWork,
  phaseWork,
  sharings,
  type TiledProgram,
  tileLoads,
} from '@tessera-dnn/tiling';
import type { BufferColumns, Explored, ExploredFile, Layout, PhaseColumns, Site } from './explored.ts';
import { none } from './explored.ts';
import { memoryJson } from './memory-json.ts';
import { VectorTable } from './vectors.ts';

/** What is known of `plan`, whether or not the chip has what it needs; `tables` and `diagnostics` are what `memoryJson` takes. */
export function explore(plan: Plan, tables: MemoryTables, diagnostics: readonly Diagnostic[]): Explored {
  const vectors = new VectorTable();
  const sites = new Sites(plan.source);
  const buffers = bufferColumns(plan, vectors, sites);
  const phases = phaseColumns(plan, vectors, sites);
  const { chip, report, tiles, placement } = plan;
  return {
    memory: memoryJson(plan, tables, diagnostics),
    fits: report.peakBytes <= chip.sramBytes && !diagnostics.some(isError),
    files: sites.files,
    sites: sites.sites,
    programs: runsOf(plan).map(({ name, kind, firstPhase, phases }) => {
      const firstNumber = kind === 'prepare' ? 0 : tiles.prepare.phases;
      return { name, kind, firstPhase, phases, firstNumber };
    }),
    layout: layoutOf(plan),
    buffers,
    phases,
    ties: {
      operands: Int32Array.from(placement.ties, ({ operand }) => operand),
      results: Int32Array.from(placement.ties, ({ result }) => result),
      phases: Int32Array.from(placement.ties, ({ phase }) => phase),
    },
    sharings: sharings(tiles, placement),
    vectors: vectors.columns(),
  };
}

/** The programs that do something, that of preparation first. */
function runsOf({ tiles }: Plan): readonly TiledProgram[] {
  return [tiles.prepare, ...tiles.programs].filter(({ phases }) => phases > 0);
}

function layoutOf({ placement }: Plan): Layout {
  const { tiles, tableOffset } = placement;
  return {
    residentBytes: tiles[0].residents,
    tableOffset,
    tableBytes: Float64Array.from(tiles, ({ tables }) => tables),
    codeBytes: Float64Array.from(tiles, ({ code }) => code),
  };
}

/** The lines that things come from, each once, and the files that these are in. */
class Sites {
  readonly files: ExploredFile[] = [];
  readonly sites: Site[] = [];
  readonly #files = new Map<string, number>();
  readonly #known = new Map<string, number>();

  constructor(source: Source) {
    this.#file(source);
  }

  /** The number of the line of an origin. */
  of(origin: Origin): number {
    const [span, place] = [userSpan(origin), placeOf(origin)];
    if (span === undefined || place === undefined || place.file.startsWith('<')) return none;
    const file = this.#file(span.source);
    const key = `${file}:${place.line}`;
    const known = this.#known.get(key) ?? this.sites.push({ file, line: place.line }) - 1;
    this.#known.set(key, known);
    return known;
  }

  #file({ name, text }: Source): number {
    const known = this.#files.get(name) ?? this.files.push({ name, text }) - 1;
    this.#files.set(name, known);
    return known;
  }
}

function bufferColumns({ tiles, placement }: Plan, vectors: VectorTable, sites: Sites): BufferColumns {
  const { buffers } = tiles;
  const { rootOf, life } = placement.storage;
  return {
    names: buffers.map(({ name }) => name),
    kinds: buffers.map(({ kind }) => kind),
    types: buffers.map(({ type }) => showType(type)),
    sites: Int32Array.from(buffers, ({ origin }) => sites.of(origin)),
    roots: rootOf.slice(),
    first: Int32Array.from(rootOf, root => life.first[root]),
    last: Int32Array.from(rootOf, root => life.last[root]),
    offsets: Float64Array.from(placement.offsets, offsets => offsets[0]),
    bytes: Int32Array.from(buffers, ({ kind, bytes }) => (kind === 'host' ? none : vectors.add(bytes))),
  };
}

function phaseColumns(plan: Plan, vectors: VectorTable, sites: Sites): PhaseColumns {
  const { tiles, chip } = plan;
  const { phases } = tiles;
  const work = workOf(plan);
  const loads = phases.map(phase => {
    const { cycles, traffic } = tileLoads(tiles, phase, chip);
    return [cycles, traffic?.received, traffic?.sent].map(list => (list ? vectors.add(list) : none));
  });
  const named = phases.map(buffersOf);
  const starts = new Int32Array(phases.length + 1);
  named.forEach((list, phase) => {
    starts[phase + 1] = starts[phase] + list.size;
  });
  return {
    names: phases.map(({ name }) => name),
    exchanges: Int32Array.from(phases, ({ kind }) => (kind === 'exchange' ? 1 : 0)),
    sites: Int32Array.from(phases, ({ origin }) => sites.of(origin)),
    cycles: Float64Array.from(work, ({ cycles }) => cycles),
    busy: Int32Array.from(loads, ([busy]) => busy),
    received: Int32Array.from(loads, ([, received]) => received),
    sent: Int32Array.from(loads, ([, , sent]) => sent),
    multiplyAdds: Float64Array.from(work, each => each.multiplyAdds + each.byteMultiplyAdds),
    readBytes: Float64Array.from(work, ({ readBytes }) => readBytes),
    writtenBytes: Float64Array.from(work, ({ writtenBytes }) => writtenBytes),
    starts,
    touched: Int32Array.from(named.flatMap(list => [...list.keys()])),
    writes: Int32Array.from(named.flatMap(list => [...list.values()])),
  };
}

/** The work of all phases: programs lie one behind the other. */
function workOf({ tiles, chip }: Plan): readonly PhaseWork[] {
  return phaseWork(tiles, chip, { ...tiles.prepare, firstPhase: 0, phases: tiles.phases.length });
}

/** The buffers that a phase names, each with 1 where it is written. */
function buffersOf(phase: Phase): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  const add = (buffer: number, written: number) => {
    if (buffer >= 0) found.set(buffer, Math.max(found.get(buffer) ?? 0, written));
  };
  if (phase.kind === 'compute') {
    const result = phase.slots.length - 1;
    addressedSlots(phase).forEach(({ buffer }, slot) => {
      add(buffer, slot >= result ? 1 : 0);
    });
  } else {
    for (let i = 0; i < phase.copies.count; i++) {
      add(phase.copies.from(i), 0);
      add(phase.copies.to(i), 1);
    }
  }
  return found;
}
