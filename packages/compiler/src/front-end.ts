/** The front half of the pipeline: text → Module, elaborated and rewritten, with the program that makes first values. */
import { type Diagnostic, isError, type Outcome, type Source } from '@tessera-dnn/diagnostics';
import { type Module, printModule, verifyModule } from '@tessera-dnn/graph';
import { elaborate, elaboration, initProgram, parse, precisionOf } from '@tessera-dnn/language';
import { type PassOptions, passes } from '@tessera-dnn/passes';
import type { Code } from './explain/catalogue.ts';
import { type CompileOptions, passesOf, tableOf } from './options.ts';
import { outOfReach } from './out-of-reach.ts';

/** Text to optimised Module. `seen` is given the name of every stage and the module after it. */
export function frontEnd(
  source: Source,
  options: CompileOptions,
  seen: (stage: string, module: Module) => void = () => {},
): Outcome<Module> {
  const after = options.after ?? (() => {});
  const table = tableOf(options);
  const { file, diagnostics: syntax } = parse(source);
  // Elaboration runs even after a syntax error: its own findings are reported in the same run, but nothing is built from them.
  const elaborated = elaborate(file, {
    table,
    load: options.load ?? (() => undefined),
    set: options.set ?? {},
    programs: options.programs,
    precision: options.precision,
    masterWeights: options.masterWeights,
    evaluation: options.evaluation,
    syntax,
  });
  const diagnostics = [...syntax, ...elaborated.diagnostics];
  if (!elaborated.ok || syntax.some(d => d.severity === 'error')) return { ok: false, diagnostics };
  let module = elaborated.value;
  if (module.programs.length === 0) return { ok: false, diagnostics: [...diagnostics, nothingToCompile(source)] };
  const refused = outOfReach(module);
  if (refused.length > 0) return { ok: false, diagnostics: [...diagnostics, ...refused] };
  seen(elaboration.name, module);
  after(elaboration.name, () => printModule(elaborated.value));
  // First values come from the same ops as everything else, and are fused like everything else.
  const programs = module.programs.filter(({ kind }) => kind !== 'init');
  module = { ...module, programs: [...programs, initProgram(module, table)] };
  const { recompute } = options;
  const passOptions: PassOptions = {
    table,
    strict: options.math === 'strict',
    recompute,
    precision: precisionOf(file, options.precision),
  };
  for (const pass of passesOf(options)) {
    const found = pass.check?.(module, passOptions) ?? [];
    for (const diagnostic of found) diagnostics.push(diagnostic);
    if (found.some(isError)) return { ok: false, diagnostics };
    module = pass.run(module, passOptions);
    if (options.verify || !passes.includes(pass)) verifyModule(module, table, pass.name);
    const result = module;
    seen(pass.name, result);
    after(pass.name, () => printModule(result));
  }
  return { ok: true, value: module, diagnostics };
}

function nothingToCompile(source: Source): Diagnostic<Code> {
  return {
    code: 'nothing-to-compile',
    severity: 'error',
    message: `${source.name} has no model to compile`,
    help: 'write `model name(x: f32[n]) { … }`',
  };
}
