export * from './closest.ts';
export * from './diagnostic.ts';
export { catalogue } from './explain/catalogue.ts';
export type { CodeOf, Explanation } from './explain/explanation.ts';
export * from './internal-error.ts';
export { type Position, positionOf } from './lines.ts';
export * from './printable.ts';
export { type RenderOptions, render } from './render/render.ts';
export * from './span.ts';
