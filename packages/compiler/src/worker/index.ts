export { type AsyncCompileOptions, compileAsync } from './compile-async.ts';
