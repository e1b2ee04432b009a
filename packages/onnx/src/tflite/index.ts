export { importTflite } from './import.ts';
export { liteOperators } from './operators.ts';
