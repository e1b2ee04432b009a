/**
 * What the language can say and no kernel can compute: tensors with more elements than a 32-bit integer counts. Said before any pass runs,
 * at the line that asks for it. Only when tiles are known is it known which tensors are stored, and which of those are too large for the
 * distances of a kernel.
 */
import type { Diagnostic } from '@tessera-dnn/diagnostics';
import { elementCount, type Module, type Origin, showType, type TensorType } from '@tessera-dnn/graph';
import { formatSize } from '@tessera-dnn/machine';
import type { TileProgram } from '@tessera-dnn/tiling';
import type { Code } from './explain/catalogue.ts';
import { userSpan } from './user-span.ts';

const mostElements = 2 ** 31 - 1;

interface Typed {
  readonly type: TensorType;
  readonly origin: Origin;
}

/** Empty if kernels can compute every tensor of the module. */
export function outOfReach(module: Module): readonly Diagnostic<Code>[] {
  const tensors: readonly Typed[] = [...module.variables, ...module.programs.flatMap(program => program.graph.nodes)];
  const large = tensors.find(({ type }) => elementCount(type.shape) > mostElements);
  return large ? [tooLarge(large)] : [];
}

function tooLarge({ type, origin }: Typed): Diagnostic<Code> {
  const count = elementCount(type.shape).toLocaleString('en-US');
  return {
    code: 'tensor-too-large',
    severity: 'error',
    message: `${showType(type)} has ${count} elements, more than a WebAssembly memory can number`,
    span: userSpan(origin),
    help: 'a tensor has less than 2^31 elements',
  };
}

/** Empty if all kernels reach all that they read and write on a tile. */
export function beyondKernels({ buffers, outOfReach: kernels }: TileProgram): readonly Diagnostic<Code>[] {
  if (kernels.length === 0) return [];
  const sized = buffers
    .filter(({ kind }) => kind !== 'host')
    .map(buffer => ({ buffer, bytes: Math.max(...buffer.bytes) }));
  const [largest] = sized.sort((a, b) => b.bytes - a.bytes);
  return [
    {
      code: 'tensor-too-large',
      severity: 'error',
      message: `${largest.buffer.name} takes ${formatSize(largest.bytes)} on one tile, and ${kernels.join(' and ')} cannot go over 2 GiB and more`,
      span: userSpan(largest.buffer.origin),
      help: 'choose smaller tensors or a smaller batch, or a chip of more and smaller tiles',
    },
  ];
}
