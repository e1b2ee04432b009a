/** Prints a placed program as text: kernels, then phase by phase what each tile runs, with addresses. */
import { type KernelCode, printKernel } from '@tessera-dnn/graph/kernel';
import { type Image, TableReader } from '@tessera-dnn/machine';

export function describe(image: Image, kernels: readonly KernelCode[], names: readonly string[]): string {
  const reader = new TableReader(
    image,
    kernels.map(({ slots }) => slots),
  );
  const code = kernels.map((kernel, number) => `codelet ${number} · ${names[number]}\n${printKernel(kernel)}`);
  const phases = image.phases.map(({ name }, phase) => {
    const lines = Array.from({ length: image.tiles }, (_, tile) =>
      reader.runs(tile, phase).map(run => `  tile ${tile}: codelet ${run.codelet} at ${run.slots.join(', ')}\n`),
    );
    return `phase ${phase} · ${name}\n${lines.flat().join('')}`;
  });
  return [...code, ...phases].join('\n');
}
