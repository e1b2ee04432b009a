/**
 * Reads what `torch.save` writes of a state_dict: tensors by name, also within a checkpoint that has more in it. The pickle in the file is read as data by
 * a whitelist, and nothing in it is run (`unpickle.ts`). Nothing is believed before it is checked: lengths and checksums of the archive, extents and strides
 * against the bytes that are stored.
 */
import type { Diagnostic, Outcome } from '@tessera-dnn/diagnostics';
import type { Code } from '../explain/catalogue.ts';
import type { Safetensors } from '../safetensors/read.ts';
import { shownName } from '../shown.ts';
import type { StoredTensor } from '../stored-tensor.ts';
import { readArchive } from './archive.ts';
import type { Contents } from './contents.ts';
import { readOldFile } from './old-file.ts';
import { type Chosen, chooseStateDict, placeOf } from './state-dict.ts';
import { tensorBytes, tensorIn } from './tensor.ts';
import { isA } from './values.ts';

/** Whether a file begins like one of `torch.save`: as a zip archive, or as a pickle of protocol 2 to 5. */
export function isTorch(bytes: Uint8Array): boolean {
  const [a, b, c, d] = bytes;
  return (a === 0x50 && b === 0x4b && c === 3 && d === 4) || (a === 0x80 && b >= 2 && b <= 5);
}

/**
 * The tensors of the state_dict under `part` of a checkpoint (`model.encoder`), row-major; without it, of the one that is meant for the network. They share
 * `bytes` where order and alignment allow. Every fault is a `bad-torch` whose message begins with `name`; that there are other dicts of tensors is a warning.
 */
export function readTorch(bytes: Uint8Array, name = 'checkpoint', part?: string): Outcome<Safetensors> {
  const contents = bytes[0] === 0x80 ? readOldFile(bytes) : readArchive(bytes);
  if (typeof contents === 'string') return bad(`${name} ${contents}`, inPython);
  if (contents.strange.size > 0) return refused(name, [...contents.strange]);
  const chosen = chooseStateDict(contents.value, part);
  if ('problem' in chosen) {
    return bad(`${name} ${chosen.problem}`, partsOf(name, chosen.parts) ?? inPython);
  }
  const read = tensorsOf(contents, chosen, bytes.length);
  if (typeof read === 'string') return bad(`${name}: ${read}`);
  return { ok: true, value: read, diagnostics: part === undefined ? othersThan(chosen, name) : [] };
}

const inPython = "in Python: torch.save(model.state_dict(), 'weights.pt')";

function bad(message: string, help?: string): Outcome<never> {
  const code: Code = 'bad-torch';
  return { ok: false, diagnostics: [{ code, severity: 'error', message, ...(help !== undefined && { help }) }] };
}

/** How many of several names are told. */
const mostNames = 5;

function someOf(names: readonly string[]): string {
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : '';
  return names.slice(0, mostNames).map(shownName).join(', ') + more;
}

function refused(name: string, strange: readonly string[]): Outcome<never> {
  return bad(
    `${name} holds more than tensors and numbers, and only those are read: ${someOf(strange)}`,
    `where you trust the file, ${inPython}, or {k: v for k, v in torch.load('net.pt', weights_only=False)['state_dict'].items()}`,
  );
}

/** How parts of a file are named; undefined if there are none but all of it. */
function partsOf(name: string, parts: readonly string[]): string | undefined {
  const named = parts.filter(part => part !== '').map(shownName);
  return named.length === 0 ? undefined : `it has some under ${named.join(', ')}: write ${name}:${named[0]}`;
}

/** A warning that there are other tensors: under other names, or beside the dict that is taken. */
function othersThan({ part, others, left }: Chosen, name: string): readonly Diagnostic<Code>[] {
  const beside =
    left.length > 0 ? `it has ${someOf(left)} at its top: where that is meant, save it alone, ${inPython}` : undefined;
  const help = partsOf(name, others) ?? beside;
  if (help === undefined) return [];
  const message = `${name}: the tensors ${placeOf(part)} are taken, and no others`;
  return [{ code: 'bad-torch', severity: 'warning', message, help }];
}

/** Tensors may share storages and repeat elements, but no sound file grows by more than this. */
const [mostGrowth, alwaysBytes] = [16, 2 ** 24];

/** The tensors of the chosen dict; or what is wrong with one of them. What is no tensor there is left out: a count of epochs, say. */
function tensorsOf(contents: Contents, { dict }: Chosen, fileBytes: number): Safetensors | string {
  const tensors = new Map<string, StoredTensor>();
  const foreign = new Map<string, string>();
  let left = mostGrowth * fileBytes + alwaysBytes;
  for (const [key, value] of dict) {
    if (typeof key !== 'string') continue;
    if (isA('foreign', value)) foreign.set(key, value.what);
    if (!isA('tensor', value)) continue;
    left -= tensorBytes(value);
    if (left < 0)
      return `tensor ${shownName(key)} and those before it would take many times the ${fileBytes} bytes of the file`;
    const tensor = tensorIn(contents, value);
    if (typeof tensor === 'string') return `tensor ${shownName(key)} ${tensor}`;
    if (tensor) tensors.set(key, tensor);
    else foreign.set(key, value.dtype);
  }
  return { tensors, foreign, metadata: new Map() };
}
