/**
 * The whitelist: every class and function that a pickle of weights names, with what is read where it is called or filled. What is not here is refused by
 * its name. Nothing of Python is run: `collections.OrderedDict` is a map here, and the functions below describe what PyTorch would have made.
 */
import { type ForeignTensor, isA, type Name, type Storage, type TorchTensor, thing, type Value } from './values.ts';

/** What a call gives for its arguments, or why it cannot be meant, as the end of a sentence about the file. */
type Call = (args: readonly Value[]) => Value | Refusal;

/** Wrapped, since a value may be a text itself. */
export interface Refusal {
  readonly refusal: string;
}

/** Whether a call gave no value. */
export function isRefusal(result: Value | Refusal): result is Refusal {
  return typeof result === 'object' && result !== null && 'refusal' in result;
}

/** The element types of the classes of storages. An untyped one is counted in bytes. */
const storages: { readonly [name: string]: string | undefined } = {
  'torch.DoubleStorage': 'float64',
  'torch.FloatStorage': 'float32',
  'torch.HalfStorage': 'float16',
  'torch.BFloat16Storage': 'bfloat16',
  'torch.LongStorage': 'int64',
  'torch.IntStorage': 'int32',
  'torch.ShortStorage': 'int16',
  'torch.CharStorage': 'int8',
  'torch.ByteStorage': 'uint8',
  'torch.BoolStorage': 'bool',
  'torch.ComplexFloatStorage': 'complex64',
  'torch.ComplexDoubleStorage': 'complex128',
  'torch.QInt8Storage': 'qint8',
  'torch.QUInt8Storage': 'quint8',
  'torch.QInt32Storage': 'qint32',
  'torch.QUInt4x2Storage': 'quint4x2',
  'torch.QUInt2x4Storage': 'quint2x4',
  'torch.UntypedStorage': 'uint8',
  'torch.storage.UntypedStorage': 'uint8',
  'torch.storage._UntypedStorage': 'uint8',
};

const dtypes = new Set(
  'float64 float32 float16 bfloat16 int64 int32 int16 int8 uint64 uint32 uint16 uint8 bool complex32 complex64 complex128 qint8 quint8 qint32 float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz'
    .split(' ')
    .map(dtype => `torch.${dtype}`),
);

const anything: Call = () => thing;
const items: Call = ([first]) => (Array.isArray(first) ? first : []);
const mapping: Call = args => dictOf(args);
const foreign =
  (what: string): Call =>
  () =>
    ({ is: 'foreign', what }) satisfies ForeignTensor;

const calls: ReadonlyMap<string, Call> = new Map<string, Call>([
  ['collections.OrderedDict', mapping],
  ['collections.defaultdict', mapping],
  ['collections.Counter', mapping],
  ['torch._utils._rebuild_tensor', args => tensorOf(args, {})],
  ['torch._utils._rebuild_tensor_v2', args => tensorOf(args, { metadata: args[6] })],
  ['torch._utils._rebuild_tensor_v3', args => tensorOf(args, { type: args[6], metadata: args[7] })],
  ['torch._utils._rebuild_parameter', ([data]) => data ?? null],
  ['torch._utils._rebuild_parameter_with_state', ([data]) => data ?? null],
  // A tensor with attributes of Python's: the function, the class, the function's arguments, the attributes.
  ['torch._tensor._rebuild_from_type_v2', ([made, , args]) => rebuilt(made, args)],
  ['torch._utils._rebuild_qtensor', foreign('quantised')],
  ['torch._utils._rebuild_sparse_tensor', foreign('sparse')],
  ['torch._utils._rebuild_sparse_csr_tensor', foreign('sparse')],
  ['torch._utils._rebuild_nested_tensor', foreign('nested')],
  ['torch._utils._rebuild_meta_tensor_no_storage', foreign('without values')],
  ['torch.Size', items],
  ['builtins.set', items],
  ['builtins.frozenset', items],
  ['__builtin__.set', items],
  // What stands beside the weights in checkpoints, and is not asked for: seeds, dates, numbers of NumPy, arguments of a script.
  ...[
    ...['torch.device', 'torch.Tensor', 'torch.nn.parameter.Parameter', 'torch.torch_version.TorchVersion'],
    ...['builtins.bytearray', '__builtin__.bytearray', 'builtins.complex', 'builtins.slice', '_codecs.encode'],
    ...['numpy.dtype', 'numpy.ndarray', 'numpy.core.multiarray.scalar', 'numpy.core.multiarray._reconstruct'],
    ...['numpy._core.multiarray.scalar', 'numpy._core.multiarray._reconstruct', 'argparse.Namespace'],
    ...['datetime.datetime', 'datetime.date', 'datetime.timedelta', 'pathlib.PosixPath', 'pathlib.WindowsPath'],
  ].map((name): [string, Call] => [name, anything]),
]);

