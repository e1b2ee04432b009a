/**
 * Checks a manifest from outside before it is believed. After it, every address and size in the manifest may be used as it is:
 * tensors lie inside the host window, aligned; the window and the tiles lie inside the memory; indices count from 0.
 */
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import { wasmMemoryLimitBytes, wasmPageBytes } from './address-space.ts';
import { checkChipInUse } from './chip-in-use.ts';
import { elementBytes, tensorBytes } from './element.ts';
import type { Code } from './explain/catalogue.ts';
import {
  type Check,
  dictionary,
  type Fault,
  integer,
  isRecord,
  list,
  name,
  oneOf,
  quantity,
  record,
  text,
  truth,
} from './json-check.ts';
import type { Manifest, ManifestProgram, ManifestTensor } from './manifest.ts';
import { controlBlock, mostThreads } from './thread-control.ts';

/** The exports of every artifact; no program can have such a name. */
export const reservedNames: readonly string[] = ['memory', 'init', 'load', 'prepare', 'read', 'write', 'step'];

/** Those that an artifact for several threads has besides. */
export const reservedWithThreads: readonly string[] = ['join', 'leave'];

const element = oneOf(Object.keys(elementBytes));
const shape = list(integer(1));
const address = integer(0, wasmMemoryLimitBytes);

const tensor = record({ name, type: element, shape, address, bytes: address });

const program = record(
  {
    index: integer(0),
    kind: oneOf(['model', 'train']),
    phases: integer(0),
    phaseNames: list(name),
    cycles: quantity(),
    inputs: list(tensor),
    outputs: list(tensor),
  },
  ['phaseNames'],
);

const variable = record(
  {
    index: integer(0),
    path: name,
    kind: oneOf(['param', 'state']),
    type: element,
    shape,
    embedded: truth,
    copyOf: name,
  },
  ['copyOf'],
);

const structure: Check = record(
  {
    format: oneOf(['tessera']),
    version: integer(1, 1),
    source: text,
    chip: checkChipInUse,
    math: oneOf(['fast', 'strict']),
    features: list(text),
    carries: list(text),
    threads: integer(2, mostThreads),
    memory: record(
      {
        totalBytes: address,
        tileStrideBytes: address,
        threads: address,
        host: record({ address, bytes: address, transfer: address }),
      },
      ['threads'],
    ),
    programs: dictionary(program, name),
    variables: list(variable),
    weights: record({ file: name, bytes: integer(0), sha256: name }),
  },
  ['carries', 'threads', 'weights'],
);

/** Where something is wrong (`memory.host`), and the end of a sentence whose subject is that. */
type Wrong = readonly [path: string, message: string];

/** `json` as a manifest, or a `bad-manifest` for every fault (`unknown-version` alone, if it is from a later format). */
export function validateManifest(json: unknown): Outcome<Manifest> {
  const later = laterVersion(json);
  if (later) return { ok: false, diagnostics: [later] };
  const faults: Fault[] = [];
  const isWhole = structure(json, [], faults);
  const wrong = isWhole
    ? wrongFacts(json as Manifest)
    : faults.map(({ path, message }): Wrong => [path.join('.'), message]);
  if (wrong.length > 0) return { ok: false, diagnostics: wrong.slice(0, 20).map(diagnosticOf) };
  return { ok: true, value: json as Manifest, diagnostics: [] };
}

function laterVersion(json: unknown): Diagnostic<Code> | undefined {
  if (!isRecord(json) || json['format'] !== 'tessera') return undefined;
  const version = json['version'];
  if (typeof version !== 'number' || !(version > 1)) return undefined;
  const message = `the artifact has format version ${version}, and this library reads version 1`;
  return { code: 'unknown-version', severity: 'error', message, help: 'update tessera, or compile the artifact again' };
}

function diagnosticOf([path, message]: Wrong): Diagnostic<Code> {
  const subject = path === '' ? 'the manifest' : `manifest: ${path}`;
  return { code: 'bad-manifest', severity: 'error', message: `${subject} ${message}` };
}

/** What one field says about another; the structure holds already. */
function wrongFacts(manifest: Manifest): readonly Wrong[] {
  const programs = Object.entries(manifest.programs);
  const variables = manifest.variables.map((variable, i) => [`variables.${i}`, variable] as const);
  return [
    ...wrongMemory(manifest),
    ...wrongThreads(manifest),
    ...programs.flatMap(([name, program]) => wrongProgram(`programs.${name}`, name, program, manifest)),
    ...wrongIndices(programs.map(([name, { index }]) => [`programs.${name}`, index])),
    ...wrongIndices(variables.map(([path, { index }]) => [path, index])),
    ...repetitions(variables.map(([path, variable]) => [path, variable.path])),
    ...wrongTransfers(manifest),
  ];
}

