export { microsoftOperators } from './table.ts';
