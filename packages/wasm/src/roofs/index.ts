export { type BandwidthPoint, measureBandwidth } from './bandwidth.ts';
export { type MultiplyAddPeak, measureByteMultiplyAddPeak, measureMultiplyAddPeak } from './peak.ts';
