/** The buffers of the tile program under construction. A buffer's id is its place in the list, so all of lowering adds to one list. */
import { InternalError } from '@tessera-dnn/diagnostics';
import type { Origin } from '@tessera-dnn/graph';
import type { Buffer, BufferId } from '../program.ts';
import { tileStage } from '../stages.ts';

/** A buffer that is no new value of a variable; variables, prepared values and constants are always live. */
export type NewBuffer = Omit<Buffer, 'resident' | 'replaces'>;

/** The list of buffers, to which lowering adds and whose entries never go away. */
export class Buffers {
  readonly #list: Buffer[] = [];

  get list(): readonly Buffer[] {
    return this.#list;
  }

  at(id: BufferId): Buffer {
    return this.#list[id];
  }

  /** Adds a buffer, which is a resident if its kind is one, and gives its id. */
  add(buffer: NewBuffer): BufferId {
    const { kind } = buffer;
    const resident = kind === 'param' || kind === 'state' || kind === 'prepared' || kind === 'constant';
    this.#list.push({ ...buffer, resident });
    return (this.#list.length - 1) as BufferId;
  }

  /** The new value of the variable in `old`, to be written over it: nothing may read `old` after that. */
  newValue(old: BufferId, origin: Origin): BufferId {
    const { name, kind, type, bytes } = this.#list[old];
    this.#list.push({ name: `${name}′`, kind, type, bytes, origin, resident: false, replaces: old });
    return (this.#list.length - 1) as BufferId;
  }

  /** Host buffers may grow while their users are found (the transfer area). */
  enlarge(id: BufferId, bytes: number): void {
    const grown = this.#list[id].bytes;
    if (grown.length !== 1) throw new InternalError(tileStage.name, 'only host buffers grow', this.#list[id].name);
    grown[0] = Math.max(grown[0], bytes);
  }

  /** From now on the buffer is the prepared variable called `name`: it stays where it was computed. */
  keepPrepared(id: BufferId, name: string): void {
    this.#list[id] = { ...this.#list[id], name, kind: 'prepared', resident: true };
  }
}
