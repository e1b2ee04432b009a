/** What is planned for: choosers for the chip and how memory is laid out. */
import { presets } from '@tessera-dnn/machine';
import { baseChip, type Settings } from '../live/settings.ts';
import { element } from './dom.ts';
import { bytesText } from './text.ts';

export interface SettingsBar {
  readonly elements: readonly HTMLElement[];
  readonly show: (settings: Settings) => void;
}

/** Choosers that `change` hears of. Without a number, tiles and SRAM are those of the chip. */
export function settingsBar(change: (settings: Settings) => void): SettingsBar {
  let settings: Settings | undefined;
  const set = (part: Partial<Settings>) => {
    if (settings) change({ ...settings, ...part });
  };
  const chip = select(
    'Chip',
    presets.map(({ name, tiles, sramBytes }) => [name, chipText(name, { tiles, sramBytes })]),
    value =>
      // Another chip has other tiles.
      set({ chip: value, tiles: undefined, sramBytes: undefined }),
  );
  const tiles = number('Tiles', value => set({ tiles: value }));
  const sram = number('KiB a tile', value => set({ sramBytes: value === undefined ? undefined : value * 1024 }));
  const precision = select(
    'Precision',
    [
      ['', 'as written'],
      ['f32', 'f32'],
      ['f16', 'f16'],
      ['bf16', 'bf16'],
    ],
    value => set({ precision: (value || undefined) as Settings['precision'] }),
  );
  const recompute = select(
    'Recompute',
    [
      ['', 'if it must'],
      ['none', 'nothing'],
      ['sqrt', 'sqrt'],
      ['auto', 'auto'],
    ],
    value => set({ recompute: (value || undefined) as Settings['recompute'] }),
  );
  const inPlace = check('in place', value => set({ inPlace: value ? undefined : false }));
  const reuse = check('reuse', value => set({ reuse: value ? undefined : false }));
  return {
    elements: [
      labelled('chip', chip),
      labelled('tiles', tiles),
      labelled('KiB', sram),
      labelled('stored', precision),
      labelled('recompute', recompute),
      labelled('in place', inPlace, true),
      labelled('reuse', reuse, true),
    ],
    show: next => {
      settings = next;
      const base = baseChip(next);
      const { chipFile } = next;
      if (chipFile && ![...chip.options].some(({ value }) => value === chipFile.name)) {
        const text = chipText(chipFile.name, baseChip({ ...next, chip: chipFile.name }));
        chip.append(element('option', { attributes: { value: chipFile.name } }, text));
      }
      chip.value = next.chip;
      tiles.value = String(next.tiles ?? '');
      tiles.placeholder = String(base.tiles);
      sram.value = next.sramBytes === undefined ? '' : String(next.sramBytes / 1024);
      sram.placeholder = String(base.sramBytes / 1024);
      precision.value = next.precision ?? '';
      recompute.value = String(next.recompute ?? '');
      inPlace.checked = next.inPlace !== false;
      reuse.checked = next.reuse !== false;
    },
  };
}

function chipText(name: string, { tiles, sramBytes }: { readonly tiles: number; readonly sramBytes: number }): string {
  return `${name}: ${tiles} × ${bytesText(sramBytes)}`;
}

function labelled(text: string, control: HTMLElement, isBehind = false): HTMLElement {
  return element('label', { class: 'setting' }, ...(isBehind ? [control, text] : [text, control]));
}

function select(
  label: string,
  options: readonly (readonly [string, string])[],
  change: (value: string) => void,
): HTMLSelectElement {
  const all = options.map(([value, text]) => element('option', { attributes: { value } }, text));
  const made = element(
    'select',
    { attributes: { 'aria-label': label }, on: { change: () => change(made.value) } },
    ...all,
  );
  return made;
}

function number(label: string, change: (value: number | undefined) => void): HTMLInputElement {
  const made = element('input', {
    attributes: { type: 'number', min: '1', 'aria-label': label },
    on: { change: () => change(made.valueAsNumber > 0 ? made.valueAsNumber : undefined) },
  });
  return made;
}

function check(label: string, change: (value: boolean) => void): HTMLInputElement {
  const made = element('input', {
    attributes: { type: 'checkbox', 'aria-label': label },
    on: { change: () => change(made.checked) },
  });
  return made;
}
