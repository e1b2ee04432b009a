export { isZip, readNpz } from './read.ts';
