/**
 * Tries the tarballs as others use them: in every Node, TypeScript and bundler that they are for, installed into an empty folder. Takes minutes and a
 * registry; a sample of it is in the tests (`pack.slow.test.ts`).
 */
import { arch, platform } from 'node:os';
import type { Packed } from '../pack.ts';
import { bundlerPackages, bundlerTrials } from './bundlers.ts';
import { nodePackages, nodeTrials } from './nodes.ts';
import { Project } from './project.ts';
import { writeSources } from './sources.ts';
import { typeScriptPackages, typeScriptTrials } from './typescript.ts';

/** Prints a line for each trial; whether all succeeded. */
export async function checkPackages(packed: readonly Packed[]): Promise<boolean> {
  const project = new Project();
  let failures = 0;
  try {
    console.log(`installing on ${platform()} ${arch()} in ${project.folder}`);
    const tarballs = packed.map(({ tarball }) => tarball);
    project.install([...tarballs, ...nodePackages, ...typeScriptPackages, ...bundlerPackages]);
    writeSources(project);
    for (const { name, run } of [...nodeTrials, ...typeScriptTrials, ...bundlerTrials]) {
      try {
        const skipped = await run(project);
        console.log(skipped === undefined ? `✓ ${name}` : `– ${name}: skipped, ${skipped}`);
      } catch (error) {
        failures++;
        console.log(`✗ ${name}\n${indented(error)}`);
      }
    }
  } finally {
    project.remove();
  }
  return failures === 0;
}

function indented(error: unknown): string {
  return String((error as Error).message)
    .split('\n')
    .slice(0, 30)
    .map(line => `    ${line}`)
    .join('\n');
}
