/** Which extensions of wasm this host has: it is asked to validate the smallest functions that need them. */
import { emptyModule } from './sections.ts';

/** By extension, the body of a function without locals that needs it and leaves nothing on the stack. */
const zeroVector = [0x41, 0x00, 0xfd, 0x11]; // i32.const 0, i32x4.splat
const drop = 0x1a;
const probes: { readonly [feature: string]: readonly number[] | undefined } = {
  simd128: [...zeroVector, drop],
  // f32x4.relaxed_madd
  'relaxed-simd': [...zeroVector, ...zeroVector, ...zeroVector, 0xfd, 0x85, 0x02, drop],
  // atomic.fence
  threads: [0xfe, 0x03, 0x00],
  // memory.copy of nothing
  'bulk-memory': [0x41, 0x00, 0x41, 0x00, 0x41, 0x00, 0xfc, 0x0a, 0x00, 0x00],
};

/** Those of `features` that this host lacks, and those that are not known here. */
export function missingFeatures(features: readonly string[]): readonly string[] {
  return features.filter(feature => {
    const body = Object.hasOwn(probes, feature) ? probes[feature] : undefined;
    return !body || !WebAssembly.validate(moduleWith(body));
  });
}

/** A module with one function `() → ()` that has this body, and a memory of no pages. */
function moduleWith(body: readonly number[]): Uint8Array<ArrayBuffer> {
  const code = [0, ...body, 0x0b];
  return Uint8Array.of(
    ...emptyModule,
    ...[1, 4, 1, 0x60, 0, 0],
    ...[3, 2, 1, 0],
    ...[5, 3, 1, 0, 0],
    ...[10, code.length + 2, 1, code.length, ...code],
  );
}