/** Whether a pickle may name this. */
export function isKnown(name: string): boolean {
  return calls.has(name) || dtypes.has(name) || Object.hasOwn(storages, name);
}

/** What a call of `callee` with these arguments gives. What is no function gives a thing. */
export function called(callee: Value | undefined, args: Value | undefined): Value | Refusal {
  const call = isA('name', callee) ? calls.get(callee.name) : undefined;
  return call ? call(Array.isArray(args) ? args : []) : thing;
}

/** What a function that rebuilds a tensor gives. Others are not meant, and what they copy would be counted nowhere. */
function rebuilt(callee: Value | undefined, args: Value | undefined): Value | Refusal {
  const isRebuilding = isA('name', callee) && callee.name.startsWith('torch._utils._rebuild_');
  return isRebuilding ? called(callee, args) : thing;
}

/** What stands for a storage in the pickle: `('storage', class, key, device, count)`, and in old files a part of another one, which is None. */
export function storageOf(id: Value): Storage | Refusal {
  if (Array.isArray(id) && id[0] === 'storage' && isA('name', id[1]) && (id[5] ?? null) === null) {
    const [, { name }, key, , count] = id as [Value, Name, ...Value[]];
    const dtype = Object.hasOwn(storages, name) ? storages[name] : undefined;
    if (dtype !== undefined && typeof key === 'string' && isCount(count)) return { is: 'storage', key, dtype, count };
  }
  return { refusal: 'refers to something that is no storage of numbers' };
}

/** `metadata` says of a view what is still to be done to its values (`neg`, `conj`), which nobody does here. */
function tensorOf(
  args: readonly Value[],
  { type, metadata }: { readonly type?: Value; readonly metadata?: Value },
): TorchTensor | ForeignTensor | Refusal {
  const undone = metadata instanceof Map ? [...metadata].find(([, is]) => is === true) : undefined;
  if (undone) return { is: 'foreign', what: undone[0] === 'neg' ? 'negated' : 'conjugated' };
  const [storage, offset, shape, strides] = args;
  const dtype = isA('name', type) ? type.name.replace(/^torch\./, '') : isA('storage', storage) && storage.dtype;
  const isSound =
    isA('storage', storage) && isCount(offset) && areCounts(shape) && areCounts(strides) && dtype !== false;
  if (!isSound || shape.length !== strides.length) return { refusal: 'describes a tensor that cannot be' };
  return { is: 'tensor', storage, dtype, offset, shape, strides };
}

/** `OrderedDict()`, or `OrderedDict([[key, value], …])` as Python 2 writes it. */
function dictOf(args: readonly Value[]): Map<Value, Value> {
  const pairs = args.find(Array.isArray) ?? [];
  return new Map(pairs.filter((pair): pair is [Value, Value] => Array.isArray(pair) && pair.length === 2));
}

/** More axes than any library allows. */
const mostAxes = 64;

function areCounts(value: Value | undefined): value is number[] {
  return Array.isArray(value) && value.length <= mostAxes && value.every(isCount);
}

function isCount(value: Value | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
