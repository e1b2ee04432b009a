export * from './diagnostic.ts';
export * from './internal-error.ts';
export * from './span.ts';
export * from './suggest.ts';
