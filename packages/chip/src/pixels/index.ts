export type { Picture } from '../tensor-data.ts';
export { type PixelOptions, pixels } from './pixels.ts';
