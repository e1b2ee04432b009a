/** What tells nodes apart besides their operands, as text. */
import { showAttributes, showNumber, showOp, showSteps } from './attributes.ts';
import type { Node } from './graph.ts';
import { showType } from './types.ts';

/** Everything but the operands that tells nodes apart; for plain ops the same text as in `tryOp`. */
export function factsOf(node: Node): string {
  const head = `${showOp(node)} ${showAttributes(node.attributes)}`;
  switch (node.kind) {
    case 'constant':
      return `${head} ${showType(node.type)} ${dataKey(node.data)}`;
    case 'variable':
      return head;
    case 'map':
    case 'row':
      return `${head} ${showType(node.type)} ${showSteps(node.body, node.epilogue?.firstOperand ?? node.operands.length)}${epilogueKey(node)}`;
    default:
      return `${head}${epilogueKey(node)}`;
  }
}

function epilogueKey({ epilogue }: Node): string {
  if (epilogue === undefined) return '';
  return ` ${epilogue.base.element} ${epilogue.firstOperand} ${showSteps(epilogue.steps, 0)}`;
}

function dataKey(data: number | Float64Array): string {
  if (typeof data === 'number') return showNumber(data);
  if (data.length <= 16) return Array.from(data, showNumber).join(' ');
  return digest(data);
}

/** Two independent 53-bit hashes of the bits: long constants are equal if these are. */
function digest(data: Float64Array): string {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length * 2);
  let a = 0x811c9dc5;
  let b = 0x1b873593;
  let c = 0x2545f491;
  let d = 0x6c078965;
  for (const word of words) {
    a = Math.imul(a ^ word, 0x01000193);
    b = Math.imul((b << 13) | (b >>> 19), 5) ^ Math.imul(word, 0xcc9e2d51);
    c = Math.imul(c + word, 0x9e3779b1) ^ (c >>> 15);
    d = Math.imul(d ^ word ^ (d >>> 11), 0x85ebca6b);
  }
  return `${data.length}#${a}:${b}:${c}:${d}`;
}
