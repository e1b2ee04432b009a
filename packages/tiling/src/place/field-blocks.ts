/** The field blocks of a program's classes, by their numbers; made once for all tables of the program. */
import { fieldBytes, fieldType, packFields } from '@tessera-dnn/graph/kernel';
import { type FieldBlock, fieldBlock, tableFormat } from '@tessera-dnn/machine';
import type { TileProgram } from '../program.ts';

/** The fields of each class, packed into bytes and aligned for the widest of them. */
export function fieldBlocks({ classes, codes }: Pick<TileProgram, 'classes' | 'codes'>): readonly FieldBlock[] {
  const numberBytes = tableFormat.numberBytes(codes.length);
  return classes.map(({ code: number, fields, slots }) => {
    const code = codes[number];
    // The first field is of the widest type.
    const alignment = code.fields > 0 ? fieldBytes[fieldType(code, 0)] : 1;
    return fieldBlock({ number, slots, alignment }, numberBytes, packFields(code, fields));
  });
}
