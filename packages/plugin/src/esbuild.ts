/** The plugin for esbuild, which has ways of its own to name files and messages. */
import { dirname, join } from 'node:path';
import type { EsbuildPlugin } from 'unplugin';
import { build } from './build.ts';
import { moduleAt } from './load.ts';
import type { PluginOptions } from './options.ts';
import { imported } from './places.ts';
import { requestOf } from './request.ts';

const namespace = 'tessera';

/** All that it does there. */
export function esbuildHooks(options: PluginOptions, cache: string): Partial<EsbuildPlugin> {
  return {
    setup({ initialOptions, onResolve, onLoad }) {
      initialOptions.loader = { '.wasm': 'file', '.safetensors': 'file', ...initialOptions.loader };
      onResolve({ filter: /\.dnn(?:\?|$)/ }, ({ path, resolveDir }) => ({ path: join(resolveDir, path), namespace }));
      onLoad({ filter: /./, namespace }, ({ path }) => {
        const request = requestOf(path);
        if (!request) return undefined;
        const { built, beside, files, ...said } = build(request, options);
        const [errors, warnings] = [said.errors, said.warnings].map(texts => texts.map(text => ({ text })));
        const resolveDir = dirname(request.file);
        const contents = built && moduleAt(imported(built, cache), beside && imported(beside, cache));
        return { contents, resolveDir, watchFiles: [...files], errors, warnings };
      });
    },
  };
}
