export { type Code, catalogue } from './catalogue.ts';
