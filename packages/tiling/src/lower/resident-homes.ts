/** Where residents live. Each settles once, where its first reader asks for it, and stays there for all programs. */
import { InternalError } from '@tessera-dnn/diagnostics';
import { elementBytes, type Module, type Node, type Variable } from '@tessera-dnn/graph';
import { denseBytes, denseHome, type Home } from '../geometry/home.ts';
import type { Contents, VariableCell } from '../program.ts';
import { tileStage } from '../stages.ts';
import type { Registries } from './context.ts';
import { type Demand, type Residence, residence } from './residence.ts';

/** The homes of the variables and constants of one module, while it is lowered. */
export class ResidentHomes {
  readonly #module: Module;
  readonly #registries: Registries;
  readonly #trained: ReadonlySet<number>;
  readonly #decided: readonly (Home | undefined)[];
  readonly #variables: (Home | undefined)[] = [];
  readonly #contents: Contents[] = [];
  /** Bytes of those settled so far, per tile. */
  readonly bytes: Float64Array;

  /** `trained`: the variables that a step of training updates; `decided`: the homes of variables in a plan that is followed. */
  constructor(
    module: Module,
    registries: Registries,
    trained: ReadonlySet<number>,
    decided: readonly (Home | undefined)[] = [],
  ) {
    this.#module = module;
    this.#registries = registries;
    this.#trained = trained;
    this.#decided = decided;
    this.bytes = new Float64Array(registries.chip.tiles);
  }

  /** By a variable's id; undefined for one that has not settled. */
  get variables(): readonly (Home | undefined)[] {
    return this.#variables;
  }

  /** What is known of residents when the program is compiled. */
  get contents(): readonly Contents[] {
    return this.#contents;
  }

  /** The home of a variable's node, if it has settled. */
  of(node: Node): Home | undefined {
    return node.kind === 'variable' ? this.#variables[node.attributes.variable] : undefined;
  }

  /** Gives a resident its home for good: where variables are decided, there; else where it is demanded. */
  settle(node: Node, demand: Demand | Residence | undefined): Home {
    if (node.kind === 'variable') return this.variable(node.attributes.variable, demand);
    if (!(node.data instanceof Float64Array))
      throw new InternalError(tileStage.name, 'a value without a home', node.op);
    const { type, origin, data } = node;
    const home = this.#place({ path: 'constant', kind: 'constant', type, origin }, demand, false);
    this.addContents({ buffer: home.buffer, type, cells: variableCells(home), data });
    return home;
  }

  /** The home of a variable, which settles now if it has not. */
  variable(id: number, demand?: Demand | Residence): Home {
    const known = this.#variables[id];
    if (known) return known;
    const asked = residenceOf(this.#decided[id]) ?? demand;
    return (this.#variables[id] = this.#place(this.#module.variables[id], asked, this.#trained.has(id)));
  }

  /** A prepared variable stays where it was computed. */
  keep(id: number, home: Home): void {
    this.#registries.buffers.keepPrepared(home.buffer, this.#module.variables[id].path);
    this.#variables[id] = home;
  }

  /** Notes what a resident's buffer holds before the first run. */
  addContents(contents: Contents): void {
    this.#contents.push(contents);
  }

  #place(resident: Named, asked: Demand | Residence | undefined, trained: boolean): Home {
    const { buffers, chip } = this.#registries;
    const { path, kind, type, origin } = resident;
    const { grid, layout } = asked && 'grid' in asked ? asked : residence(type, asked, this.bytes, trained);
    const bytes = denseBytes(type, grid, layout, chip.tiles);
    const buffer = buffers.add({ name: path, kind, type, bytes, origin });
    for (let tile = 0; tile < chip.tiles; tile++) this.bytes[tile] += bytes[tile];
    return denseHome(type, grid, layout, buffer, chip.tiles);
  }
}

/** What the buffer of a resident is called and is for. */
type Named = Pick<Variable, 'path' | 'type' | 'origin'> & { readonly kind: Variable['kind'] | 'constant' };

/** Where a resident lives, from its home. */
export function residenceOf(home: Home | undefined): Residence | undefined {
  return home?.layout && { grid: home.grid, layout: home.layout };
}

/** A home as data for tables and contents. */
export function variableCells(home: Home): VariableCell[] {
  const bytes = elementBytes[home.type.element];
  return Array.from({ length: home.grid.tileOf.length }, (_, cell) => {
    const view = home.cell(cell);
    return {
      tile: home.grid.tileOf[cell],
      start: view.box.start,
      count: view.box.count,
      strides: view.strides.map(stride => stride * bytes),
      offset: view.offset * bytes,
      block: view.block,
    };
  });
}
