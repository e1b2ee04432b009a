/** Checkpoints of PyTorch, written by it (`fixtures/torch/make.py` says how), are read as it reads them; nothing in them is run. */
import { readdirSync, readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { convertTensor } from '../src/index.ts';
import { readWeights } from '../src/weights/read.ts';
import { stored } from './zip.ts';

const folder = new URL('fixtures/torch/', import.meta.url);
const fixture = (name: string) => new Uint8Array(readFileSync(new URL(name, folder)));
const read = (name: string, part?: string) => readWeights(fixture(`${name}.pt`), 'net.pt', part);
const problem = (name: string, part?: string) =>
  read(name, part).diagnostics.map(({ message, help }) => [message, help]);

interface Expected {
  readonly [name: string]: {
    readonly [tensor: string]: { readonly shape: number[]; readonly values: (string | number)[] };
  };
}
const expected: Expected = JSON.parse(readFileSync(new URL('values.json', folder), 'utf8'));

/** The values as the script writes them: whole numbers as texts. */
function valuesIn(name: string, part?: string): unknown {
  const weights = read(name, part);
  if (!weights.ok) throw new Error(weights.diagnostics[0].message);
  const entries = [...weights.value.tensors].map(([key, tensor]) => {
    const isNarrow = tensor.element === 'f16' || tensor.element === 'bf16';
    const wide = isNarrow ? convertTensor(tensor, 'f32') : undefined;
    const data = wide?.ok ? wide.value.data : tensor.data;
    const isFloat = data instanceof Float32Array || data instanceof Float64Array;
    return [
      key,
      {
        shape: tensor.shape,
        values: Array.from<unknown, number | string>(data as ArrayLike<unknown>, isFloat ? Number : String),
      },
    ];
  });
  return Object.fromEntries(entries);
}

describe('a checkpoint of PyTorch', () => {
  it.each(Object.keys(expected))('%s', name => {
    expect(valuesIn(name, name === 'two' ? 'critic' : undefined)).toEqual(expected[name]);
  });

  it('shares the bytes of the file where it can', () => {
    const bytes = fixture('state-dict.pt');
    const weights = readWeights(bytes);
    expect(weights.ok && weights.value.tensors.get('0.weight')?.data.buffer).toBe(bytes.buffer);
  });

  it('leaves tensors of other element types to whoever needs them', () => {
    const weights = read('elements');
    expect(weights.ok && [...weights.value.foreign]).toEqual([['complex', 'complex64']]);
  });

  it('says which of several dicts it takes, or asks', () => {
    const help = 'it has some under generator, critic: write net.pt:generator';
    expect(problem('two')).toEqual([['net.pt holds tensors under several names', help]]);
    expect(problem('two', 'ema')).toEqual([['net.pt has no tensors under ema', help]]);
    expect(problem('averaged')).toEqual([
      ['net.pt: the tensors under model are taken, and no others', 'it has some under ema: write net.pt:ema'],
    ]);
  });

  it('refuses what is not data, by its name', () => {
    expect(problem('whole')[0][0]).toBe(
      'net.pt holds more than tensors and numbers, and only those are read: torch.nn.modules.linear.Linear',
    );
    expect(problem('evil')[0][0]).toMatch(/only those are read: posix\.system$/);
    expect(problem('script')[0][0]).toBe('net.pt is a program of TorchScript, whose tensors are not read');
    expect(problem('single')[0][0]).toBe('net.pt holds no tensors by name, but a single one without a name');
    expect(readdirSync(folder)).not.toContain('evil');
  });

  it('refuses an archive of NumPy, and a pickle of something else', () => {
    const npz = readWeights(new Uint8Array(readFileSync(new URL('../two.npz', folder))), 'two.npz');
    expect(npz.diagnostics[0].message).toBe(
      'two.npz is a zip archive, but not of torch.save, which has data.pkl in it',
    );
    const pickle = readWeights(Uint8Array.of(0x80, 4, 0x7d, 0x2e), 'x.pkl');
    expect(pickle.diagnostics[0].message).toBe('x.pkl is a pickle of Python, but none of torch.save');
  });
});

describe('a damaged or hostile checkpoint', () => {
  it('never throws, and no tensor differs from those that were written', () => {
    for (const name of ['strided', 'old', 'checkpoint']) {
      const bytes = fixture(`${name}.pt`);
      const whole = readWeights(bytes);
      for (let length = 0; length < bytes.length; length += 97) readWeights(bytes.subarray(0, length));
      for (let at = 0; at < bytes.length; at += name === 'checkpoint' ? 61 : 3) {
        const changed = Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ (1 << (at % 8)) : byte));
        const weights = readWeights(changed);
        // The old kind of file has no checksums.
        if (weights.ok && name !== 'old') expect(weights.value).toEqual(whole.ok && whole.value);
      }
    }
  });

  it('never throws for a changed list of tensors whose checksum is right', () => {
    for (const name of ['strided', 'checkpoint', 'protocol-4']) {
      const bytes = fixture(`${name}.pt`);
      const pickle = unzipSync(bytes)[`${name}/data.pkl`];
      for (let at = 0; at < pickle.length; at += 3) {
        for (const change of [1, 0x80, 0xff]) {
          const changed = Buffer.from(pickle.map((byte, i) => (i === at ? byte ^ change : byte))).toString('latin1');
          const { ok, diagnostics } = readWeights(stored({ 'a/data.pkl': changed }));
          expect(ok || diagnostics.length === 1).toBe(true);
        }
      }
    }
  });

  it('takes no more memory than the file may claim', () => {
    // A tensor of 2^40 elements by strides of 0, over a storage of one element.
    const bytes = hostile(`\x8a\x06\x00\x00\x00\x00\x00\x01`);
    const { message } = readWeights(bytes, 'net.pt').diagnostics[0];
    expect(message).toMatch(/^net\.pt: tensor w and those before it would take many times the \d+ bytes of the file$/);
    expect(readWeights(hostile('K\x02'), 'net.pt')).toMatchObject({ ok: true });
  });

  it('ends for a dict that holds itself, and for a stack that is empty', () => {
    const pickles = ['}q\x00X\x01\x00\x00\x00ah\x00s.', '.', 'e.', 'u.', '\x85.', 'h\x07.', 'R.', 'Q.', '(((((((('];
    for (const pickle of pickles) {
      const { ok, diagnostics } = readWeights(stored({ 'a/data.pkl': `\x80\x02${pickle}` }), 'net.pt');
      expect([ok, diagnostics[0].code]).toEqual([false, 'bad-torch']);
    }
  });
});

