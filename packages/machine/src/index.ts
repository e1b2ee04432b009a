export * from './chip-file.ts';
export * from './chip-spec.ts';
export * from './element.ts';
export * from './image.ts';
export * from './manifest.ts';
export * from './presets.ts';
export * from './size.ts';
export * from './validate-manifest.ts';
