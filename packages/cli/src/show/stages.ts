/** What `--emit` and `--print-after` show: the result of a stage, as text. */
import { backStages, frontStages } from '@tessera-dnn/compiler';

export const emittable = ['ast', 'graph', 'tiles', 'memory', 'wat'] as const;
export type Emit = (typeof emittable)[number];

/** The stage whose result `--emit` means; undefined for `ast` and `memory`, which are not results of a stage. */
export function stageOf(emit: Emit | undefined): string | undefined {
  switch (emit) {
    case 'graph':
      return frontStages[frontStages.length - 1].name;
    case 'tiles':
      return backStages.tile.name;
    case 'wat':
      return backStages.link.name;
    default:
      return undefined;
  }
}

/** Whether the stage belongs to the front end, whose results do not depend on the chip. */
export function isFrontStage(stage: string): boolean {
  return frontStages.some(({ name }) => name === stage);
}

/** Keeps the last result of each wanted stage, since the back half may run its stages several times before the program fits. */
export class StageTexts {
  readonly #wanted: ReadonlySet<string>;
  readonly #last = new Map<string, () => string>();

  constructor(wanted: readonly string[]) {
    this.#wanted = new Set(wanted);
  }

  readonly after = (stage: string, print: () => string): void => {
    if (this.#wanted.has(stage)) this.#last.set(stage, print);
  };

  /** The texts, in the order of the stages. */
  texts(): readonly string[] {
    return [...this.#last.values()].map(print => print());
  }
}