it('tells of keys that are no texts only what kind they are', () => {
  // Each tuple holds the one before twice: written out, the key would have 2^32 parts.
  const key = `K\x01K\x02\x86q\x00${'0h\x00h\x00\x86q\x00'.repeat(32)}`;
  const { message } = readWeights(stored({ 'a/data.pkl': `\x80\x02}${key}K\x01s.` }), 'net.pt').diagnostics[0];
  expect(message).toContain('but a dict with a tuple');
});

it('copies no more of dicts than was written', () => {
  // A list of 200 pairs, made a dict 60 times.
  const pairs = `](${'K\x01K\x02\x86'.repeat(200)}eq\x00`;
  const dicts = 'ccollections\nOrderedDict\nh\x00\x85R'.repeat(60);
  const { message } = readWeights(stored({ 'a/data.pkl': `\x80\x02${pairs}${dicts}.` }), 'net.pt').diagnostics[0];
  expect(message).toContain('copies its dicts again and again');
});

it('gives no tensor whose values are yet to be negated', () => {
  const bytes = hostile('K\x01', `}X\x03\x00\x00\x00neg\x88s`);
  const weights = readWeights(bytes, 'net.pt');
  expect(weights.ok && [...weights.value.foreign]).toEqual([['w', 'negated']]);
});

