/**
 * Checks a manifest from outside before it is believed. After it, every address and size in the manifest may be used as it is:
 * tensors lie inside the host window, aligned; the window and the tiles lie inside the memory; indices count from 0.
 */
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import { wasmMemoryLimitBytes, wasmPageBytes } from './address-space.ts';
import { checkChip } from './chip-check.ts';
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
import { mostThreads, threadControl } from './thread-control.ts';

/** The exports of every artifact; no program can have such a name. */
export const reservedNames: readonly string[] = ['memory', 'init', 'load', 'prepare', 'read', 'write', 'step'];

/** Those that an artifact for several threads has besides. */
export const reservedWithThreads: readonly string[] = ['join', 'leave'];

const element = oneOf(Object.keys(elementBytes));
const shape = list(integer(1));
const address = integer(0, wasmMemoryLimitBytes);

/** Keys of other libraries and later times are let through. */
const open = { open: true };

const tensor = record({ name, type: element, shape, address, bytes: address }, open);

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
  { open: true, optional: ['phaseNames'] },
);

const variable = record(
  {
    index: integer(0),
    path: name,
    kind: oneOf(['param', 'state']),
    type: element,
    shape,
    embedded: truth,
  },
  open,
);

const structure: Check = record(
  {
    format: oneOf(['tessera']),
    version: integer(1, 1),
    source: text,
    chip: checkChip,
    math: oneOf(['fast', 'strict']),
    features: list(text),
    threads: integer(2, mostThreads),
    memory: record(
      {
        totalBytes: address,
        tileStrideBytes: address,
        threads: address,
        host: record({ address, bytes: address, transfer: address }, open),
      },
      { open: true, optional: ['threads'] },
    ),
    programs: dictionary(program, name),
    variables: list(variable),
  },
  { open: true, optional: ['threads'] },
);

/** `json` as a manifest, or a `bad-manifest` for every fault (`unknown-version` alone, if it is from a later format). */
export function validateManifest(json: unknown): Outcome<Manifest> {
  const later = laterVersion(json);
  if (later) return { ok: false, diagnostics: [later] };
  const faults: Fault[] = [];
  if (structure(json, [], faults)) for (const fault of factFaults(json as Manifest)) faults.push(fault);
  if (faults.length > 0) return { ok: false, diagnostics: faults.slice(0, 20).map(diagnosticOf) };
  return { ok: true, value: json as Manifest, diagnostics: [] };
}

function laterVersion(json: unknown): Diagnostic<Code> | undefined {
  if (!isRecord(json) || json['format'] !== 'tessera') return undefined;
  const version = json['version'];
  if (typeof version !== 'number' || !(version > 1)) return undefined;
  const message = `the artifact has format version ${version}, and this library reads version 1`;
  return { code: 'unknown-version', severity: 'error', message, help: 'update tessera, or compile the artifact again' };
}

function diagnosticOf({ path, message, help }: Fault): Diagnostic<Code> {
  const subject = path.length > 0 ? `manifest: ${path.join('.')}` : 'the manifest';
  return { code: 'bad-manifest', severity: 'error', message: `${subject} ${message}`, ...(help && { help }) };
}

/** What one field says about another; the structure holds already. */
function factFaults(manifest: Manifest): readonly Fault[] {
  const programs = Object.entries(manifest.programs);
  return [
    ...memoryFaults(manifest),
    ...threadFaults(manifest),
    ...programs.flatMap(([name, program]) => programFaults(name, program, manifest)),
    ...indexFaults(programs.map(([name, { index }]) => ({ path: ['programs', name], index }))),
    ...indexFaults(manifest.variables.map(({ index }, i) => ({ path: ['variables', `${i}`], index }))),
    ...repetitions(manifest.variables.map(({ path }, i) => ({ path: ['variables', `${i}`], name: path }))),
    ...transferFaults(manifest),
  ];
}

