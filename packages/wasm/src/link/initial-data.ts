/**
 * How the memory of several threads gets its initial contents: by `load`, since active data segments would be written again with every further
 * instance of the module, over what programs have computed.
 *
 * Two passive segments: the bytes of all stretches one after the other, and a list of where each of them belongs.
 */
import { threadControl } from '@tessera-dnn/machine';
import binaryen from 'binaryen';
import type { Expression } from '../codelet/expression.ts';
import { address, get, whileTrue } from './fragments.ts';
import type { ThreadedImage } from './threads.ts';

type Module = binaryen.Module;

const { i32 } = binaryen;

/** Bytes of an entry of the list: an address and how many bytes go there. */
const entryBytes = 8;

const [bytesSegment, listSegment] = ['0', '1'];

/** Segments that stand for those that are put in their place when the module is joined (`sections/data.ts`). */
export function standInSegments(m: Module): readonly binaryen.MemorySegment[] {
  const empty = () => ({ offset: m.i32.const(0), data: new Uint8Array(1), passive: true });
  return [empty(), empty()];
}

/** The statements that copy `stretches` stretches; locals from `first` on are four of type i32. The control block is overwritten. */
export function loadData(m: Module, { threads }: ThreadedImage, stretches: number, first: number): Expression {
  const [entry, source, target, size] = [first, first + 1, first + 2, first + 3];
  const at = () => address(m, threads.control + threadControl.ticket);
  const listOffset = m.i32.mul(get(m, entry), m.i32.const(entryBytes));
  return whileTrue(m, () => m.i32.lt_u(get(m, entry), m.i32.const(stretches)), [
    m.memory.init(listSegment, at(), listOffset, m.i32.const(entryBytes)),
    m.local.set(target, m.i32.load(0, 4, at())),
    m.local.set(size, m.i32.load(4, 4, at())),
    m.memory.init(bytesSegment, get(m, target), get(m, source), get(m, size)),
    m.local.set(source, m.i32.add(get(m, source), get(m, size))),
    m.local.set(entry, m.i32.add(get(m, entry), m.i32.const(1))),
  ]);
}

/** The types of the locals of {@link loadData}. */
export const loadLocals: readonly number[] = [i32, i32, i32, i32];
