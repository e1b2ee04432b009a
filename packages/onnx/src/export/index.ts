export { sizeOf } from './encode.ts';
export { type Exported, exportOnnx } from './export.ts';
export { exportedOperations } from './operations/table.ts';
export type { ExportRequest } from './request.ts';
export type { Declared } from './sketch.ts';
