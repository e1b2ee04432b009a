export {
  type Box,
  type BoxKind,
  boxesOf,
  busyCycles,
  bytesByTile,
  isResident,
  lastingBoxesOf,
  rootsOfSite,
} from './data/boxes.ts';
export { decode, encode } from './data/codec.ts';
export { explore } from './data/explore.ts';
export * from './data/explored.ts';
export { bytesBySite, siteAt } from './data/lines.ts';
export { type JsonMemory, memoryJson, type Rows, usedOf } from './data/memory-json.ts';
export { bytesInPhase, type Moments, momentsOf } from './data/moments.ts';
export { addVector, extent, valueAt } from './data/vectors.ts';
export { type Change, type Difference, difference, type ProgramDifference, type TensorChange } from './diff/diff.ts';
export { chromeTrace, type TraceEvent } from './export/chrome-trace.ts';
export { type DrawnBox, type DrawnMemory, memorySvg } from './export/memory-svg.ts';
export { escaped, round, text } from './export/svg.ts';
export { drawnTile, tileCsv, tileJson } from './export/tile-files.ts';
export { type Answer, answer, type ImportedText, type Order } from './live/answer.ts';
export { type Candidate, type Family, familiesFor, type Subject } from './live/candidates.ts';
export { fragmentOf, type Shared, sharedIn } from './live/link.ts';
export { Planner, type PlanningWorker } from './live/planner.ts';
export { type Repair, repairsOf } from './live/repairs.ts';
export { firstSettings, flagsOf, optionsOf, type Settings } from './live/settings.ts';
