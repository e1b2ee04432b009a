/**
 * `npm run bench:memory`: what the networks of MLPerf Tiny take of one tile in 32, 16 and 8 bits, as the table of docs/memory.md has it. Nothing is
 * timed; every placement is verified.
 *
 * npm run bench:memory -- [WORD…]
 *
 * A word chooses the programs and storages that begin with it.
 */
import { bytesOf, networks, storages } from './networks.ts';

const words = process.argv.slice(2);
const chosen = (name: string, among: readonly string[]): boolean => {
  const meant = words.filter(word => among.some(other => other.startsWith(word)));
  return meant.length === 0 || meant.some(word => name.startsWith(word));
};
const programs = networks.map(({ program }) => program);

console.log(
  '| | stored in | activations, at most | gaps | weights | tables | code | together |\n|---|---|--:|--:|--:|--:|--:|--:|',
);
for (const network of networks.filter(({ program }) => chosen(program, programs))) {
  for (const storage of storages.filter(name => chosen(name, storages))) {
    const { activations, gaps, weights, tables, code, total } = await bytesOf(network, storage);
    const cells = [activations, gaps, weights, tables, code, total].map(bytes => bytes.toLocaleString('en'));
    console.log(`| ${network.task} | ${storage} | ${cells.join(' | ')} |`);
  }
}
