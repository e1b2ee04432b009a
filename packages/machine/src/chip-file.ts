/**
 * Chips from JSON files, and presets with some fields changed.
 *
 * A file is an object with the fields of {@link ChipSpec}; `sramBytes` may be a text like `"256KiB"`. `packed`, `chargeCode` and
 * `specialise` may be left out (false, true, false). With `"base": "gc2"` every field may be left out, and comes from that preset.
 */
import type { Diagnostic, Outcome, Source, Span } from '@tessera-dnn/diagnostics';
import { checkPartialCycles, chipFields } from './chip-check.ts';
import type { ChipSpec } from './chip-spec.ts';
import type { Code } from './explain/catalogue.ts';
import { type Fault, isRecord } from './json-check.ts';
import { presets } from './presets.ts';
import { parseSize } from './size.ts';
import { choice, closedRecord } from './typed-check.ts';

const defaults = { packed: false, chargeCode: true, specialise: false };

/** The chip in `source`, or one `bad-chip` for each fault, at the line that has it. */
export function parseChip(source: Source): Outcome<ChipSpec> {
  const parsed = parseJson(source);
  if ('diagnostic' in parsed) return { ok: false, diagnostics: [parsed.diagnostic] };
  const json = withSize(parsed.value);
  const faults: Fault[] = [];
  checkFile(json, faults);
  if (faults.length > 0) return { ok: false, diagnostics: faults.map(fault => diagnosticOf(fault, source)) };
  const { base, ...fields } = json as { readonly base?: string } & Partial<ChipSpec>;
  const preset = presets.find(chip => chip.name === base);
  const cycles = { ...preset?.cycles, ...fields.cycles };
  return { ok: true, value: { ...defaults, ...preset, ...fields, cycles } as ChipSpec, diagnostics: [] };
}

/** What the command line may change of any chip. */
export interface ChipOverrides {
  readonly tiles?: number;
  readonly sramBytes?: number;
  readonly workers?: number;
}

/** `chip` with the given fields replaced, or `bad-chip` for those that are out of range. The name stays. */
export function overrideChip(chip: ChipSpec, overrides: ChipOverrides): Outcome<ChipSpec> {
  const given = Object.entries(overrides).filter(([, value]) => value !== undefined);
  const faults: Fault[] = [];
  for (const [field, value] of given) chipFields[field](value, [field], faults);
  if (faults.length > 0) return { ok: false, diagnostics: faults.map(fault => diagnosticOf(fault)) };
  return { ok: true, value: { ...chip, ...Object.fromEntries(given) }, diagnostics: [] };
}

function checkFile(json: unknown, faults: Fault[]): void {
  const based = isRecord(json) && Object.hasOwn(json, 'base');
  const base = choice(presets.map(chip => chip.name));
  const fields = based ? { ...chipFields, base, cycles: checkPartialCycles } : { ...chipFields, base };
  const optional = based ? Object.keys(fields) : ['base', ...Object.keys(defaults)];
  closedRecord(fields, optional)(json, [], faults);
}

/** A size written as text becomes its number; anything else is left for the check to refuse. */
function withSize(json: unknown): unknown {
  if (!isRecord(json) || typeof json['sramBytes'] !== 'string') return json;
  return { ...json, sramBytes: parseSize(json['sramBytes']) ?? json['sramBytes'] };
}

function parseJson(source: Source): { readonly value: unknown } | { readonly diagnostic: Diagnostic<Code> } {
  try {
    return { value: JSON.parse(source.text) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const at = /position (\d+)/.exec(message);
    const start = at ? Number(at[1]) : source.text.length;
    const span = { source, start, end: Math.min(start + 1, source.text.length) };
    // What follows is the engine's own copy of the text.
    const reason = message.split(/ in JSON| \.\.\.|, "/)[0];
    return { diagnostic: { code: 'bad-chip', severity: 'error', message: `the chip is not JSON: ${reason}`, span } };
  }
}

function diagnosticOf(fault: Fault, source?: Source): Diagnostic<Code> {
  const { path, message, help } = fault;
  const subject = path.length > 0 ? path.join('.') : 'a chip';
  const span = source && spanOf(source, path);
  return {
    code: 'bad-chip',
    severity: 'error',
    message: `${subject} ${message}`,
    ...(span && { span }),
    ...(help && { help }),
  };
}

/** The last key of the path, or of as much of it as is there, in the text. */
function spanOf(source: Source, path: readonly string[]): Span {
  for (let length = path.length; length > 0; length--) {
    const key = JSON.stringify(path[length - 1]);
    const start = startOfKey(source.text, key);
    if (start !== -1) return { source, start, end: start + key.length };
  }
  const start = Math.max(0, source.text.search(/\S/));
  return { source, start, end: Math.min(start + 1, source.text.length) };
}

/** Keys may be too long for a pattern. */
function startOfKey(text: string, key: string): number {
  for (let start = text.indexOf(key); start !== -1; start = text.indexOf(key, start + 1)) {
    if (/^\s*:/.test(text.slice(start + key.length, start + key.length + 1000))) return start;
  }
  return -1;
}
