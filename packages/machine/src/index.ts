export * from './chip-spec.ts';
export * from './image.ts';
export * from './manifest.ts';
