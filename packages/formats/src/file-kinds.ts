/** What a file is that is not what was asked for: by its first bytes, and how the right one is made of it. */

/** A kind of file that people have where tensors are wanted. */
interface FileKind {
  /** As in `it is a picture`. */
  readonly what: string;
  /** How each file begins, as numbers of bytes or letters. */
  readonly begins: readonly (readonly (number | string)[])[];
  /** What makes an array of it, and what makes weights of it; absent where nothing does. */
  readonly npy?: string;
  readonly safetensors?: string;
}

const savedByTorch = '--weights takes those of torch.save, and readWeights of @tessera-dnn/formats/weights reads them';

const kinds: readonly FileKind[] = [
  {
    what: 'a zip archive, as torch.save and numpy.savez write',
    begins: [['PK', 3, 4]],
    npy: "numpy.save('x.npy', numpy.load('x.npz')['x']), or numpy.save('x.npy', torch.load('x.pt').numpy())",
    safetensors: savedByTorch,
  },
  {
    what: 'a pickle of Python',
    begins: [
      [0x80, 2],
      [0x80, 3],
      [0x80, 4],
      [0x80, 5],
    ],
    npy: "numpy.save('x.npy', x)",
    safetensors: savedByTorch,
  },
  {
    what: 'a picture',
    begins: [[0x89, 'PNG'], [0xff, 0xd8, 0xff], ['GIF8']],
    npy: "numpy.save('x.npy', numpy.asarray(PIL.Image.open('x.png'), 'float32').transpose(2, 0, 1)[None] / 255)",
  },
  {
    what: 'a file of HDF5, as Keras writes',
    begins: [[0x89, 'HDF']],
    safetensors: "safetensors.numpy.save_file({v.path: v.numpy() for v in model.variables}, 'net.safetensors')",
  },
  {
    what: 'an array of npy',
    begins: [[0x93, 'NUMPY']],
    safetensors: "safetensors.numpy.save_file({'fc.weight': array}, 'net.safetensors')",
  },
  { what: 'a file of GGUF', begins: [['GGUF']] },
  { what: 'compressed by gzip', begins: [[0x1f, 0x8b]], npy: 'unpack it first', safetensors: 'unpack it first' },
];

/** What the file is instead, and what to do; empty where nobody knows. `name` tells models of ONNX, which begin with no word of their own. */
export function adviceFor(bytes: Uint8Array, name: string, wanted: 'npy' | 'safetensors'): string | undefined {
  if (/\.onnx$/i.test(name))
    return `it is a model of ONNX: \`tessera import ${name}\` makes a program of it, and its weights`;
  if (/\.safetensors$/i.test(name) && wanted === 'npy') {
    return "it is a file of weights, for --weights; an input is one array: numpy.save('x.npy', array)";
  }
  const kind = kinds.find(({ begins }) => begins.some(start => beginsWith(bytes, start)));
  const way = kind?.[wanted];
  return kind && `it is ${kind.what}${way === undefined ? '' : `: ${way}`}`;
}

function beginsWith(bytes: Uint8Array, start: readonly (number | string)[]): boolean {
  const wanted = start.flatMap(part => (typeof part === 'number' ? [part] : [...part].map(char => char.charCodeAt(0))));
  return wanted.every((byte, i) => bytes[i] === byte);
}