function wrongMemory({ memory, chip }: Manifest): readonly Wrong[] {
  const { totalBytes, tileStrideBytes, host } = memory;
  const [tilesEnd, hostEnd] = [chip.tiles * tileStrideBytes, host.address + host.bytes];
  const { transfer } = host;
  const isPlace = transfer >= host.address && transfer <= hostEnd && transfer % 4 === 0;
  return [
    ...wrongUnless(
      totalBytes % wasmPageBytes === 0,
      'memory.totalBytes',
      `is ${totalBytes}, no multiple of a page of ${wasmPageBytes}`,
    ),
    ...wrongUnless(hostEnd <= totalBytes, 'memory.host', `ends at ${hostEnd}, behind the memory of ${totalBytes}`),
    ...wrongUnless(
      tilesEnd <= host.address,
      'memory.host.address',
      `is ${host.address}, inside the tiles, which end at ${tilesEnd}`,
    ),
    ...wrongUnless(isPlace, 'memory.host.transfer', `is ${transfer}, which is not an aligned place in the host window`),
  ];
}

function wrongUnless(holds: boolean, ...wrong: Wrong): readonly Wrong[] {
  return holds ? [] : [wrong];
}

function wrongThreads({ threads, memory }: Manifest): readonly Wrong[] {
  const address = memory.threads;
  const path = 'memory.threads';
  if ((threads === undefined) !== (address === undefined)) {
    return [[path, threads === undefined ? 'is there, but threads is not' : 'is missing, but threads is not']];
  }
  if (address === undefined) return [];
  const isPlace = address % controlBlock.alignBytes === 0 && address + controlBlock.bytes <= memory.totalBytes;
  return wrongUnless(isPlace, path, `is ${address}, no aligned place in the memory`);
}

function wrongProgram(
  path: string,
  name: string,
  program: ManifestProgram,
  { memory, threads }: Manifest,
): readonly Wrong[] {
  const { phases, phaseNames = { length: phases } } = program;
  const isReserved = reservedNames.includes(name) || (threads !== undefined && reservedWithThreads.includes(name));
  const isNamed = phaseNames.length === phases;
  return [
    ...wrongUnless(!isReserved, path, 'has a name that is reserved'),
    ...wrongUnless(isNamed, `${path}.phaseNames`, `has ${phaseNames.length} names for ${phases} phases`),
    ...(['inputs', 'outputs'] as const).flatMap(side => {
      const tensors = program[side].map((tensor, i) => [`${path}.${side}.${i}`, tensor] as const);
      return [
        ...repetitions(tensors.map(([at, { name }]) => [at, name])),
        ...tensors.flatMap(([at, tensor]) => wrongTensor(at, tensor, memory.host)),
      ];
    }),
  ];
}

function wrongTensor(path: string, tensor: ManifestTensor, host: Manifest['memory']['host']): readonly Wrong[] {
  const { type, shape, address, bytes } = tensor;
  const needed = tensorBytes(type, shape);
  if (bytes !== needed) return [[path, `has ${bytes} bytes, but ${type}[${shape.join(', ')}] needs ${needed}`]];
  if (address % elementBytes[type] !== 0) return [[path, `is at ${address}, which is not aligned for ${type}`]];
  const isInside = address >= host.address && address + bytes <= host.address + host.bytes;
  return wrongUnless(isInside, path, `is at ${address}, ${bytes} bytes, which is not inside the host window`);
}

/** Every variable must fit between the transfer area's begin and the host window's end. */
function wrongTransfers({ memory, variables }: Manifest): readonly Wrong[] {
  const room = memory.host.address + memory.host.bytes - memory.host.transfer;
  return variables.flatMap(({ type, shape }, i) => {
    const bytes = tensorBytes(type, shape);
    return wrongUnless(bytes <= room, `variables.${i}`, `has ${bytes} bytes, but the transfer area only ${room}`);
  });
}

function wrongIndices(items: readonly (readonly [path: string, index: number])[]): readonly Wrong[] {
  const seen = new Set<number>();
  const all = items.length - 1;
  return items.flatMap(([path, index]) =>
    wrongUnless(
      index <= all && isNew(seen, index),
      `${path}.index`,
      `is ${index}; the indices must be 0 to ${all}, once each`,
    ),
  );
}

function repetitions(items: readonly (readonly [path: string, name: string])[]): readonly Wrong[] {
  const seen = new Set<string>();
  return items.flatMap(([path, name]) => wrongUnless(isNew(seen, name), path, `has the name ${name}, which is taken`));
}

/** Adds a value; whether it was not there before. */
function isNew<T>(seen: Set<T>, value: T): boolean {
  return seen.size < seen.add(value).size;
}
