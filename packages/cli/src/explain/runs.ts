/** Artifacts that the commands cannot run as they were asked to. */
import type { Explanation } from '@tessera-dnn/diagnostics';

export const runs = [
  {
    code: 'several-programs',
    title: 'a file with several programs to choose from',
    text: 'A run is of one program. Where a file has several models, say which: --program NAME.',
  },
  {
    code: 'nothing-to-run',
    title: 'an artifact without a model',
    text: 'The artifact has programs for training only. `tessera run` runs a training program, for one step, if it is named: --program NAME.',
  },
  {
    code: 'bad-labels',
    title: 'names of classes that fit no output',
    text: '`tessera run --labels FILE` tells the best classes by name: FILE has a line for each class, in their order, or a list of texts in JSON, and some output has as many floats along its last axis.',
  },
  {
    code: 'strict-fallback',
    title: 'a host without relaxed SIMD',
    text: 'Fused multiply-add comes with the relaxed SIMD extension of WebAssembly, and this host lacks it. What `tessera run` compiles for itself is then compiled with --math strict: the results are as good, the time is longer.',
  },
  {
    code: 'time-limit',
    title: 'an artifact whose code was stopped',
    text: 'WebAssembly has no limit of its own, and a file from elsewhere, or one that was changed, may loop for ever. `tessera run` and `tessera train` stop the code of a .wasm file after twenty times what its modelled cycles take on this host, 20 seconds at least; --time-limit SECONDS is another limit. From JavaScript, `load(bytes, { call })` calls the code as you wish; in a browser run it in a worker, which can be terminated.',
  },
] as const satisfies readonly Explanation[];
