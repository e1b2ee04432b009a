export { type ConvertedElement, convertTensor } from './convert.ts';
export { readNpy } from './npy/read.ts';
export { type NpyElement, writeNpy } from './npy/write.ts';
export { readSafetensors, type Safetensors } from './safetensors/read.ts';
export { writeSafetensors } from './safetensors/write.ts';
export type { StoredArrays, StoredElement, StoredTensor } from './stored-tensor.ts';
