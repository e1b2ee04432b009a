/** The commands in docs/command-line.md do what the page says: every line runs, and ends with 0. */
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { type Place, place } from './command.ts';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

interface Block {
  readonly language: string;
  /** The file that the block shows, if it shows one. */
  readonly name?: string;
  readonly text: string;
}

function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(join(repository, 'docs', page), 'utf8');
  return [...text.matchAll(/^```(\w+) ?(\S+)?\n(.*?)^```$/gms)].map(([, language, name, text]) => ({
    language,
    name,
    text,
  }));
}

async function perform(here: Place, line: string): Promise<void> {
  const [program, ...args] = line.split(' ');
  if (program === 'mkdir') mkdirSync(join(here.path, args[1]), { recursive: true });
  else {
    expect([program, args[0]], line).toEqual(['npx', 'tessera']);
    const { code, out, err } = await here.tessera(...args.slice(1));
    expect({ line, code, err }).toEqual({ line, code: 0, err: expect.not.stringContaining('error[') });
    if (args.includes('--json')) JSON.parse(out);
  }
}

it('docs/command-line.md', async () => {
  const here = place();
  symlinkSync(join(repository, 'examples'), join(here.path, 'examples'));
  const blocks = blocksOf('command-line.md');
  expect(blocks.length).toBeGreaterThan(5);
  for (const { language, name, text } of blocks) {
    if (name !== undefined) here.write(name, text);
    else if (language === 'sh') for (const line of text.trimEnd().split('\n')) await perform(here, line);
  }
  const scores = await here.tessera('run', 'out/lenet.wasm', '--input', 'image=examples/digits/seven.npy', '--json');
  expect(JSON.parse(scores.out).outputs[0].argmax).toEqual([7]);
});
