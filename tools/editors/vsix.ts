/** The extension for VS Code as one file: its manifest and grammar, and client and server bundled from source. A `.vsix` is a zip with a list of what is in it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { strToU8, zipSync } from 'fflate';
import { repository } from '../workspace/packages.ts';
import { grammar } from './grammar.ts';

const folder = join(repository, 'editors/vscode');

/** Files whose names end so are of this kind. */
const kinds = {
  json: 'application/json',
  cjs: 'application/javascript',
  mjs: 'application/javascript',
  md: 'text/markdown',
  vsixmanifest: 'text/xml',
  txt: 'text/plain',
};

/** Writes `tessera-dnn-VERSION.vsix` into the folder `to` and returns its path. The same sources give the same bytes. */
export async function packExtension(to: string): Promise<string> {
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files: Record<string, Uint8Array> = {
    'extension.vsixmanifest': strToU8(vsixManifest(manifest)),
    '[Content_Types].xml': strToU8(contentTypes()),
    'extension/package.json': readFileSync(join(folder, 'package.json')),
    'extension/README.md': readFileSync(join(folder, 'README.md')),
    'extension/LICENSE.txt': readFileSync(join(repository, 'LICENSE')),
    'extension/language-configuration.json': readFileSync(join(folder, 'language-configuration.json')),
    'extension/syntaxes/dnn.tmLanguage.json': strToU8(grammar()),
    'extension/dist/extension.cjs': await bundled('src/extension.cjs', 'cjs'),
    'extension/dist/server.mjs': await bundled('src/server.ts', 'esm'),
  };
  const path = join(to, `${manifest.name}-${manifest.version}.vsix`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, zipSync(files, { mtime: new Date(1980, 0, 1) }));
  return path;
}

interface Manifest {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly version: string;
  readonly publisher: string;
  readonly categories: readonly string[];
  readonly engines: { readonly vscode: string };
}

const requiring = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/** One script for the editor's own Node. What the editor brings along stays outside. */
async function bundled(entry: string, format: 'cjs' | 'esm'): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, entry)],
    bundle: true,
    write: false,
    minify: true,
    platform: 'node',
    target: 'node20',
    format,
    // What is bundled of older modules asks for Node's own by `require`.
    ...(format === 'esm' && { banner: { js: requiring } }),
    conditions: ['@tessera/source'],
    external: ['vscode'],
    logLevel: 'error',
  });
  return outputFiles[0].contents;
}

function vsixManifest({ name, displayName, description, version, publisher, categories, engines }: Manifest): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="${name}" Version="${version}" Publisher="${publisher}" />
    <DisplayName>${displayName}</DisplayName>
    <Description xml:space="preserve">${description}</Description>
    <Categories>${categories.join(',')}</Categories>
    <Properties>
      <Property Id="Microsoft.VisualStudio.Code.Engine" Value="${engines.vscode}" />
    </Properties>
    <License>extension/LICENSE.txt</License>
  </Metadata>
  <Installation>
    <InstallationTarget Id="Microsoft.VisualStudio.Code" />
  </Installation>
  <Dependencies />
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true" />
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/README.md" Addressable="true" />
  </Assets>
</PackageManifest>
`;
}

function contentTypes(): string {
  const lines = Object.entries(kinds).map(
    ([ending, kind]) => `<Default Extension=".${ending}" ContentType="${kind}" />`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>\n<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">${lines.join('')}</Types>\n`;
}
