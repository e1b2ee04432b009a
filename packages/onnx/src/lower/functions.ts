/** Functions that a model brings along: the nodes of one stand in the place of its call, with the attributes that the call gives. */
import type { AttributeProto, FunctionProto, GraphProto, NodeProto } from '../proto/onnx.ts';

/** The function that a node calls, if the model has it. */
export function functionOf(
  functions: readonly FunctionProto[],
  { opType, domain = '' }: NodeProto,
): FunctionProto | undefined {
  return functions.find(one => one.name === opType && (one.domain ?? '') === domain);
}

/** The body of a function for one call, as a graph whose inputs and outputs are the function's. */
export function bodyOf(called: FunctionProto, call: NodeProto): GraphProto {
  const given = new Map([...called.defaults, ...call.attributes].map(attribute => [attribute.name ?? '', attribute]));
  return {
    nodes: called.nodes.map(node => filled(node, given)),
    name: called.name,
    initializers: [],
    inputs: called.inputs.map(name => ({ name, type: undefined })),
    outputs: called.outputs.map(name => ({ name, type: undefined })),
    sparseInitializers: [],
  };
}

/** A node whose attributes that stand for those of the function have their values; one that the call leaves out is left out. */
function filled(node: NodeProto, given: ReadonlyMap<string, AttributeProto>): NodeProto {
  const attributes = node.attributes.flatMap((attribute): AttributeProto[] => {
    if (attribute.g !== undefined)
      return [{ ...attribute, g: { ...attribute.g, nodes: attribute.g.nodes.map(inner => filled(inner, given)) } }];
    if (!attribute.reference) return [attribute];
    const value = given.get(attribute.reference);
    return value === undefined ? [] : [{ ...value, name: attribute.name }];
  });
  return { ...node, attributes };
}
