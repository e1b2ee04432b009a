/**
 * Why a node is not imported. Handlers throw it, since it ends a node wherever it is found, deep in the computation of a shape too; `import.ts`
 * alone catches it, and makes one diagnostic of all that were thrown.
 */
export class Refusal extends Error {
  readonly help: string | undefined;

  constructor(reason: string, help?: string) {
    super(reason);
    this.help = help;
  }
}

/** Refuses the node that is lowered. */
export function refuse(reason: string, help?: string): never {
  throw new Refusal(reason, help);
}
