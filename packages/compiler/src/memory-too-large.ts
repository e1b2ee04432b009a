/** Whether one memory of the back end holds all tiles and the host window, with inputs, results and transfers; and what takes the most of it. */
import type { Diagnostic, Note } from '@tessera-dnn/diagnostics';
import { formatSize } from '@tessera-dnn/machine';
import type { Code } from './explain/catalogue.ts';
import { bytesText } from './live.ts';
import type { Plan } from './plan.ts';
import { userSpan } from './user-span.ts';

/** An error if no memory holds the plan, else empty. Such a plan can be looked at all the same. */
export function memoryTooLarge({ tiles: { buffers }, placement, chip, limits }: Plan): readonly Diagnostic<Code>[] {
  const { totalBytes, hostAddress } = placement;
  if (totalBytes <= limits.memoryBytes) return [];
  const tiles = chip.tiles === 1 ? 'one tile' : `${chip.tiles} tiles`;
  const sizes = buffers.map(buffer => ({ buffer, bytes: buffer.bytes.reduce((sum, bytes) => sum + bytes, 0) }));
  const largest = sizes.sort((a, b) => b.bytes - a.bytes).slice(0, mostNotes);
  const notes = largest.map(({ buffer: { name, kind, origin }, bytes }): Note => {
    const where = kind === 'host' ? ', where the host reads or writes it' : '';
    return { message: `${bytesText(bytes)} ${name}${where}`, span: userSpan(origin) };
  });
  return [
    {
      code: 'memory-too-large',
      severity: 'error',
      message: `the memory of ${tiles} takes ${formatSize(hostAddress)}, the host window ${formatSize(totalBytes - hostAddress)}, but ${limits.memory} holds at most ${formatSize(limits.memoryBytes)}`,
      span: notes[0]?.span,
      notes,
      help: chip.packed
        ? 'the program holds that much at once: choose a smaller batch, or smaller tensors'
        : 'choose fewer tiles or less SRAM (--tiles, --sram), or --pack',
    },
  ];
}

const mostNotes = 4;
