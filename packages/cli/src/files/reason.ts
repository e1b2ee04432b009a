/** Errors of the system in words. Whatever goes wrong with a file name or a disk is for the user to mend, and not a fault of Tessera. */
import { codeOf } from '../io.ts';

const reasons: { readonly [code: string]: string } = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'what should be its folder is a file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENAMETOOLONG: 'its name is longer than the file system allows',
  ELOOP: 'its links lead in a circle',
  EISDIR: 'it is a folder',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'it would be larger than files can be there',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EBUSY: 'it is in use',
  ETXTBSY: 'it is a program that is running',
  EIO: 'the disk fails, or the network to it',
  ENXIO: 'nobody reads from it',
  EPIPE: 'its reader has gone away',
  ENOMEM: 'there is not enough memory',
  ERR_INVALID_ARG_VALUE: 'no file can have such a name',
  ERR_ARRAY_BUFFER_ALLOCATION_FAILED: 'there is not enough memory',
};

/** The reason as the end of a sentence: `… cannot be written: ` and then this. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code !== undefined) return Object.hasOwn(reasons, code) ? reasons[code] : code;
  // JavaScript throws this where an array of the file's length cannot be made.
  if (error instanceof RangeError) return 'it is larger than this host can hold';
  return error instanceof Error ? error.message : String(error);
}
