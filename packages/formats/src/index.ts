export { type Conversion, type ConvertedTensor, convertTensor, storedTensor } from './convert.ts';
export { type Code, catalogue } from './explain/catalogue.ts';
export { readNpy } from './npy/read.ts';
export { type NpyElement, writeNpy } from './npy/write.ts';
export type { Rounding } from './rounding.ts';
export { metadataName } from './safetensors/header.ts';
export { readSafetensors, type Safetensors } from './safetensors/read.ts';
export { safetensorsPieces, writeSafetensors } from './safetensors/write.ts';
export {
  bytesPerElement as storedBytes,
  type StoredArrays,
  type StoredElement,
  type StoredTensor,
  tensorFromBytes,
} from './stored-tensor.ts';
export { gathered } from './strided.ts';
