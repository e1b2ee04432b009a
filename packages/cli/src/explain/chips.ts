/** Chips, and programs that do not fit on them. */
import type { Explanation } from '@tessera/language';

export const chips: readonly Explanation[] = [
  {
    code: 'unknown-chip',
    title: 'a chip that is not known by name',
    text: '`tessera chips` lists the presets. A chip of your own is a JSON file, given by its path: --chip mine.json.',
  },
  {
    code: 'bad-chip',
    title: 'a chip file, or a number of a chip, that makes no sense',
    text: 'A chip is a JSON object: name, tiles, workers, sramBytes (a number, or a text like "256KiB"), clockHz, exchangeBytesPerCycle, syncCycles and the table cycles. With "base": "gc2" all but what differs may be left out. The same limits hold for --tiles, --sram and --threads.',
  },
  {
    code: 'no-such-tile',
    title: 'a tile that the chip does not have',
    text: 'Tiles are counted from 0. How many there are is the chip’s, or what --tiles says.',
  },
  {
    code: 'no-such-tensor',
    title: 'a tensor that the program does not have',
    text: 'Tensors are called by the path of the calls that made them and their operation, `fc1 matmul`, variables by their path alone. `tessera why FILE.dnn` shows the names; a path without an operation stands for all that lie below it. One name or two can be asked about.',
  },
  {
    code: 'does-not-fit',
    title: 'a program that needs more memory than a tile has',
    text: 'Every tile holds its share of the variables, the tables and code of what it runs, and the tensors that live at the same time; together they may not exceed its SRAM. The message names the tile, its fullest moment, by how much it is too small, and the fewest tensors that alone are too many, with the reason why each lives. Below stands where the program fits: larger chips were planned for, the smallest first. More tiles make every share smaller, and so does a smaller batch; `tessera memory` on a larger chip shows where the bytes go.',
  },
  {
    code: 'peak-exceeded',
    title: 'a program that needs more memory than it expects to',
    text: '`expect peak <= 48KiB` in a model or train holds for every chip it is compiled for: on no tile may the program’s own intermediates take more. Variables, tables and code do not count, and neither do other programs of the file, whose intermediates lie in the same memory. What lives at the fullest moment is listed, with its lines.',
  },
  {
    code: 'computed-again',
    title: 'a program that fits only because it computes values again',
    text: 'Values that wait long for their last reader, as those of a forward pass do for the backward pass, can be computed again instead of kept: less memory for more cycles. Without --recompute a compilation does so only if the program does not fit otherwise, and says so. --recompute auto asks for it; --recompute none forbids it; `tessera memory` shows what it saves and costs.',
  },
  {
    code: 'recompute-missed',
    title: 'a target that computing values again does not reach',
    text: 'With a size, as in --recompute 20MiB, values are computed again until the tensors of a program take less than that at their peak. What one operation reads and writes must be there at once, and inputs and results cannot be computed again; so there is a least size, and it is larger than the one asked for. The plan is for the least that was found.',
  },
  {
    code: 'element-not-built',
    title: 'an element type that programs cannot compute with yet',
    text: 'The language knows f16, bf16, i8 and u8, but kernels compute with f32, i32 and bool alone so far. Weights and inputs of the other types are widened where that changes no value: declare them as f32 or i32.',
  },
  {
    code: 'tensor-too-large',
    title: 'a tensor that kernels cannot go over',
    text: 'Kernels count elements with 32-bit integers, and a WebAssembly memory holds 4 GiB: a tensor has less than 2^31 elements, whether it is stored or only passed through. Distances in a tile have 32 bits with their sign: what a kernel goes over on one tile ends before 2 GiB.',
  },
  {
    code: 'memory-too-large',
    title: 'a memory that no WebAssembly module can have',
    text: 'Addresses of WebAssembly have 32 bits: all tiles and the host window, where inputs and results lie once more, can be 4 GiB together. What takes the most is listed. With --pack tiles lie as close as their contents allow instead of a whole SRAM apart.',
  },
  {
    code: 'beyond-engines',
    title: 'an artifact that no WebAssembly engine accepts',
    text: 'Engines agree on limits: a file of at most 1 GiB, weights included, with at most a million functions (each phase of a program is one), each of at most 7.6 MB of code. An artifact holds all programs that it is compiled from: with --program it holds fewer. Weights that are not compiled in with --weights can be written into a running artifact instead.',
  },
];
