/** Names that the commands which describe things do not know. */
import type { Explanation } from '@tessera-dnn/diagnostics';

export const questions = [
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
    code: 'no-such-code',
    title: 'a word that is no diagnostic’s code',
    text: 'A diagnostic’s code stands in brackets, as in error[shape-mismatch]. `tessera explain` alone lists them all.',
  },
  {
    code: 'no-such-op',
    title: 'a word that is no operation’s name',
    text: 'Operations are built in; layers, losses and activations such as conv2d or softmax are blocks of the prelude, written in the language. `tessera ops` lists the operations.',
  },
] as const satisfies readonly Explanation[];
