/** What TypeScript may know of an artifact: the names and arrays of its programs and variables, as a declaration file. */
import { type Manifest, type ManifestElement, valueArrays } from '@tessera-dnn/machine';

interface Member {
  readonly name: string;
  readonly type: ManifestElement;
  readonly shape: readonly number[];
  /** Words before its type. */
  readonly kind?: string;
}

/** The text of `net.d.dnn.ts`, by which TypeScript types the import of `net.dnn` where `allowArbitraryExtensions` is set. */
export function declarationOf({ source, programs, variables }: Manifest): string {
  const models = Object.entries(programs).flatMap(([name, { kind, cycles, inputs, outputs }]) => [
    `    /** A ${kind} of ${cycles.toLocaleString('en')} modelled cycles. */`,
    `    ${keyOf(name)}: {`,
    ...group('inputs', inputs),
    ...group('outputs', outputs),
    '    };',
  ]);
  const paths = variables.map(({ path, ...rest }) => ({ name: path, ...rest }));
  return [
    `// Made by Tessera of ${source}.`,
    "import type { Net } from '@tessera-dnn/chip';",
    '',
    'declare const net: Net<{',
    '  programs: {',
    ...models,
    '  };',
    '  variables: {',
    ...paths.flatMap(variable => lines(variable, '    ')),
    '  };',
    '}>;',
    'export default net;',
    '',
  ].join('\n');
}

function group(name: string, members: readonly Member[]): readonly string[] {
  if (members.length === 0) return [`      ${name}: {};`];
  return [`      ${name}: {`, ...members.flatMap(member => lines(member, '        ')), '      };'];
}

function lines({ name, type, shape, kind }: Member, indent: string): readonly string[] {
  const tensor = `${type}[${shape.join(', ')}]`;
  return [
    `${indent}/** ${kind === undefined ? '' : `${kind} `}${tensor} */`,
    `${indent}${keyOf(name)}: ${valueArrays[type].name};`,
  ];
}

function keyOf(name: string): string {
  return /^[a-z_$][\w$]*$/i.test(name) ? name : `'${name.replace(/[\\']/g, '\\$&')}'`;
}
