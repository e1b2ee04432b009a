/**
 * The cases that the ONNX project publishes for those who run models: a model, inputs and outputs. Debian installs them as `libonnx-testdata`. The
 * repository keeps none of them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredTensor } from '@tessera-dnn/formats';
import { readTensorMessage } from '@tessera-dnn/onnx';

const folder = '/usr/share/libonnx-testdata/data';

export interface Case {
  /** `node/test_abs`. */
  readonly name: string;
  readonly folder: string;
}

/** All cases by name; none where the package is not installed. */
export function installedCases(): readonly Case[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap(kind =>
    readdirSync(join(folder, kind))
      .sort()
      .map(name => ({ name: `${kind}/${name}`, folder: join(folder, kind, name) }))
      .filter(one => existsSync(join(one.folder, 'model.onnx'))),
  );
}

/** The bytes of a case's model. */
export function modelOf({ folder }: Case): Uint8Array {
  return readFileSync(join(folder, 'model.onnx'));
}

/** The tensors of a case's first set of data, in order; undefined where one is no tensor of numbers. */
export function tensorsOf({ folder }: Case, kind: 'input' | 'output'): readonly StoredTensor[] | undefined {
  const data = join(folder, 'test_data_set_0');
  const files = existsSync(data) ? readdirSync(data).filter(file => file.startsWith(`${kind}_`)) : [];
  const tensors = files.map((_, at) => readTensorMessage(readFileSync(join(data, `${kind}_${at}.pb`))));
  const known = tensors.filter(tensor => tensor !== undefined);
  return known.length < tensors.length ? undefined : known;
}
