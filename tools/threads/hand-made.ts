/**
 * An artifact for four threads, written by hand as `docs/artifact.md` describes it, whose program can be stuck in the middle.
 *
 * `share(rounds: i32[]) -> who: i32[]`: every thread that takes part counts up to `rounds`, and then sets the bit of its number in `who`. If
 * `rounds` is negative, thread 1 counts for ever; at -2 it traps at once.
 */
import { type Manifest, presets } from '@tessera-dnn/machine';
import binaryen from 'binaryen';

const [rounds, who, transfer] = [1024, 1028, 1032];

const manifest: Manifest = {
  format: 'tessera',
  version: 1,
  source: 'hand-made.dnn',
  chip: { ...presets[1], name: 'one', tiles: 1, workers: 1, sramBytes: 1024 },
  math: 'strict',
  features: ['threads'],
  threads: 4,
  memory: { totalBytes: 65_536, tileStrideBytes: 1024, threads: 0, host: { address: 1024, bytes: 64, transfer } },
  programs: {
    share: {
      index: 0,
      kind: 'model',
      phases: 1,
      cycles: 1,
      inputs: [{ name: 'rounds', type: 'i32', shape: [], address: rounds, bytes: 4 }],
      outputs: [{ name: 'who', type: 'i32', shape: [], address: who, bytes: 4 }],
    },
  },
  variables: [],
};

/** Words, by byte: 0 broken, 4 joined (bits), 8 who takes part (bits), 128 how many are done, 192 calls. */
const text = `(module
  (import "env" "memory" (memory 1 1 shared))
  (export "memory" (memory 0))
  (func $check (if (i32.atomic.load (i32.const 0)) (then (unreachable))))
  (func $work (param $thread i32) (local $i i32)
    (if (i32.and (i32.eq (local.get $thread) (i32.const 1)) (i32.eq (i32.load (i32.const ${rounds})) (i32.const -2)))
      (then (unreachable)))
    (loop $more
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $more (i32.and
        (i32.ne (local.get $i) (i32.load (i32.const ${rounds})))
        (i32.or (i32.eq (local.get $thread) (i32.const 1)) (i32.ge_s (i32.load (i32.const ${rounds})) (i32.const 0))))))
    (drop (i32.atomic.rmw.or (i32.const ${who}) (i32.shl (i32.const 1) (local.get $thread)))))
  (func (export "join") (param $thread i32) (local $last i32)
    (local.set $last (i32.atomic.load (i32.const 192)))
    (drop (i32.atomic.rmw.or (i32.const 4) (i32.shl (i32.const 1) (local.get $thread))))
    (loop $again
      (loop $asleep
        (drop (memory.atomic.wait32 (i32.const 192) (local.get $last) (i64.const 50000000)))
        (call $check)
        (br_if $asleep (i32.eq (i32.atomic.load (i32.const 192)) (local.get $last))))
      (local.set $last (i32.atomic.load (i32.const 192)))
      (if (i32.and (i32.shr_u (i32.load (i32.const 8)) (local.get $thread)) (i32.const 1)) (then
        (call $work (local.get $thread))
        (drop (i32.atomic.rmw.add (i32.const 128) (i32.const 1)))
        (drop (memory.atomic.notify (i32.const 128) (i32.const 1)))))
      (br $again)))
  (func (export "share") (local $seen i32)
    (call $check)
    (i32.store (i32.const ${who}) (i32.const 0))
    (i32.atomic.store (i32.const 128) (i32.const 0))
    (i32.store (i32.const 8) (i32.atomic.load (i32.const 4)))
    (drop (i32.atomic.rmw.add (i32.const 192) (i32.const 1)))
    (drop (memory.atomic.notify (i32.const 192) (i32.const 64)))
    (call $work (i32.const 0))
    (loop $wait
      (call $check)
      (local.set $seen (i32.atomic.load (i32.const 128)))
      (if (i32.ne (local.get $seen) (i32.popcnt (i32.load (i32.const 8)))) (then
        (drop (memory.atomic.wait32 (i32.const 128) (local.get $seen) (i64.const 50000000)))
        (br $wait)))))
  (func (export "step") (param i32 i32 i32 i32) (i32.store (i32.const ${who}) (i32.const 0)) (call $work (i32.const 0)))
  (func (export "leave"))
  (func (export "load") (memory.fill (i32.const 0) (i32.const 0) (i32.const 256)))
  (func (export "init") (param i32))
  (func (export "read") (param i32))
  (func (export "write") (param i32)))`;

/** Its bytes. */
export function handMade(): Uint8Array<ArrayBuffer> {
  const module = binaryen.parseText(text);
  module.setFeatures(binaryen.Features.All);
  const code = module.emitBinary();
  module.dispose();
  const name = new TextEncoder().encode('tessera');
  const json = new TextEncoder().encode(JSON.stringify(manifest));
  const content = [name.length, ...name, ...json];
  return Uint8Array.from([...code, 0, ...unsigned(content.length), ...content]);
}

function unsigned(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}
