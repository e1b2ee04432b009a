/** The op that `docs/adding-an-op.md` adds is the one in `softsign.ts`, and it keeps the laws. */
import { readFileSync } from 'node:fs';
import { fullBox } from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';
import { describe, expect, it } from 'vitest';
import { ops } from '../../src/index.ts';
import { chooseLayout, createInstance, disagreement, placeRegion, runPart } from '../../src/testing/index.ts';
import { softsign } from './softsign.ts';

const table: OpTable = { ...ops, find: name => (name === softsign.name ? softsign : ops.find(name)) };

describe('the page on adding an op', () => {
  it('shows the op that is tested here', () => {
    const page = readFileSync(new URL('../../../../docs/adding-an-op.md', import.meta.url), 'utf8');
    const [, block] = /```ts softsign.ts\n([\s\S]*?)```/.exec(page) ?? [];
    const file = readFileSync(new URL('./softsign.ts', import.meta.url), 'utf8');
    expect(file.replace('../../src/define/', '../define/')).toBe(block);
  });

  it('adds one whose kernel does what its oracle does', () => {
    for (let seed = 0; seed < 10; seed++) {
      const instance = createInstance(softsign, seed);
      const { operands, result } = instance.context;
      const place = (type: (typeof operands)[number]) =>
        placeRegion(type, fullBox(type.shape), chooseLayout('any', type.shape.length, instance.pick));
      const part = {
        variant: 'map',
        box: fullBox(result.shape),
        operands: operands.map(place),
        result: place(result),
        partial: false,
        specialised: false,
      };
      expect(disagreement(instance, runPart(instance, table, part, 2))).toBeUndefined();
    }
  });
});
