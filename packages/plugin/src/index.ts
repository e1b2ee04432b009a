export type { PluginOptions } from './options.ts';
export { tessera } from './plugin.ts';
export type { AppliedPlugin, NamedPlugin, Plugins, SetupPlugin } from './plugins.ts';
