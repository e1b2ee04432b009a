/**
 * The plugins as types, in words of our own: those of unplugin name every bundler's types, and nobody has all bundlers. Each says what its bundler's
 * type of a plugin demands.
 */
import type { PluginOptions } from './options.ts';

/** Of Rollup and its family. */
export type NamedPlugin = { readonly name: string };

/** Of webpack and Rspack. */
export type AppliedPlugin = { apply(compiler: object): void };

/** Of esbuild. */
export type SetupPlugin = { readonly name: string; setup(build: object): void | Promise<void> };

/** The plugin, by bundler. */
export interface Plugins {
  readonly vite: (options?: PluginOptions) => NamedPlugin;
  readonly rollup: (options?: PluginOptions) => NamedPlugin;
  readonly rolldown: (options?: PluginOptions) => NamedPlugin;
  readonly webpack: (options?: PluginOptions) => AppliedPlugin;
  readonly rspack: (options?: PluginOptions) => AppliedPlugin;
  readonly esbuild: (options?: PluginOptions) => SetupPlugin;
}
