export type { Column, TableChoice } from './columns.ts';
export { readCsv, type Table } from './read.ts';
