export { type DnnOptions, dnn } from './dnn.ts';
export { dnnLanguage } from './mode.ts';
