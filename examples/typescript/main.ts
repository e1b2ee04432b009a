/**
 * Tessera as a library: a program is parsed, compiled, run, and asked for one of its parameters; a wrong one is explained.
 * Run it with `npm start --workspace examples/typescript`.
 */
import { createChip, loadArtifact } from '@tessera-dnn/chip';
import { compile } from '@tessera-dnn/compiler';
import { type Outcome, render, type Source } from '@tessera-dnn/diagnostics';
import { parse } from '@tessera-dnn/language';
import { tinyChip } from '@tessera-dnn/machine';

const source: Source = {
  name: 'classify.dnn',
  text: `
model classify(x: f32[1, 4]) -> f32[1, 3] {
  x |> dense(8) as hidden |> tanh |> dense(3) as scores
}
`,
};

// Every stage is a package of its own. The first makes a tree of any text.
const { file } = parse(source);
console.log(`${source.name} has ${file.items.map(item => item.kind).join(', ')}`);

// This runs all stages. A mistake in a program does not throw: it is returned as diagnostics.
const artifact = orQuit(compile(source, { chip: tinyChip }));
console.log(`compiled for ${tinyChip.tiles} tiles: ${artifact.bytes.length} bytes of wasm`);

// A seed gives parameters their first values, since no weights were embedded.
const chip = orQuit(await createChip(orQuit(await loadArtifact(artifact.bytes)), { seed: 7 }));
const { output } = orQuit(chip.run('classify', { x: Float32Array.of(1, 2, 3, 4) }));
console.log(`scores: ${[...output].join(' ')}`);

// A parameter is read as a whole in row-major order, wherever its parts lie on the tiles. A new value takes effect with the next run.
const bias = orQuit(chip.readVariable('scores.bias'));
console.log(`scores.bias: ${[...bias].join(' ')}`);
orQuit(
  chip.writeVariable(
    'scores.bias',
    Float32Array.from(bias, value => value + 1),
  ),
);
console.log(`scores with 1 more: ${[...orQuit(chip.run('classify')).output].join(' ')}`);

const wrong = compile({ ...source, text: source.text.replace('dense(3)', 'dens(3)') });
console.log(`\n${wrong.diagnostics.map(diagnostic => render(diagnostic)).join('\n')}`);

function orQuit<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  for (const diagnostic of outcome.diagnostics) console.error(render(diagnostic));
  process.exit(1);
}
