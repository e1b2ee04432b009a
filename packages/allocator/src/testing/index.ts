export { type HardProblem, hardProblem } from './hard.ts';
