/** Field blocks of lists so long that no record is near its block. */
import { recordCopy } from '@tessera-dnn/graph/structural';
import { ByteWriter, TableWriter } from '@tessera-dnn/machine';
import { expect, test } from 'vitest';
import { fieldBlocks } from '../src/place/field-blocks.ts';

test('a class has one block, however long the list of its records', () => {
  const loops = [{ count: 3, fromBytes: 400_000, toBytes: 40 }];
  const nest = { loops, elementBytes: 4, unitBytes: 0 } as const;
  const { code, fields } = recordCopy(nest, { specialised: false, fused: false, ordered: false });
  const table = fieldBlocks({ classes: [{ code: 0, fields, slots: code.slots, cycles: 0 }], codes: [code] });
  const blocksOf = (records: number) => {
    const writer = new TableWriter(table, 0, new ByteWriter());
    const ids = new Int32Array(records);
    writer.blocks(ids, writer.mostBytes(ids));
    return writer.out.length;
  };
  expect(blocksOf(1)).toBeGreaterThan(4);
  expect(blocksOf(2000)).toBe(blocksOf(1));
});
