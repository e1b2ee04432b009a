/** Checks answers and jobs that come from a disk or a queue before they are believed. */
import { parseChip } from '@tessera-dnn/machine';
import type { Answer, Figures, ImportedFile, Job, JobOptions } from './job.ts';

type Fields = { readonly [name: string]: unknown };

/** Whether the value is an answer. */
export function isAnswer(value: unknown): value is Answer {
  if (!isRecord(value)) return false;
  const { kind, recomputed, message, code } = value;
  if (kind === 'fits') return typeof recomputed === 'boolean' && hasFigures(value);
  if (typeof message !== 'string') return false;
  if (kind === 'too-large') return value['peakBytes'] === undefined || hasFigures(value);
  return kind === 'refused' && typeof code === 'string';
}

function hasFigures({ peakBytes, usedBytes, cycles }: Fields): boolean {
  const sound = (entry: unknown) => isRecord(entry) && typeof entry['program'] === 'string' && isCount(entry['cycles']);
  const figures: Figures['cycles'] | undefined = Array.isArray(cycles) && cycles.every(sound) ? cycles : undefined;
  return isCount(peakBytes) && isCount(usedBytes) && figures !== undefined;
}

/** The job in the value, whose chip and texts are sound; undefined where it is none. What its options mean the compiler itself checks. */
export function jobIn(value: unknown): Job | undefined {
  if (!isRecord(value)) return undefined;
  const { source, imports, chip, options } = value;
  if (!isText(source) || !Array.isArray(imports) || !imports.every(isImport) || !isOptions(options)) return undefined;
  const parsed = parseChip({ name: 'chip', text: JSON.stringify(chip ?? null) });
  return parsed.ok ? { source, imports, chip: parsed.value, options } : undefined;
}

function isText(value: unknown): value is Job['source'] {
  return isRecord(value) && typeof value['name'] === 'string' && typeof value['text'] === 'string';
}

function isImport(value: unknown): value is ImportedFile {
  if (!isRecord(value)) return false;
  const { path, from, found } = value;
  const sound = found === null || isText(found) || (isRecord(found) && typeof found['reason'] === 'string');
  return typeof path === 'string' && typeof from === 'string' && sound;
}

const choices: { readonly [name in keyof JobOptions]-?: (value: unknown) => boolean } = {
  set: value => isRecord(value) && Object.values(value).every(entry => typeof entry === 'string'),
  programs: isNames,
  withoutVariants: isNames,
  masterWeights: value => typeof value === 'boolean',
  precision: value => ['f32', 'f16', 'bf16'].includes(value as string),
  recompute: value => ['none', 'sqrt', 'auto'].includes(value as string) || isCount(value),
  memory: isCount,
  cycles: isCount,
  math: value => ['fast', 'strict'].includes(value as string),
  allocator: value => typeof value === 'string',
  inPlace: value => typeof value === 'boolean',
  reuse: value => typeof value === 'boolean',
};

function isOptions(value: unknown): value is JobOptions {
  return (
    isRecord(value) &&
    Object.entries(value).every(
      ([name, entry]) => Object.hasOwn(choices, name) && choices[name as keyof JobOptions](entry),
    )
  );
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.every(entry => typeof entry === 'string');
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
