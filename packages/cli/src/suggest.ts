/** Help for a name that does not exist. */
import { closest } from '@tessera-dnn/diagnostics';

/** `did you mean relu?` for the nearest of `names`, or `otherwise` if none is near. */
export function suggest(name: string, names: readonly string[], otherwise: string): string {
  const near = closest(name, names);
  return near === undefined ? otherwise : `did you mean ${near}?`;
}
