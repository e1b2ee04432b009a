/** The packages' declarations, for each TypeScript and each way to resolve modules, without `skipLibCheck`. */
import type { Project, Trial } from './project.ts';
import { typedCompiler, typedNet, typedUse } from './sources.ts';

const versions = ['5.4', '5.9', '7.0'];
const folderOf = (version: string) => `typescript-${version.replace('.', '-')}`;

export const typeScriptPackages: readonly string[] = [
  ...versions.map(version => `${folderOf(version)}@npm:typescript@~${version}.0`),
  '@types/node@24',
];

interface Way {
  readonly name: string;
  readonly options: object;
  /** The files that it checks, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** The last TypeScript that has it. */
  readonly until?: string;
}

const all = { 'use.ts': typedUse, 'net.ts': typedNet, 'compiler.ts': typedCompiler };
const ways: readonly Way[] = [
  { name: 'bundler', options: { module: 'esnext', moduleResolution: 'bundler' }, files: all },
  {
    name: 'node16, modules',
    options: { module: 'node16', moduleResolution: 'node16' },
    files: { 'use.mts': typedUse, 'compiler.mts': typedCompiler },
  },
  {
    name: 'node16, CommonJS',
    options: { module: 'node16', moduleResolution: 'node16' },
    files: { 'use.cts': typedUse },
  },
  { name: 'node10', options: { module: 'commonjs', moduleResolution: 'node10' }, files: all, until: '5.9' },
];

/** Each TypeScript, each way, with the types of a browser and those of Node. */
export const typeScriptTrials: readonly Trial[] = versions.flatMap(version =>
  ways.map(way => ({
    name: `TypeScript ${version}: ${way.name}`,
    run: project => {
      if (way.until !== undefined && Number(version) > Number(way.until)) return `since 6.0 there is none`;
      for (const types of [[], ['node']]) check(project, version, way, types);
      return undefined;
    },
  })),
);

function check(project: Project, version: string, { options, files }: Way, types: readonly string[]): void {
  for (const [name, text] of Object.entries(files)) project.write(name, text);
  const compilerOptions = {
    ...{ target: 'es2022', lib: ['es2023', 'dom', 'dom.iterable'], strict: true, noEmit: true },
    ...{ skipLibCheck: false, allowArbitraryExtensions: true, ...options, types },
  };
  project.write('tsconfig.json', JSON.stringify({ compilerOptions, files: Object.keys(files) }));
  project.run(undefined, `node_modules/${folderOf(version)}/bin/tsc`, '-p', 'tsconfig.json');
}
