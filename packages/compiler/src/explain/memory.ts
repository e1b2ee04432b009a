/** Programs that do not fit a chip, or what its kernels can do. */
import type { Explanation } from '@tessera-dnn/diagnostics';

export const memory = [
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
    code: 'tensor-too-large',
    title: 'a tensor that kernels cannot go over',
    text: 'Kernels count elements with 32-bit integers, and a WebAssembly memory holds 4 GiB: a tensor has less than 2^31 elements, whether it is stored or only passed through. Distances in a tile have 32 bits with their sign: what a kernel goes over on one tile ends before 2 GiB.',
  },
  {
    code: 'memory-missed',
    title: 'less memory than any plan takes',
    text: 'With --memory, as in --memory 96KiB, the fastest plan is chosen whose fullest tile takes at most that. Operations get smaller splits, take their operands in rounds, and values are computed again, as far as it helps; but variables, code, tables and what lives between operations have to lie somewhere. The message names the least that was found. `tessera memory --front` shows all plans that no other beats. More tiles make the share of each smaller, and so does a smaller batch.',
  },
  {
    code: 'cycles-missed',
    title: 'fewer cycles than any plan takes',
    text: 'With --cycles, as in --cycles 2000000, the smallest plan is chosen whose programs, each run once, take at most so many modelled cycles together; with --memory as well, it is to keep to both. The message names the fastest that was found and fits the chip. A chip with more tiles or more memory may do it in fewer.',
  },
] as const satisfies readonly Explanation[];
