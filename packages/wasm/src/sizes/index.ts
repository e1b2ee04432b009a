export { guessing } from './guessing.ts';