it('rebuilds nothing but tensors, so that no dict is copied uncounted', () => {
  const pairs = `](X\x01\0\0\0w${tensor('K\x01')}\x86eq\0`;
  const dict = 'ctorch._tensor\n_rebuild_from_type_v2\n(ccollections\nOrderedDict\nNh\0\x85NtR';
  const { diagnostics } = readWeights(stored({ 'a/data.pkl': `\x80\x02${pairs}0${dict}.` }), 'net.pt');
  expect(diagnostics.map(({ message }) => message)).toEqual(['net.pt holds no tensors by name, but something else']);
});

it('refuses a whole model in the old kind of file by the names of what it needs', () => {
  const text = (of: string) => `X${String.fromCharCode(of.length)}\0\0\0${of}`;
  const module = `(${text('module')}cnet\nNet\n${text('net.py')}${text('class Net')}tQ`;
  const magic = '\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.';
  const pickles = [magic, '\x80\x02M\xe9\x03.', '\x80\x02}.', `\x80\x02${module})\x81}b.`, '\x80\x02].'];
  const { message } = readWeights(Buffer.from(pickles.join(''), 'latin1'), 'net.pt').diagnostics[0];
  expect(message).toMatch(/only those are read: net\.Net$/);
});

it('reads an archive without checksums, as PyTorch can be told to write it', () => {
  const [bytes, part] = ['all', 'data.pkl'].map(which => unchecked(hostile('K\x02'), which));
  expect(readWeights(bytes)).toMatchObject({ ok: true });
  expect(readWeights(part, 'net.pt').diagnostics[0].message).toBe('net.pt is damaged: data.pkl is damaged');
});

it('tells of tensors that stand beside the dict, and of dicts whose paths meet', () => {
  const key = (name: string) => `X${String.fromCharCode(name.length)}\0\0\0${name}`;
  const dict = (...items: string[]) => `}(${items.join('')}u`;
  const read = (pickle: string) =>
    readWeights(stored({ 'a/data.pkl': `\x80\x02${pickle}.`, 'a/data/0': '\0\0\x80\x3f' }), 'net.pt');
  const inner = dict(key('w'), tensor('K\x01'));
  const beside = read(dict(key('fc'), tensor('K\x01'), key('model'), inner));
  expect(beside).toMatchObject({ ok: true, diagnostics: [{ severity: 'warning' }] });
  expect(beside.diagnostics[0].help).toMatch(/^it has fc at its top: where that is meant, save it alone/);
  const meeting = read(dict(key('a.b'), inner, key('a'), dict(key('b'), dict(key('v'), tensor('K\x01')))));
  expect(meeting.diagnostics[0].message).toBe('net.pt has several dicts of tensors under a.b');
});

/** The archive with checksums of 0 in the directory: of all files, or only of the one whose name ends so. */
function unchecked(archive: Uint8Array, which: string): Uint8Array {
  const bytes = Buffer.from(archive);
  for (let at = bytes.indexOf('PK\x01\x02'); at !== -1; at = bytes.indexOf('PK\x01\x02', at + 1)) {
    const name = bytes.toString('latin1', at + 46, at + 46 + bytes.readUInt16LE(at + 28));
    if (which === 'all' || name.endsWith(which)) bytes.writeUInt32LE(0, at + 16);
  }
  return bytes;
}

/** A dict with one tensor of strides 0, whose extent is written as `extent`; what a view is said to be still to do, after that. */
function hostile(extent: string, metadata = ''): Uint8Array {
  const pickle = `\x80\x02}X\x01\x00\x00\x00w${tensor(extent, metadata)}s.`;
  return stored({ 'a/data.pkl': pickle, 'a/data/0': '\0\0\x80\x3f' });
}

function tensor(extent: string, metadata = ''): string {
  const storage = '(X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x01tQ';
  return `ctorch._utils\n_rebuild_tensor_v2\n(${storage}K\x00${extent}\x85K\x00\x85\x89}${metadata}tR`;
}
