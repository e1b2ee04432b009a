/** From the import of a program to a module of JavaScript. */
import { type Built, build } from './build.ts';
import type { PluginOptions } from './options.ts';
import type { Place } from './places.ts';
import { requestOf } from './request.ts';

/** What is used of a bundler. */
export interface Context {
  addWatchFile(file: string): void;
  warn(message: string): void;
  /** Ends the build; servers show it and go on. */
  error(message: string): void;
}

/** The module that `id` is; `place` puts its artifact somewhere. `undefined` for what is no program, or a wrong one. */
export type Loader = (context: Context, id: string, place: (built: Built) => Place) => string | undefined;

/** Compiles as `options` say. */
export function loaderWith(options: PluginOptions): Loader {
  return (context, id, place) => {
    const request = requestOf(id);
    if (!request) return undefined;
    const { built, beside, files, errors, warnings } = build(request, options);
    for (const file of files) context.addWatchFile(file);
    for (const warning of warnings) context.warn(warning);
    if (!built) context.error(errors.join('\n\n'));
    return built && moduleAt(place(built), beside && place(beside));
  };
}

/** The module that an artifact at this place is imported by, with its weights at the other one, if they lie beside it. */
export function moduleAt({ imports = '', url }: Place, beside?: Place): string {
  const options = beside ? `{ weightsFrom: ${beside.url}, ...options }` : 'options';
  return `${imports}${beside?.imports ?? ''}import { load } from '@tessera-dnn/chip';
const url = ${url};
export default { url, load: options => load(url, ${options}) };
`;
}
