/** Files that should be artifacts, and hosts that cannot run them. */
import type { Explanation } from '@tessera-dnn/diagnostics';

export const artifacts = [
  {
    code: 'unreadable-artifact',
    title: 'an artifact that cannot be read',
    text: 'An artifact is given as bytes in any buffer, a Blob, a URL, a Response of fetch, or the WebAssembly.Module that a bundler or an edge host makes of the file. The server did not send it, the address is none, or the buffer is detached: one that was transferred to a worker is empty here.',
  },
  {
    code: 'foreign-wasm',
    title: 'a file that `tessera compile` did not write',
    text: 'An artifact is a WebAssembly module with a custom section called tessera, its manifest: programs, inputs and outputs with their shapes and addresses, variables. This file is no WebAssembly, or has no such section.',
  },
  {
    code: 'truncated-artifact',
    title: 'an artifact that ends too early',
    text: 'The sections of the module do not add up to the file: it was cut off on its way, or changed. Compile it again, or copy it again.',
  },
  {
    code: 'bad-artifact',
    title: 'a module that is not what its manifest says',
    text: 'The module does not compile, lacks a function that every artifact has, or has a memory of another size than its manifest says.',
  },
  {
    code: 'missing-feature',
    title: 'a host without something the artifact needs',
    text: 'Artifacts need the SIMD extension of WebAssembly: Node 16.4, Chrome 91, Firefox 89, Safari 16.4 and later have it. Those of --math fast, the default, mostly need relaxed SIMD as well: Node 21, Chrome 114, Firefox 145 and later have it; Node 20 and Safari do not. A file for all of them is made with --math strict, and gives the same bits on each.',
  },
  {
    code: 'unreadable-weights',
    title: 'weights that cannot be read',
    text: 'Weights beside an artifact are given as a URL, a Response of fetch, a Blob or bytes. The server did not send them, the address is none, or the connection ended before they were whole.',
  },
  {
    code: 'bad-weights',
    title: 'a file that has no weights',
    text: 'Weights are a file of safetensors: the one that `tessera compile --weights-beside` writes, or a state_dict that was saved so. This file is something else, such as a page that a server sends for an unknown address, or it was cut off.',
  },
  {
    code: 'wrong-weights',
    title: 'weights of another artifact',
    text: 'The file lacks a parameter, has one with another shape or element type, or is not the one that the artifact was compiled with: its manifest has the SHA-256 of that. Put artifact and weights of one compilation beside each other. To run other weights of the same network, read them with readSafetensors of @tessera-dnn/formats, and give them to load as weights.',
  },
  {
    code: 'wasm-forbidden',
    title: 'a host that lets no WebAssembly be compiled',
    text: 'A page with a Content-Security-Policy has to allow it: script-src with wasm-unsafe-eval, which allows no eval of JavaScript. Edge hosts compile no bytes while they run: import the .wasm file, and give load the WebAssembly.Module.',
  },
  {
    code: 'out-of-memory',
    title: 'a host without room for the chip’s memory',
    text: 'The artifact’s memory is one piece of fixed size. The host could not give it: free some, or compile with --pack, or for fewer tiles.',
  },
  {
    code: 'trap',
    title: 'an artifact that stopped with a trap',
    text: 'A sound artifact never traps, whatever its inputs are. This one was changed after it was compiled; if it was not, please report it.',
  },
] as const satisfies readonly Explanation[];