function memoryFaults({ memory, chip }: Manifest): readonly Fault[] {
  const { totalBytes, tileStrideBytes, host } = memory;
  const faults: Fault[] = [];
  const check = (holds: boolean, field: string, message: string) => {
    if (!holds) faults.push({ path: ['memory', ...field.split('.')], message });
  };
  check(totalBytes % wasmPageBytes === 0, 'totalBytes', `is ${totalBytes}, no multiple of a page of ${wasmPageBytes}`);
  check(
    host.address + host.bytes <= totalBytes,
    'host',
    `ends at ${host.address + host.bytes}, behind the memory of ${totalBytes}`,
  );
  check(
    chip.tiles * tileStrideBytes <= host.address,
    'host.address',
    `is ${host.address}, inside the tiles, which end at ${chip.tiles * tileStrideBytes}`,
  );
  check(
    host.transfer >= host.address && host.transfer <= host.address + host.bytes && host.transfer % 4 === 0,
    'host.transfer',
    `is ${host.transfer}, which is not an aligned place in the host window`,
  );
  return faults;
}

function threadFaults({ threads, memory }: Manifest): readonly Fault[] {
  const address = memory.threads;
  if ((threads === undefined) !== (address === undefined)) {
    const message = threads === undefined ? 'is there, but threads is not' : 'is missing, but threads is not';
    return [{ path: ['memory', 'threads'], message }];
  }
  if (address === undefined) return [];
  const isPlace = address % threadControl.alignBytes === 0 && address + threadControl.bytes <= memory.totalBytes;
  return isPlace ? [] : [{ path: ['memory', 'threads'], message: `is ${address}, no aligned place in the memory` }];
}

function programFaults(name: string, program: ManifestProgram, { memory, threads }: Manifest): readonly Fault[] {
  const faults: Fault[] = [];
  const path = ['programs', name];
  if (reservedNames.includes(name) || (threads !== undefined && reservedWithThreads.includes(name)))
    faults.push({ path, message: 'has a name that is reserved' });
  const { phases, phaseNames = { length: phases } } = program;
  if (phaseNames.length !== phases) {
    faults.push({ path: [...path, 'phaseNames'], message: `has ${phaseNames.length} names for ${phases} phases` });
  }
  for (const side of ['inputs', 'outputs'] as const) {
    const tensors = program[side];
    faults.push(...repetitions(tensors.map(({ name }, i) => ({ path: [...path, side, `${i}`], name }))));
    for (const [i, tensor] of tensors.entries()) {
      const message = tensorFault(tensor, memory.host);
      if (message) faults.push({ path: [...path, side, `${i}`], message });
    }
  }
  return faults;
}

function tensorFault(tensor: ManifestTensor, host: Manifest['memory']['host']): string | undefined {
  const { type, shape, address, bytes } = tensor;
  const needed = tensorBytes(type, shape);
  if (bytes !== needed) return `has ${bytes} bytes, but ${type}[${shape.join(', ')}] needs ${needed}`;
  if (address % elementBytes[type] !== 0) return `is at ${address}, which is not aligned for ${type}`;
  const inside = address >= host.address && address + bytes <= host.address + host.bytes;
  return inside ? undefined : `is at ${address}, ${bytes} bytes, which is not inside the host window`;
}

/** Every variable must fit between the transfer area's begin and the host window's end. */
function transferFaults({ memory, variables }: Manifest): readonly Fault[] {
  const room = memory.host.address + memory.host.bytes - memory.host.transfer;
  return variables.flatMap(({ type, shape }, i) => {
    const bytes = tensorBytes(type, shape);
    if (bytes <= room) return [];
    return [{ path: ['variables', `${i}`], message: `has ${bytes} bytes, but the transfer area only ${room}` }];
  });
}

function indexFaults(items: readonly { readonly path: readonly string[]; readonly index: number }[]): readonly Fault[] {
  const seen = new Set<number>();
  return items.flatMap(({ path, index }) => {
    const fresh = index < items.length && !seen.has(index);
    seen.add(index);
    return fresh
      ? []
      : [{ path: [...path, 'index'], message: `is ${index}; the indices must be 0 to ${items.length - 1}, once each` }];
  });
}

function repetitions(items: readonly { readonly path: readonly string[]; readonly name: string }[]): readonly Fault[] {
  const seen = new Set<string>();
  return items.flatMap(({ path, name }) => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [{ path, message: `has the name ${name}, which is taken` }];
  });
}
