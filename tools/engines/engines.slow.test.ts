/** The situations that web developers meet come out right in every engine that is installed, WebKit apart, which needs a screen. */
import { describe, expect, it } from 'vitest';
import { installable } from './engines.ts';
import { failuresIn } from './run.ts';

describe.each(installable.filter(({ engine }) => engine.name !== 'WebKit'))('$engine.name', ({ engine, isThere }) => {
  it.skipIf(!isThere)('gives what it should', async () => {
    const { count, failures } = await failuresIn(engine);
    expect(failures).toEqual([]);
    expect(count).toBeGreaterThan(30);
  });
});
