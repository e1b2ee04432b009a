/** Where the values of a program's inputs come from: a sample that a seed draws, a file, or a drawing. */

import type { TensorInput } from '@tessera-dnn/chip';
import { pixels } from '@tessera-dnn/chip/pixels';
import { convertTensor, readNpy } from '@tessera-dnn/formats';
import { isFloat, type ManifestTensor } from '@tessera-dnn/machine';

/** Values, or what is wrong with them, as people are told. */
export type Given = { readonly value: TensorInput } | { readonly fault: string };

/** The size of the pictures that an input takes: of floats or bytes, in grey or colour. Undefined for others. */
export function pictureSize({
  type,
  shape,
}: Pick<ManifestTensor, 'type' | 'shape'>): { readonly width: number; readonly height: number } | undefined {
  if (!isFloat(type) && type !== 'u8') return undefined;
  const [a, b, c] = shape.slice(-3);
  const isChannels = (count: number | undefined) => count === 1 || count === 3;
  if (shape.length >= 3 && isChannels(a) && Math.min(b, c) >= 4) return { height: b, width: c };
  if (shape.length >= 3 && isChannels(c) && Math.min(a, b) >= 4) return { height: a, width: b };
  // What is flat may be a square of grey pixels: 784 are 28 × 28.
  const side = Math.sqrt(shape.at(-1) ?? 0);
  return shape.length === 2 && Number.isInteger(side) && side >= 8 ? { width: side, height: side } : undefined;
}

/** What a canvas shows as the values of an input, the same for each picture that it takes: from 0 to 1, or bytes. */
export function ofCanvas(canvas: HTMLCanvasElement, input: ManifestTensor): Given {
  const size = pictureSize(input);
  if (!size) return { fault: `${input.name} takes no picture` };
  const fitted = Object.assign(document.createElement('canvas'), size);
  const context = fitted.getContext('2d')!;
  context.drawImage(canvas, 0, 0, size.width, size.height);
  const picture = context.getImageData(0, 0, size.width, size.height);
  const { shape } = input;
  const channels =
    shape.length === 2 ? 1 : ([shape.at(-3), shape.at(-1)].find(count => count === 1 || count === 3) ?? 1);
  const count = shape.reduce((product, extent) => product * extent, 1) / (channels * size.width * size.height);
  return {
    value: pixels(
      Array.from({ length: count }, () => picture),
      input,
    ),
  };
}

/** The values of a file: an array of NumPy, or a picture, which is drawn in the input's size. */
export async function ofFile(file: File, input: ManifestTensor): Promise<Given> {
  if (!file.name.endsWith('.npy')) return ofPicture(file, input);
  const read = readNpy(new Uint8Array(await file.arrayBuffer()), file.name);
  const converted = read.ok ? convertTensor(read.value, input.type, file.name, 'nearest') : read;
  if (!converted.ok) return { fault: converted.diagnostics.map(({ message }) => message).join('; ') };
  return { value: { shape: converted.value.shape, data: converted.value.data } };
}

async function ofPicture(file: File, input: ManifestTensor): Promise<Given> {
  if (!pictureSize(input))
    return { fault: `${input.name} is ${input.type}[${input.shape.join(', ')}]: give it an array as .npy` };
  try {
    const bitmap = await createImageBitmap(file);
    const canvas = Object.assign(document.createElement('canvas'), { width: bitmap.width, height: bitmap.height });
    canvas.getContext('2d')!.drawImage(bitmap, 0, 0);
    return ofCanvas(canvas, input);
  } catch {
    return { fault: `${file.name} is neither .npy nor a picture that this browser reads` };
  }
}
