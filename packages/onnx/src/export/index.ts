export { type Exported, type ExportRequest, exportOnnx } from './export.ts';
export { exportedOperations } from './operations/table.ts';
export type { Declared } from './sketch.ts';
