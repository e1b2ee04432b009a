/** Whoever gives a file of another kind is told what it is, and how the right one is made of it. */
import { expect, it } from 'vitest';
import { readNpy, readSafetensors } from '../src/index.ts';

const bytes = (...parts: readonly (number | string)[]) =>
  Uint8Array.from([
    ...parts.flatMap(part => (typeof part === 'number' ? [part] : [...Buffer.from(part)])),
    ...new Uint8Array(60),
  ]);
const helpOf = ({ diagnostics }: { readonly diagnostics: readonly { readonly help?: string }[] }) =>
  diagnostics[0].help;

it.each([
  ['net.pt', bytes('PK', 3, 4), 'it is a zip archive, as torch.save and numpy.savez write: numpy.save('],
  ['x.pkl', bytes(0x80, 4), 'it is a pickle of Python: numpy.save('],
  ['cat.png', bytes(0x89, 'PNG'), "it is a picture: numpy.save('x.npy', numpy.asarray(PIL.Image.open("],
  ['cat.jpg', bytes(0xff, 0xd8, 0xff), 'it is a picture: '],
  ['net.gguf', bytes('GGUF'), 'it is a file of GGUF'],
  ['net.onnx', bytes(8, 7), 'it is a model of ONNX: `tessera import net.onnx`'],
  ['net.safetensors', bytes(8), 'it is a file of weights, for --weights'],
])('%s, where an array is wanted', (name, content, help) => {
  expect(helpOf(readNpy(content, name))).toContain(help);
});

it.each([
  ['net.pt', bytes('PK', 3, 4), '--weights takes those of torch.save'],
  ['net.pth', bytes(0x80, 2), '--weights takes those of torch.save'],
  ['net.h5', bytes(0x89, 'HDF'), 'it is a file of HDF5, as Keras writes: safetensors.numpy.save_file('],
  ['x.npy', bytes(0x93, 'NUMPY'), 'it is an array of npy: safetensors.numpy.save_file('],
  ['net.onnx', bytes(8, 7), 'it is a model of ONNX: `tessera import net.onnx`'],
])('%s, where weights are wanted', (name, content, help) => {
  expect(helpOf(readSafetensors(content, name))).toContain(help);
});

it('a file that nobody knows gets no advice', () => {
  expect(helpOf(readNpy(bytes('hello'), 'x.txt'))).toBeUndefined();
});
