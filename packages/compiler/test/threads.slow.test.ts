/** Promise: how many threads run an artifact changes no bit, and none of them is needed but the first. */
import { elementCount } from '@tessera-dnn/graph';
import { type ChipSpec, hostChip, tensorBytes, tinyChip } from '@tessera-dnn/machine';
import { describe, expect, test } from 'vitest';
import { type Artifact, type CompileOptions, compile } from '../src/index.ts';
import { elementsAt } from './support/run-module.ts';
import { startThreads, type Threads } from './support/threads.ts';
import { unwrap } from './support/torch.ts';

const text = `
model net[n = 2](x: f32[n, 8, 14, 14]) {
  let a = x |> conv2d(32, kernel: 3, padding: 1) as first |> batch_norm as norm |> relu
  let b = a |> depthwise_conv2d(3, padding: 1) as depth |> relu
  concat([a, b], axis: 1) |> conv2d(13, kernel: 1) as last |> softmax(axis: 1) |> flatten |> dense(7) as scores
}
train fit[n = 2](x: f32[n, 8, 14, 14], label: f32[n, 7]) {
  let loss = mean((net(x) - label) ** 2)
  minimize loss using sgd(rate: 0.1, momentum: 0.9)
  return { loss }
}`;

const chips: readonly ChipSpec[] = [hostChip, { ...tinyChip, name: '4 tiles', tiles: 4, sramBytes: 2 ** 20 }];

function compiled(options: CompileOptions): Artifact {
  return unwrap(compile({ name: 'test.dnn', text }, { ...options, divide: 'everything' }));
}

/** All bytes that programs leave: three steps of training, then the model. */
function bytesAfter({ manifest }: Artifact, memory: WebAssembly.Memory, call: Threads['call']): Uint8Array {
  call('init', 3);
  for (const program of ['fit', 'fit', 'fit', 'net']) {
    for (const { address, type, shape } of manifest.programs[program].inputs) {
      const count = elementCount(shape);
      elementsAt({ element: type }, memory, address, count).set(
        Array.from({ length: count }, (_, i) => Math.sin(i * 0.7)),
      );
    }
    call(program);
  }
  const outputs = manifest.programs['net'].outputs.map(({ address, bytes }) => [address, bytes]);
  const variables = manifest.variables.map(({ index, type, shape }) => {
    call('read', index);
    const bytes = tensorBytes(type, shape);
    return new Uint8Array(memory.buffer, manifest.memory.host.transfer, bytes).slice();
  });
  const all = [
    ...outputs.map(([address, bytes]) => new Uint8Array(memory.buffer, address, bytes).slice()),
    ...variables,
  ];
  return Uint8Array.from(all.flatMap(part => [...part]));
}

function bytesAlone(artifact: Artifact): Uint8Array {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(artifact.bytes));
  const call = (name: string, ...args: number[]) => (exports[name] as (...args: number[]) => void)(...args);
  call('load');
  return bytesAfter(artifact, exports['memory'] as WebAssembly.Memory, call);
}

describe.each(chips)('on $name', chip => {
  test.each<CompileOptions>([{ math: 'fast' }, { math: 'strict' }, { precision: 'bf16' }])(
    'threads change no bit of %o',
    async options => {
      const alone = bytesAlone(compiled({ chip, ...options }));
      for (const threads of [2, 3]) {
        const artifact = compiled({ chip, ...options, threads });
        const running = await startThreads(artifact);
        expect(bytesAfter(artifact, running.memory, running.call)).toEqual(alone);
        await running.leave();
      }
    },
  );

  test('none has to join', async () => {
    const artifact = compiled({ chip, threads: 3 });
    const running = await startThreads(artifact, 1);
    expect(bytesAfter(artifact, running.memory, running.call)).toEqual(bytesAlone(compiled({ chip })));
    expect(running.word('done')).toBe(0);
  });
});

test('without threads nothing changes, and with them the memory is imported', () => {
  const [alone, one, two] = [undefined, 1, 2].map(threads => compiled({ threads }));
  expect(one.bytes).toEqual(alone.bytes);
  expect(alone.manifest.threads).toBeUndefined();
  expect(two.manifest).toMatchObject({ threads: 2, features: expect.arrayContaining(['bulk-memory', 'threads']) });
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(two.bytes));
  expect(imports).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }]);
});

test('where nothing is worth dividing, the artifact is for one thread', () => {
  const small = { name: 'test.dnn', text: 'model net(x: f32[64, 64]) { relu(x) |> dense(8) as scores }' };
  const { bytes, manifest } = unwrap(compile(small, { threads: 4 }));
  expect(manifest.threads).toBeUndefined();
  expect(bytes).toEqual(unwrap(compile(small)).bytes);
});

test('what does not fit otherwise is written behind its reads, by one thread', () => {
  const net = `model net(x: f32[1, 64, 64, 64]) { x |> conv2d(64, kernel: 1) as a |> relu |> conv2d(64, kernel: 1) as b }`;
  const peakOf = (options: CompileOptions) => {
    const { manifest, report } = unwrap(compile({ name: 'test.dnn', text: net }, options));
    return [report.peakBytes, manifest.threads] as const;
  };
  const [alone] = peakOf({});
  const [divided] = peakOf({ threads: 2 });
  expect(divided).toBeGreaterThan(1.3 * alone);
  const sramBytes = Math.ceil(alone / 2 ** 16 + 1) * 2 ** 16;
  expect(peakOf({ threads: 2, chip: { ...hostChip, sramBytes } })[0]).toBeLessThan(1.01 * alone);
});

test('a program called join is compiled for one thread, and a warning says so', () => {
  const outcome = compile(
    { name: 'test.dnn', text: 'model join(x: f32[4]) { x + 1 }' },
    { threads: 2, divide: 'everything' },
  );
  expect(outcome).toMatchObject({ ok: true, diagnostics: [{ code: 'thread-name', severity: 'warning' }] });
  expect(unwrap(outcome).manifest.threads).toBeUndefined();
});

test('all that joined take part, leave, and may join again', async () => {
  const artifact = compiled({ threads: 2 });
  for (let turn = 0; turn < 2; turn++) {
    const { call, word, leave } = await startThreads(artifact);
    // On a busy machine it may take a while until the other thread gets a core.
    const latest = performance.now() + 30_000;
    while (word('done') === 0 && performance.now() < latest) call('net');
    expect(word('done')).toBeGreaterThan(0);
    expect(word('joined')).toBe(1);
    await leave();
    expect(word('joined')).toBe(0);
  }
});
