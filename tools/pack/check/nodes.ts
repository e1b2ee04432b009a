/** The packages in every Node that their `engines` name: the first and the last of each line. */
import { type Project, same, type Trial } from './project.ts';
import { printed } from './sources.ts';

const builds = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const versions = ['20.16', '20', '22.3', '22', '24'];
const folderOf = (version: string) => `runtime-${version.replace('.', '-')}`;

/** What to install: Node itself is in packages by platform. */
export const nodePackages: readonly string[] = versions.map(
  version => `${folderOf(version)}@npm:${builds}@${version.includes('.') ? '~' : '^'}${version}.0`,
);

/** 20 and later run artifacts, 22 and later compile. */
export const nodeTrials: readonly Trial[] = versions.flatMap(version => {
  const node = (project: Project, ...args: readonly string[]) => project.run(`${folderOf(version)}/bin/node`, ...args);
  const trial = (name: string, run: (project: Project) => void): Trial => ({
    name: `Node ${version}: ${name}`,
    run: project => void run(project),
  });
  return [
    trial('imports', project => same(node(project, 'imported.mjs'), printed)),
    trial('requires', project => same(node(project, 'required.cjs'), printed)),
    trial('has one instance where modules can be required', project => {
      const canRequire = node(project, '-p', 'String(!!process.features.require_module)').trim();
      same(node(project, 'both.cjs'), canRequire);
    }),
    ...(version.startsWith('20')
      ? []
      : [
          trial('compiles', project => {
            project.write('compiling.mjs', compiling);
            same(node(project, 'compiling.mjs'), '0 true true');
          }),
        ]),
    ...(/^22\.3|^20/.test(version)
      ? []
      : [
          trial(
            'has the command',
            project => void node(project, 'node_modules/@tessera-dnn/cli/bin/tessera.mjs', 'check', 'net.dnn'),
          ),
        ]),
  ];
});

const compiling = `import { compile } from '@tessera-dnn/compiler';
import { check } from '@tessera-dnn/compiler/planning';
import { compileAsync } from '@tessera-dnn/compiler/worker';
import { readFileSync } from 'node:fs';

const source = { name: 'net.dnn', text: readFileSync('net.dnn', 'utf8') };
const options = { math: 'strict' };
console.log(check(source).length, compile(source, options).ok, (await compileAsync(source, options)).ok);
`;
