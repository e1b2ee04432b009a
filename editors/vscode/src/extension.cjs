/** The client: starts the language server that lies beside it, and hands messages on. Plain JavaScript, since the editor's own API has no package. */
const { LanguageClient, TransportKind } = require('vscode-languageclient/node');
const { workspace } = require('vscode');

/** @type {LanguageClient | undefined} */
let client;

/** Called by the editor when a `.dnn` file is opened. */
exports.activate = async context => {
  const server = { module: context.asAbsolutePath('dist/server.mjs'), transport: TransportKind.stdio };
  client = new LanguageClient('tessera', 'Tessera', server, {
    documentSelector: [{ language: 'dnn' }],
    initializationOptions: { chip: workspace.getConfiguration('tessera').get('chip') },
    synchronize: { configurationSection: 'tessera', fileEvents: workspace.createFileSystemWatcher('**/*.dnn') },
  });
  await client.start();
};

/** Called by the editor when it ends. */
exports.deactivate = () => client?.stop();
