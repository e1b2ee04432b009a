/** Samples in the rows of a table. */
import type { Outcome } from '@tessera-dnn/diagnostics';
import { convertTensor } from '@tessera-dnn/formats';
import type { Table } from '@tessera-dnn/formats/csv';
import { isFloat } from '@tessera-dnn/machine';
import { failed, succeeded } from '../session.ts';
import { namesOf, type Samples, type ShapedData, type Target } from './samples.ts';

/**
 * A row is a sample, whose numbers fill the input's shape in the order of the columns. A single column of texts is one of classes: each has the number of
 * its place among all of them in order.
 */
export function samplesOfTable(name: string, table: Table): Samples {
  const { rows, columns, texts, firstText } = table;
  const hasClasses = columns.length === 1 && firstText !== undefined && !texts.includes('');
  return {
    name,
    count: rows,
    extents: rank => (rank === 2 ? [columns.length] : new Array<number>(Math.max(0, rank - 1)).fill(0)),
    classes: hasClasses ? namesOf(texts) : [],
    read: (input, classes) => {
      const isClass = hasClasses && input.shape.length === 1 && !isFloat(input.type);
      return isClass ? readClasses(name, texts, input, classes) : readNumbers(name, table, input);
    },
  };
}

function readNumbers(file: string, { rows, columns, numbers, firstText }: Table, input: Target): Outcome<ShapedData> {
  const { name, type, shape } = input;
  const wanted = shape.slice(1).reduce((product, extent) => product * extent, 1);
  if (wanted !== columns.length) {
    const message = `${name} takes ${wanted} numbers for each sample, and ${file} gives ${columns.length}`;
    return failed('wrong-shape', message, `say which columns: ${file}:${columns[0].name}`);
  }
  if (firstText) {
    const message = `${file}: row ${firstText.row} has “${firstText.text.slice(0, 40)}” in column ${firstText.column}, which is no number`;
    return failed('bad-table', message, `leave the column out, or say which ones are meant: ${file}:first..last`);
  }
  // A table has no element type, so its numbers become that of the input, whatever it is.
  const tensor = { element: 'f64', shape: [rows, ...shape.slice(1)], data: numbers } as const;
  const converted = convertTensor(tensor, type, `${file}, for ${name},`, 'nearest');
  if (converted.ok) return succeeded({ shape: tensor.shape, data: converted.value.data });
  const help = 'make the input a float, or change the number where the table is written';
  // What does not fit a float is helped by what the conversion says.
  return isFloat(type) ? converted : { ok: false, diagnostics: converted.diagnostics.map(one => ({ ...one, help })) };
}

/** The numbers of the samples' classes. Fails for a class that is not known, which a network has not been trained for, and for one beyond the type. */
export function readClasses(
  file: string,
  own: readonly string[],
  { name: input, type }: Target,
  classes: readonly string[],
): Outcome<ShapedData> {
  const places = new Map(classes.map((name, at) => [name, at]));
  const strange = own.find(name => !places.has(name));
  if (strange !== undefined) {
    const message = `${file} has the class ${strange}, which the training does not have`;
    return failed('no-such-class', message, `it has ${classes.slice(0, 12).join(', ')}`);
  }
  const data = Int32Array.from(own, name => places.get(name) ?? 0);
  const shape = [own.length];
  const converted = convertTensor({ element: 'i32', shape, data }, type, file, 'nearest');
  if (converted.ok) return succeeded({ shape, data: converted.value.data });
  const message = `${file} has ${classes.length} classes, and ${input} is ${type}, which has no number for all of them`;
  return failed('inexact-conversion', message, `make ${input} i32 in the program`);
}
