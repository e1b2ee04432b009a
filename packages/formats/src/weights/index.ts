export { readWeights } from './read.ts';
