export { readNpz } from './read.ts';
