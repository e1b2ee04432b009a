/**
 * Compiles `.dnn` files that an app imports, while it is bundled: the import gives a `Net`, and the artifact lies beside the script. By unplugin,
 * for all bundlers alike: `tessera.vite()`, `tessera.rollup()`, `tessera.webpack()`, `tessera.esbuild()`.
 */
import { dirname, join, resolve } from 'node:path';
import { createUnplugin } from 'unplugin';
import { esbuildHooks } from './esbuild.ts';
import { type Context, type Loader, loaderWith } from './load.ts';
import type { PluginOptions } from './options.ts';
import { type Emitter, emitted, takenAlong } from './places.ts';
import type { Plugins } from './plugins.ts';
import { requestOf } from './request.ts';
import { viteHooks } from './vite.ts';

/** The plugin, by bundler. */
export const tessera: Plugins = createUnplugin<PluginOptions | undefined, false>((options = {}, { framework }) => {
  const cache = join(process.cwd(), 'node_modules/.cache/tessera');
  const load: Loader = loaderWith(options);
  const seesUrls = framework === 'webpack' || framework === 'rspack';
  return {
    name: 'tessera',
    // By no bundler's own rules, since most do not know of queries.
    resolveId(id, importer) {
      const isRelative = id.startsWith('.') && requestOf(id);
      return isRelative && importer !== undefined ? resolve(dirname(importer.split('?')[0]), id) : undefined;
    },
    loadInclude: id => requestOf(id) !== undefined,
    load(id) {
      return load(this as Context, id, built =>
        seesUrls ? takenAlong(built, cache) : emitted(built, this as unknown as Emitter),
      );
    },
    vite: viteHooks(load, cache),
    esbuild: esbuildHooks(options, cache),
  };
});
