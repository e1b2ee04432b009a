/** What Vite has besides bundling: a server, which compiles when it is asked, and again when a file has changed. */
import type { VitePlugin } from 'unplugin';
import type { Built } from './build.ts';
import type { Context, Loader } from './load.ts';
import { type Emitter, emitted, inFile, served, servedFolder } from './places.ts';

/** The hooks of one server or build. */
export function viteHooks(load: Loader, cache: string): Partial<VitePlugin> {
  /** The base of the app's addresses, where there is a server. */
  let base: string | undefined;
  const artifacts = new Map<string, Built>();
  /** The modules of programs by the files that were read for them. */
  const readers = new Map<string, Set<string>>();
  return {
    configResolved(config) {
      if (config.command === 'serve') base = config.base;
    },
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        const [, name = ''] = request.url?.split(servedFolder) ?? [];
        const built = artifacts.get(name.split('?')[0]);
        if (!built) return next();
        response.setHeader(
          'content-type',
          built.name.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream',
        );
        response.end(built.bytes);
      });
    },
    load(id, { ssr = false } = {}) {
      const bundler = this as unknown as Context & Emitter;
      const context: Context = {
        addWatchFile: file => {
          bundler.addWatchFile(file);
          readers.set(file, (readers.get(file) ?? new Set()).add(id));
        },
        warn: message => bundler.warn(message),
        error: message => bundler.error(message),
      };
      return load(context, id, built => {
        if (base === undefined) return emitted(built, bundler);
        if (ssr) return inFile(built, cache);
        artifacts.set(built.name, built);
        return served(built, base);
      });
    },
    handleHotUpdate({ file, modules, server }) {
      const ids = [...(readers.get(file) ?? [])];
      const read = ids.map(id => server.moduleGraph.getModuleById(id)).filter(module => module !== undefined);
      return [...new Set([...modules, ...read])];
    },
  };
}
