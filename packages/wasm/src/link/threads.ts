/**
 * How several threads share the phases of a program. Every thread has an instance of the module, all on one memory, in which the control block lies
 * (`machine`'s `thread-control.ts`).
 *
 * The first thread runs programs. A phase that is worth dividing it gives out in chunks: it stores a ticket, takes chunks from the front until
 * there are none, and waits until those that others took are done; that is the barrier at the end of the phase. The others are in `join`:
 * each looks at the ticket, takes chunks from the back, and counts what it has done. So neighbouring chunks, and the same ones in every phase, are
 * mostly one thread's, whose cache has them; and nobody waits for a thread that is late or asleep.
 *
 * Who waits spins for about as long as it takes to wake a thread, then sleeps. Neither misses a call: it says first that it is about to sleep, then
 * looks once more, and who has called looks then whether somebody sleeps. Atomic operations are in one order that all threads see.
 *
 * A chunk is a range of slots. Where there is one slot, the tile's only vertex is divided as workers would divide it: their number, in a global of
 * the instance, is that of the chunks.
 */
import { chunkPerThread, threadControl as control, type Image, type ImageThreads, ticket } from '@tessera-dnn/machine';
import binaryen from 'binaryen';
import type { Expression } from '../codelet/expression.ts';
import { workersName } from '../codelet/globals.ts';
import { address, get, none, parameters, tableName } from './fragments.ts';

type Module = binaryen.Module;

const { i32, i64 } = binaryen;

/** An image for several threads. */
export type ThreadedImage = Image & { readonly threads: ImageThreads };

/** About 20 µs of looking at a word. */
const spins = 20_000;

/** Who waits for a chunk looks so often whether a thread is lost, in nanoseconds. */
const lookNanoseconds = 50_000_000;

/** Which thread the instance is, in a global: 0 unless it has joined. */
const threadName = 'thread';

/** How far the instance's scratch memory is from the first thread's while a phase runs that has some, in a global. */
const scratchName = 'scratch';

/** `divide(phase)`: 1 if the phase was given out to all threads and is done; else nothing has happened. */
export const divideName = 'divide';

/** Adds the functions in the order of the names it returns, and exports `join` and `leave`. `codelets`: how many there are. */
export function addThreads(m: Module, image: ThreadedImage, codelets: number): readonly string[] {
  const words = new Words(m, image.threads.control);
  addChunk(m, image, codelets);
  addTake(m, words);
  addWake(m, words);
  addAwait(m, words);
  addDivide(m, image, words);
  addJoin(m, image, words);
  m.addFunction('leave', none, none, [], m.block(null, [words.add('leaves', 1), words.callAll()]));
  for (const name of ['join', 'leave']) m.addFunctionExport(name, name);
  return ['a chunk', 'take a chunk', 'wake threads', 'wait for threads', 'divide a phase', 'join', 'leave'];
}

/** Adds the globals by which threads differ, after those of codelets. */
export function addThreadGlobals(m: Module): void {
  for (const name of [threadName, scratchName]) m.addGlobal(name, i32, true, m.i32.const(0));
}

/** What {@link withScratch} has added to the address of scratch memory. */
export function scratchShift(m: Module): Expression {
  return m.global.get(scratchName, i32);
}

/** `run` with scratch memory of the thread's own, which is so many bytes from one thread to the next. */
export function withScratch(m: Module, bytes: number, run: Expression): Expression {
  return m.block(null, [
    m.global.set(scratchName, m.i32.mul(m.global.get(threadName, i32), m.i32.const(bytes))),
    run,
    m.global.set(scratchName, m.i32.const(0)),
  ]);
}

/** Makes the control block what it is when nobody has joined. */
export function resetThreads(m: Module, { threads }: ThreadedImage): Expression {
  return m.memory.fill(address(m, threads.control), m.i32.const(0), m.i32.const(control.bytes));
}

/** Traps if a thread is lost: what it had begun will never be done. */
export function trapIfBroken(m: Module, { threads }: ThreadedImage): Expression {
  return new Words(m, threads.control).trapIfBroken();
}

type Word = 'broken' | 'joined' | 'leaves' | 'sleepers' | 'done' | 'waiting' | 'call';

/** The words of the control block. All that is read or written there is atomic. */
class Words {
  readonly #m: Module;
  readonly #at: number;

  constructor(m: Module, at: number) {
    this.#m = m;
    this.#at = at;
  }

