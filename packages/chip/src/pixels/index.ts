export type { Picture } from '../tensor-data.ts';
export { type PixelArray, type PixelOptions, pixels } from './pixels.ts';
