/** What a file of PyTorch holds, however it is laid out: what its pickle says, and the bytes of its storages. */
import type { Unpickled } from './unpickle.ts';
import type { Storage } from './values.ts';

export interface Contents extends Pick<Unpickled, 'value' | 'strange'> {
  /** All bytes of a storage, or what is wrong with them, as the end of a sentence about a tensor. */
  readonly bytesOf: (storage: Storage) => Uint8Array | string;
  /** Whether the high byte of each element stands first. */
  readonly isBigEndian: boolean;
}