  at(word: Word | 'ticket'): Expression {
    return address(this.#m, this.#at + control[word]);
  }

  load(word: Word): Expression {
    return this.#m.i32.atomic.load(0, this.at(word));
  }

  store(word: Word, value: number): Expression {
    return this.#m.i32.atomic.store(0, this.at(word), this.#m.i32.const(value));
  }

  add(word: Word, value: number): Expression {
    return this.#m.drop(this.#m.i32.atomic.rmw.add(0, this.at(word), this.#m.i32.const(value)));
  }

  ticket(): Expression {
    return this.#m.i64.atomic.load(0, this.at('ticket'));
  }

  /** Asks for a chunk: gives the ticket as it was. */
  ask(side: 'front' | 'back'): Expression {
    const one = side === 'front' ? 1 : 1 << ticket.backShift;
    return this.#m.i64.atomic.rmw.add(0, this.at('ticket'), this.#m.i64.const(one));
  }

  /** Sleeps while `word` is `expected`; for ever where no time is given. */
  sleep(word: Word, expected: Expression, nanoseconds = -1): Expression {
    return this.#m.drop(this.#m.memory.atomic.wait32(this.at(word), expected, this.#m.i64.const(nanoseconds)));
  }

  /** Wakes whoever sleeps at `word`. */
  wake(word: Word): Expression {
    return this.#m.drop(this.#m.memory.atomic.notify(this.at(word), this.#m.i32.const(-1)));
  }

  /** All that have joined look up. */
  callAll(): Expression {
    return this.#m.block(null, [this.add('call', 1), this.wake('call')]);
  }

  trapIfBroken(): Expression {
    return this.#m.if(this.load('broken'), this.#m.unreachable());
  }
}

/** A field of the ticket in a local. */
function field(m: Module, local: number, shift: number): Expression {
  const shifted = m.i64.shr_u(m.local.get(local, i64), m.i64.const(shift));
  return m.i32.and(m.i32.wrap(shifted), m.i32.const(ticket.mask));
}

/** Whether the ticket in a local has a chunk left. */
function hasChunk(m: Module, local: number): Expression {
  return m.i32.lt_u(m.i32.add(field(m, local, 0), field(m, local, ticket.backShift)), chunksOf(m, local));
}

function chunksOf(m: Module, local: number): Expression {
  return field(m, local, ticket.chunksShift);
}

/** `chunk(phase, chunk, chunks)` runs one. */
function addChunk(m: Module, image: ThreadedImage, codelets: number): void {
  const [phase, chunk, chunks] = [0, 1, 2];
  const run = (from: Expression, to: Expression) =>
    m.call_indirect(tableName, m.i32.add(get(m, phase), m.i32.const(codelets)), [from, to], parameters(2), none);
  const next = () => m.i32.add(get(m, chunk), m.i32.const(1));
  const slots = image.tiles * image.workers;
  // Slots of a tile share the walk to their vertex, so a range ends between tiles where there are enough of them.
  const unit = image.tiles >= 4 * image.threads.count ? image.workers : 1;
  const bound = (index: Expression) =>
    m.i32.mul(m.i32.div_u(m.i32.mul(index, m.i32.const(slots / unit)), get(m, chunks)), m.i32.const(unit));
  const divided = m.block(null, [
    m.global.set(workersName, get(m, chunks)),
    run(get(m, chunk), next()),
    m.global.set(workersName, m.i32.const(1)),
  ]);
  m.addFunction('chunk', parameters(3), none, [], slots === 1 ? divided : run(bound(get(m, chunk)), bound(next())));
}

/** `take()`: 1 if there was a chunk, which is done then. */
function addTake(m: Module, words: Words): void {
  const seen = 0;
  const unlessLeft = () => m.if(m.i32.eqz(hasChunk(m, seen)), m.return(m.i32.const(0)));
  const phase = m.i32.wrap(m.i64.shr_u(m.local.get(seen, i64), m.i64.const(ticket.phaseShift)));
  const fromBack = m.i32.sub(chunksOf(m, seen), field(m, seen, ticket.backShift));
  const body = m.block(
    null,
    [
      m.local.set(seen, words.ticket()),
      unlessLeft(),
      m.local.set(seen, words.ask('back')),
      unlessLeft(),
      m.call('chunk', [phase, m.i32.sub(fromBack, m.i32.const(1)), chunksOf(m, seen)], none),
      words.add('done', 1),
      m.if(words.load('waiting'), words.wake('done')),
      m.i32.const(1),
    ],
    i32,
  );
  m.addFunction('take', none, i32, [i64], body);
}

/** `wake()`: whoever sleeps looks at the ticket. */
function addWake(m: Module, words: Words): void {
  m.addFunction('wake', none, none, [], m.if(words.load('sleepers'), words.callAll()));
}

/** `await(expected)`: until others have done so many chunks since the memory was loaded. */
function addAwait(m: Module, words: Words): void {
  const [awaited, left, done] = [0, 1, 2];
  const expected = () => get(m, awaited);
  const spin = m.loop(
    'spin',
    m.block(null, [
      m.if(m.i32.eq(words.load('done'), expected()), m.return()),
      m.br_if('spin', m.local.tee(left, m.i32.sub(get(m, left), m.i32.const(1)), i32)),
    ]),
  );
  const sleep = m.loop(
    'sleep',
    m.block(null, [
      words.store('waiting', 1),
      m.local.set(done, words.load('done')),
      m.if(
        m.i32.ne(get(m, done), expected()),
        m.block(null, [words.trapIfBroken(), words.sleep('done', get(m, done), lookNanoseconds), m.br('sleep')]),
      ),
      words.store('waiting', 0),
    ]),
  );
  const body = m.block(null, [m.local.set(left, m.i32.const(spins)), spin, sleep]);
  m.addFunction('await', parameters(1), none, [i32, i32], body);
}

function addDivide(m: Module, { threads }: ThreadedImage, words: Words): void {
  const [phase, chunks, own, before, others, seen] = [0, 1, 2, 3, 4, 5];
  const all = m.i32.const(threads.count);
  const present = m.select(
    m.i32.lt_u(get(m, others), m.i32.const(threads.count)),
    m.i32.add(get(m, others), m.i32.const(1)),
    all,
  );
  const asTicket = m.i64.or(
    m.i64.shl(m.i64.extend_u(get(m, phase)), m.i64.const(ticket.phaseShift)),
    m.i64.shl(m.i64.extend_u(get(m, chunks)), m.i64.const(ticket.chunksShift)),
  );
  const chunk = m.loop(
    'chunk',
    m.block(null, [
      m.local.set(seen, words.ask('front')),
      m.if(
        hasChunk(m, seen),
        m.block(null, [
          m.call('chunk', [get(m, phase), field(m, seen, 0), get(m, chunks)], none),
          m.local.set(own, m.i32.add(get(m, own), m.i32.const(1))),
          m.br('chunk'),
        ]),
      ),
    ]),
  );
  const left = m.i32.sub(get(m, chunks), get(m, own));
  const body = m.block(
    null,
    [
      m.local.set(chunks, m.i32.load8_u(0, 1, m.i32.add(address(m, threads.chunks), get(m, phase)))),
      m.if(m.i32.lt_u(get(m, chunks), m.i32.const(2)), m.return(m.i32.const(0))),
      m.local.set(others, words.load('joined')),
      m.if(m.i32.eqz(get(m, others)), m.return(m.i32.const(0))),
      m.if(m.i32.eq(get(m, chunks), m.i32.const(chunkPerThread)), m.local.set(chunks, present)),
      m.local.set(before, words.load('done')),
      m.i64.atomic.store(0, words.at('ticket'), asTicket),
      m.call('wake', [], none),
      chunk,
      m.call('await', [m.i32.add(get(m, before), left)], none),
      m.i32.const(1),
    ],
    i32,
  );
  m.addFunction(divideName, parameters(1), i32, [i32, i32, i32, i32, i64], body);
}

/** `join(thread)`: takes part until all are told to leave. */
function addJoin(m: Module, { threads }: ThreadedImage, words: Words): void {
  const [thread, leaves, left, call, seen] = [0, 1, 2, 3, 4];
  const isKnown = m.i32.lt_u(m.i32.sub(get(m, thread), m.i32.const(1)), m.i32.const(threads.count - 1));
  const staying = () => m.i32.eq(words.load('leaves'), get(m, leaves));
  const spin = m.loop(
    'spin',
    m.block(null, [
      m.br_if('out', m.i32.eqz(staying())),
      m.if(m.call('take', [], i32), m.local.set(left, m.i32.const(spins))),
      m.br_if('spin', m.local.tee(left, m.i32.sub(get(m, left), m.i32.const(1)), i32)),
    ]),
  );
  const nothingToDo = m.i32.and(
    m.i32.and(staying(), m.i32.eqz(words.load('broken'))),
    m.block(null, [m.local.set(seen, words.ticket()), m.i32.eqz(hasChunk(m, seen))], i32),
  );
  const sleep = m.block(null, [
    m.local.set(call, words.load('call')),
    words.add('sleepers', 1),
    m.if(nothingToDo, words.sleep('call', get(m, call))),
    words.add('sleepers', -1),
    words.trapIfBroken(),
  ]);
  const life = m.loop('life', m.block(null, [m.local.set(left, m.i32.const(spins)), spin, sleep, m.br('life')]));
  const body = m.block(null, [
    m.if(m.i32.eqz(isKnown), m.unreachable()),
    m.local.set(leaves, words.load('leaves')),
    words.add('joined', 1),
    m.global.set(threadName, get(m, thread)),
    m.block('out', [life]),
    m.global.set(threadName, m.i32.const(0)),
    words.add('joined', -1),
  ]);
  m.addFunction('join', parameters(1), none, [i32, i32, i32, i64], body);
}
