/** `Round`: to the nearest whole number, ties to the even one. */
import type { Operator } from '../lower/operator.ts';

/** Rounds element by element. */
export const round: Operator = { name: 'Round', since: { 11: node => node.call('round', [node.operand(0)]) } };
