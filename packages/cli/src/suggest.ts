/** Help for a name that is not there. */
import { closest } from '@tessera/diagnostics';

/** `did you mean relu?`, or `otherwise` if nothing is near. */
export function suggest(name: string, names: readonly string[], otherwise: string): string {
  const near = closest(name, names);
  return near === undefined ? otherwise : `did you mean ${near}?`;
}
