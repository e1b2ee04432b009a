/** The inputs of a program, each with a choice of where its values come from. */
import type { Inputs, TensorInput } from '@tessera-dnn/chip';
import type { ManifestTensor } from '@tessera-dnn/machine';
import type { Runnable } from '../running/messages.ts';
import { sampled } from '../running/sample.ts';
import { element } from './dom.ts';
import { type DrawPad, drawPad } from './draw-pad.ts';
import { ofCanvas, ofFile, pictureSize } from './input-values.ts';

type Source = 'sample' | 'file' | 'drawing';

/** What was chosen for an input, which holds for the inputs of that name in later texts too. */
interface Chosen {
  source: Source;
  /** Of the file that was read last. */
  file?: { readonly name: string; readonly value: TensorInput };
}

export interface RunInputs {
  readonly element: HTMLElement;
  /** Shows the inputs of a program. `kinds`: how many kinds samples have. */
  readonly show: (program: Runnable, kinds: number) => void;
  /** The values of all inputs now. */
  readonly values: () => Inputs;
}

/**
 * Rows of inputs; `changed` hears of other values. With `batches` the values are those of so many runs, one behind the other, as a training takes them: then
 * nobody draws them.
 */
export function runInputs(changed: () => void, batches?: number): RunInputs {
  const chosen = new Map<string, Chosen>();
  const rows = element('div', { class: 'inputs' });
  const seed = numberInput('Seed of samples', 1, 0);
  const kinds = numberInput('Kinds of samples', 2, 1);
  for (const input of [seed, kinds]) input.addEventListener('change', changed);
  let readers: readonly { readonly name: string; readonly value: () => TensorInput }[] = [];
  let last: Runnable | undefined;

  const row = (input: ManifestTensor) =>
    inputRow(input, {
      chosen,
      changed,
      canDraw: batches === undefined,
      sample: () =>
        sampled(input, {
          ...sampling(),
          ...(batches !== undefined && input.shape.length > 0 && { samples: batches * input.shape[0] }),
        }),
    });
  const sampling = () => ({ seed: seed.valueAsNumber || 0, kinds: Math.max(1, kinds.valueAsNumber || 1) });
  return {
    element: element(
      'div',
      {},
      rows,
      element(
        'p',
        { class: 'note' },
        element('label', {}, 'samples by seed ', seed),
        ' ',
        element('label', { title: 'whole numbers, such as labels and tokens, are below this' }, 'of kinds ', kinds),
      ),
    ),
    show: (program, count) => {
      if (JSON.stringify(last) === JSON.stringify(program)) return;
      last = program;
      kinds.value = String(count);
      const made = program.inputs.map(row);
      readers = made.map(({ value }, i) => ({ name: program.inputs[i].name, value }));
      rows.replaceChildren(...made.map(each => each.element));
    },
    values: () => Object.fromEntries(readers.map(({ name, value }) => [name, value()])),
  };
}

interface RowUse {
  readonly chosen: Map<string, Chosen>;
  readonly changed: () => void;
  readonly canDraw: boolean;
  readonly sample: () => TensorInput;
}

function inputRow(input: ManifestTensor, { chosen, changed, canDraw, sample }: RowUse) {
  const { name, type, shape } = input;
  const now: Chosen = chosen.get(name) ?? { source: 'sample' };
  chosen.set(name, now);
  const size = canDraw ? pictureSize(input) : undefined;
  const pad: DrawPad | undefined = size && drawPad(size, changed);
  const note = element('span', { class: 'note', role: 'status' });
  const file = element('input', {
    attributes: { type: 'file', accept: size ? '.npy,image/*' : '.npy', 'aria-label': `File for ${name}` },
    on: { change: () => void read() },
  });
  const source = element(
    'select',
    { attributes: { 'aria-label': `Values of ${name}` }, on: { change: () => choose(source.value as Source) } },
    ...(['sample', 'file', ...(pad ? ['drawing' as const] : [])] as const).map(value =>
      element('option', { attributes: { value } }, value),
    ),
  );
  const show = () => {
    source.value = now.source;
    file.hidden = now.source !== 'file';
    if (pad) pad.element.hidden = now.source !== 'drawing';
  };
  const choose = (next: Source) => {
    now.source = next;
    note.textContent = '';
    show();
    if (next !== 'file' || now.file) changed();
  };
  const read = async () => {
    const [given] = file.files ?? [];
    if (!given) return;
    const values = await ofFile(given, input);
    if ('fault' in values) {
      note.textContent = values.fault;
      return;
    }
    note.textContent = '';
    now.file = { name: given.name, value: values.value };
    changed();
  };
  if (now.source === 'drawing' && !pad) now.source = 'sample';
  show();
  const value = (): TensorInput => {
    if (now.source === 'file' && now.file) return now.file.value;
    const drawn = now.source === 'drawing' && pad ? ofCanvas(pad.canvas, input) : undefined;
    return drawn && 'value' in drawn ? drawn.value : sample();
  };
  const title = element('span', {}, element('strong', {}, name), ` ${type}[${shape.join(', ')}] `);
  return { value, element: element('div', { class: 'input' }, title, source, file, pad?.element, note) };
}

function numberInput(label: string, value: number, least: number): HTMLInputElement {
  return element('input', {
    attributes: { type: 'number', min: String(least), value: String(value), 'aria-label': label },
  });
}
