/** What a phase has to do at least, however it is done: what its measured time is compared with. */
import { type KernelTraffic, trafficOf } from '@tessera-dnn/graph/kernel';
import type { ChipSpec } from '@tessera-dnn/machine';
import type { BufferId, ComputePhase, ExchangePhase, TiledProgram, TileProgram } from '../program.ts';
import { phaseCycles } from './phase-cycles.ts';

/** The work of one phase, of all tiles together. */
export interface PhaseWork {
  readonly name: string;
  readonly kind: 'compute' | 'exchange';
  /** Multiply-adds of 32 bits and of bytes, as the kernels make them. */
  readonly multiplyAdds: number;
  readonly byteMultiplyAdds: number;
  /** Bytes of tensors that are read and written, each once in a phase, however often its kernels load them. */
  readonly readBytes: number;
  /** Those of the bytes read that are of variables, of what is prepared from these and of constants: the run before read them last. */
  readonly residentBytes: number;
  readonly writtenBytes: number;
  /** As modelled for the chip. */
  readonly cycles: number;
}

/** The work of each phase of `run`, in their order. */
export function phaseWork(program: TileProgram, chip: ChipSpec, run: TiledProgram): readonly PhaseWork[] {
  const cycles = phaseCycles(program, chip);
  return program.phases.slice(run.firstPhase, run.firstPhase + run.phases).map((phase, at) => ({
    name: phase.name,
    kind: phase.kind,
    ...(phase.kind === 'compute' ? computed(phase, program, chip) : exchanged(phase, program)),
    cycles: cycles[run.firstPhase + at],
  }));
}

type Work = Omit<PhaseWork, 'name' | 'kind' | 'cycles'>;

/** A copy reads what it writes. */
function exchanged({ copies }: ExchangePhase, { buffers }: TileProgram): Work {
  const sum = { multiplyAdds: 0, byteMultiplyAdds: 0, readBytes: 0, residentBytes: 0, writtenBytes: 0 };
  for (let i = 0; i < copies.count; i++) {
    const from = copies.from(i);
    sum.writtenBytes += copies.bytes(i);
    if (from < 0) continue;
    sum.readBytes += copies.bytes(i);
    if (buffers[from].resident) sum.residentBytes += copies.bytes(i);
  }
  return sum;
}

function computed(phase: ComputePhase, { classes, codes, buffers }: TileProgram, { workers }: ChipSpec): Work {
  const known = new Map<number, KernelTraffic>();
  const sum = { multiplyAdds: 0, byteMultiplyAdds: 0, readBytes: 0, residentBytes: 0, writtenBytes: 0 };
  phase.classOf.forEach((id, tile) => {
    if (id < 0) return;
    const { code, fields } = classes[id];
    const traffic = known.get(id) ?? trafficOf(codes[code], fields, workers);
    known.set(id, traffic);
    sum.multiplyAdds += traffic.multiplyAdds;
    sum.byteMultiplyAdds += traffic.byteMultiplyAdds;
    for (const [buffer, bytes] of touched(traffic.loadedBytes, tile)) {
      sum.readBytes += bytes;
      if (buffers[buffer].resident) sum.residentBytes += bytes;
    }
    for (const [, bytes] of touched(traffic.storedBytes, tile)) sum.writtenBytes += bytes;
  });
  return sum;

  /** By buffer, the bytes that go through its slots: no more than it holds. Scratch memory has no slot here, and is not counted. */
  function touched(bytes: readonly number[], tile: number): ReadonlyMap<BufferId, number> {
    const ofBuffers = new Map<BufferId, number>();
    phase.slots.forEach(({ buffer }, slot) => {
      const { kind, bytes: held } = buffers[buffer];
      const all = (ofBuffers.get(buffer) ?? 0) + bytes[slot];
      ofBuffers.set(buffer, Math.min(all, held[kind === 'host' ? 0 : tile]));
    });
    return ofBuffers;
  }
}
