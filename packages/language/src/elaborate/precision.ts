/**
 * The item `precision bf16`: what the programs of a file call f32 is stored in 16 bits. It holds for the file that is compiled. An imported file
 * has no programs of its own, so that its precision is not used, and a warning says so where another one is in effect.
 */
import type { ElementType, File, Precision } from '../ast.ts';
import type { LoadedFiles } from './files.ts';
import type { Reporter } from './report.ts';

/** What floats may be stored in; `f32` means: as the program says. */
export type StoredFloat = 'f32' | 'f16' | 'bf16';

/** The type of 16 bits in which the floats of a file are stored, where no other is `asked` for; undefined: as its programs say. */
export function precisionOf({ items }: File, asked?: StoredFloat): 'f16' | 'bf16' | undefined {
  const written = items.find(item => item.kind === 'precision')?.element;
  const element = asked ?? written;
  return element === 'f16' || element === 'bf16' ? element : undefined;
}

/** Reports precisions that are none, second ones, and those of imported files. */
export function checkPrecisions({ root, all }: LoadedFiles, asked: StoredFloat | undefined, reporter: Reporter): void {
  const inEffect = precisionOf(root.file, asked) ?? 'f32';
  for (const { file } of all) {
    const [first, ...others] = file.items.filter(item => item.kind === 'precision');
    if (first === undefined) continue;
    for (const item of [first, ...others]) if (!isStoredFloat(item.element)) reportElement(item, reporter);
    for (const { span } of others) {
      const message = 'a file has one precision';
      const notes = [{ message: 'the first one is here', span: first.span }];
      reporter.error({ code: 'repeated-precision', message, span, notes });
    }
    const isUsed = file === root.file || first.element === inEffect || !isStoredFloat(first.element);
    if (!isUsed) warnOfImported(first, root.file, inEffect, reporter);
  }
}

function isStoredFloat(element: ElementType): element is StoredFloat {
  return element === 'f32' || element === 'f16' || element === 'bf16';
}

function reportElement({ element, elementSpan: span }: Precision, reporter: Reporter): void {
  const message = `a precision is f16, bf16 or f32, not ${element}`;
  reporter.error({ code: 'bad-precision', message, span });
}

function warnOfImported({ element, span }: Precision, root: File, inEffect: StoredFloat, reporter: Reporter): void {
  const message = `the precision of an imported file is not used: floats are stored in ${inEffect}`;
  const help = `write precision ${element} in ${root.source.name}`;
  reporter.warning({ code: 'unused-precision', message, span, help }, []);
}
