/** The op that the page on adding an op shows is the one in `squash.ts`, and it keeps the laws. */
import { readFileSync } from 'node:fs';
import { fullBox } from '@tessera-dnn/graph';
import type { OpTable } from '@tessera-dnn/graph/op';
import { ops } from '@tessera-dnn/ops';
import { chooseLayout, createInstance, disagreement, placeRegion, runPart } from '@tessera-dnn/ops/testing';
import { describe, expect, it } from 'vitest';
import {
  callOf,
  disagreement as gradientDisagreement,
  isPlain,
  overflow,
} from '../packages/compiler/test/laws/gradients.ts';
import { squash } from '../packages/ops/test/docs/squash.ts';

const table: OpTable = { ...ops, find: name => (name === squash.name ? squash : ops.find(name)) };

describe('the page on adding an op', () => {
  it('shows the op that is tested here', () => {
    const page = readFileSync(new URL('./adding-an-op.md', import.meta.url), 'utf8');
    const [, block] = /```ts squash.ts\n([\s\S]*?)```/.exec(page) ?? [];
    const file = readFileSync(new URL('../packages/ops/test/docs/squash.ts', import.meta.url), 'utf8');
    expect(file.replaceAll('../../src/define/', '../define/')).toBe(block);
  });

  it('adds one whose kernel does what its oracle does', () => {
    for (let seed = 0; seed < 10; seed++) {
      const instance = createInstance(squash, seed);
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

  it.each([1, 2] as const)('gives it a gradient, and this another one (order %i)', order => {
    for (let seed = 0; seed < 12; seed++) {
      const call = callOf(squash, seed, { table, order });
      expect(gradientDisagreement(call), call.title).toBeUndefined();
      if (isPlain(call)) expect(overflow(call), call.title).toBeUndefined();
    }
  });
});
