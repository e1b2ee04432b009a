/**
 * The place of a call in the tree of labels. Its path is the labels of the calls around it, joined by dots. A call without a label, of a
 * block that owns parameters, is labelled `dense_0`, `dense_1`, …, counted for each block name in its scope. Whether it owns parameters is
 * known only after it has been elaborated, so its number is used up only if variables were declared below it.
 */

/** The labels around a call, and how many unlabelled calls of each block its scope has had. */
export class LabelScope {
  readonly path: string;
  readonly #parent: LabelScope | undefined;
  readonly #counts = new Map<string, number>();
  #owns = false;

  constructor(path = '', parent?: LabelScope) {
    this.path = path;
    this.#parent = parent;
  }

  /** The path of a name in this scope. */
  join(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  /** The scope of a call labelled `label`. An empty label adds nothing: the call then shares this scope. */
  labelled(label: string): LabelScope {
    return label === '' ? this : new LabelScope(this.join(label), this);
  }

  /** The scope of the call that has been labelled `path` from here, in which unlabelled calls are counted from 0 again. */
  below(path: string): LabelScope {
    return new LabelScope(this.join(path), this);
  }

  /** The scope of an unlabelled call of `block`. */
  unlabelled(block: string): LabelScope {
    return new LabelScope(this.join(`${block}_${this.#counts.get(block) ?? 0}`), this);
  }

  /** To be called when the unlabelled call of `block` in `scope` is done. */
  settle(block: string, scope: LabelScope): void {
    if (scope.#owns) this.#counts.set(block, (this.#counts.get(block) ?? 0) + 1);
  }

  /** A variable was declared here: this call and those around it own parameters. */
  own(): void {
    for (let scope: LabelScope | undefined = this; scope !== undefined && !scope.#owns; scope = scope.#parent) {
      scope.#owns = true;
    }
  }
}
