/** Reads what lists are made of, in the format of `format.ts`; says what is wrong where it finds something else. */
import { assertThat } from '@tessera-dnn/diagnostics';
import { ByteReader } from './byte-reader.ts';
import { copy, listLength, reference, slotAddress, transfer, type Way, way } from './format.ts';

/** Where a field block lies, its codelet, and where its fields lie. */
export interface BlockPlace {
  readonly codelet: number;
  readonly fields: number;
}

/** A copy of a list, as the tile that has the list sees it. */
export interface CopyPlace {
  readonly block: BlockPlace;
  readonly target: number;
  /** So many bytes into the memory of the tile that is so many tiles on. */
  readonly source: number;
  readonly tiles: number;
}

/** What the tables of an image have in common. */
export interface TableFacts {
  readonly numberBytes: 1 | 2;
  /** How many codelets there are. */
  readonly codelets: number;
}

/**
 * Reads records one after the other, from byte `at` of `view` on; every method moves on over what it has read. Bad bytes are an
 * InternalError.
 */
export class RecordReader extends ByteReader {
  readonly #facts: TableFacts;

  constructor(view: DataView, at: number, facts: TableFacts) {
    super(view, at);
    this.#facts = facts;
  }

  /** Moves over the length of a list; gives where the list ends. */
  listEnd(): number {
    const short = this.unsigned(listLength.shortBytes);
    const bytes = short === listLength.long ? this.unsigned(4) : short;
    return this.at + bytes;
  }

  /** A slot's address in bytes, relative to the tile; from its full form it may lie outside the tile. */
  address(): number {
    const words = this.unsigned(2);
    if (words < slotAddress.long) return words * slotAddress.wordBytes;
    if (words === slotAddress.full) return this.signed(4);
    const high = words & slotAddress.highMask;
    return ((high << slotAddress.highShift) | this.unsigned(2)) * slotAddress.wordBytes;
  }

  /** Reads a reference, and gives the field block it leads to. */
  block(): BlockPlace {
    const here = this.at;
    const place = here - this.#distance();
    assertThat(0 <= place && place < here, 'tables', 'a reference leads out of its table', `to ${place} from ${here}`);
    const after = this.at;
    this.at = place;
    const codelet = this.unsigned(this.#facts.numberBytes);
    const fields = this.at;
    this.at = after;
    assertThat(codelet < this.#facts.codelets, 'tables', `there is no codelet ${codelet}`);
    return { codelet, fields };
  }

  /** The copies up to `end`. */
  copies(end: number): readonly CopyPlace[] {
    const found: CopyPlace[] = [];
    const address = () => this.address();
    const words = () => this.signed(copy.stepBytes) * slotAddress.wordBytes;
    const [target, source] = [new Follower(address, words), new Follower(address, words)];
    const tiles = new Follower(
      () => this.signed(copy.tilesBytes),
      () => this.signed(copy.stepBytes),
    );
    let block: BlockPlace | undefined;
    while (this.at < end) {
      const head = this.unsigned(copy.headBytes);
      assertThat((head & copy.unused) === 0, 'tables', 'a copy sets a bit that no copy has', `${head}`);
      if (head & copy.hasBlock) block = this.block();
      assertThat(block !== undefined, 'tables', 'the first copy of a list has no field block');
      target.follow(wayAt(head, copy.targetShift));
      source.follow(wayAt(head, copy.sourceShift));
      tiles.follow(wayAt(head, copy.tilesShift));
      found.push({ block, target: target.value, source: source.value, tiles: tiles.value });
    }
    return found;
  }

  /** A transfer: its block, and addresses in the whole memory. */
  transfer(): { readonly block: BlockPlace; readonly slots: readonly number[] } {
    const count = this.unsigned(transfer.slotsBytes);
    return { block: this.block(), slots: Array.from({ length: count }, () => this.unsigned(transfer.addressBytes)) };
  }

  #distance(): number {
    const first = this.unsigned(1);
    if (first < reference.long) return first;
    const distance = ((first & reference.highMask) << 8) | this.unsigned(1);
    return distance === 0 ? this.unsigned(4) : distance;
  }
}

function wayAt(head: number, shift: number): Way {
  return ((head >> shift) & copy.wayMask) as Way;
}

/** One number of a list's copies, as it follows from copy to copy: the other side of `Series`. */
class Follower {
  value = 0;
  #step = 0;
  readonly #readValue: () => number;
  readonly #readStep: () => number;

  constructor(readValue: () => number, readStep: () => number) {
    this.#readValue = readValue;
    this.#readStep = readStep;
  }

  follow(by: Way): void {
    if (by === way.same) return;
    const before = this.value;
    if (by === way.again) this.value += this.#step;
    else this.value = by === way.step ? before + this.#readStep() : this.#readValue();
    this.#step = this.value - before;
  }
}
