/** What each package exports is a decision, so every new or removed name shows in a file beside its tests. */
import { describe, expect, it } from 'vitest';
import { readPackages } from '../workspace/packages.ts';

/** Packages that run something when imported. */
const programs = ['@tessera-dnn/cli'];

describe.each(readPackages().filter(({ name }) => !programs.includes(name)))(
  '$name',
  ({ name, directory, exports }) => {
    it('exports the names it says', async () => {
      const lines: string[] = [];
      for (const subpath of exports) {
        const module: object = await import(/* @vite-ignore */ `${name}${subpath.slice(1)}`);
        lines.push(
          `${name}${subpath.slice(1)}`,
          ...Object.keys(module)
            .sort()
            .map(exported => `  ${exported}`),
        );
      }
      await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`../../packages/${directory}/test/exports.txt`);
    });
  },
);
