/** What writers of operators are given, and how they say what a result is. */
import { refuse } from '../draft/refusal.ts';
import type { Building, Order } from './build.ts';
import { isLevels } from './build.ts';
import type { Table } from './flatbuffer.ts';
import type { LiteOperator } from './model.ts';

/** What a writer of an operator gets. */
export interface Given {
  readonly building: Building;
  readonly operator: LiteOperator;
  /** Fields of its options; what the model leaves out is what the schema says. */
  readonly options: Pick<Table, 'byte' | 'int' | 'float' | 'flag'>;
}

/** Names the first result, behind an activation, and in levels where the model stores levels. */
export function finish({ building, operator }: Given, name: string, order: Order, activation = 0): void {
  const [at] = operator.outputs;
  const tensor = building.tensor(at);
  const active = activated(building, name, activation);
  if (!isLevels(tensor)) {
    building.define(at, order, active);
    return;
  }
  const levels = building.emit('QuantizeLinear', [active, ...building.quantities(tensor)]);
  building.define(at, order, building.dequantized(levels, tensor));
}

function activated(building: Building, x: string, activation: number): string {
  switch (activation) {
    case 0:
      return x;
    case 1:
      return building.emit('Relu', [x]);
    case 2:
      return building.emit('Clip', [x, building.floats([-1]), building.floats([1])]);
    case 3:
      return building.emit('Clip', [x, building.floats([0]), building.floats([6])]);
    case 4:
      return building.emit('Tanh', [x]);
    default:
      return refuse(`its activation ${activation} is not known`);
  }
}

/** The order in which an operand lies, so that nothing is transposed for what does not mind. */
export function orderOf(building: Building, at: number): Order {
  return building.lies(at, 'first') ? 'first' : 'last';
}
