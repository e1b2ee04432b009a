/** Runs the command in this process, in a folder of its own, and keeps what it wrote. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { main } from '@tessera-dnn/cli';
import { type NpyElement, readNpy, type StoredTensor, writeNpy } from '@tessera-dnn/formats';
import { onTestFinished } from 'vitest';
import { main as allocate } from '../src/allocate/main.ts';
import type { Signal } from '../src/io.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Place {
  readonly path: string;
  /** Runs `tessera` with these arguments here. */
  readonly tessera: (...args: string[]) => Promise<Ran>;
  /** Runs `tessera-allocate`. */
  readonly allocate: (...args: string[]) => Promise<Ran>;
  readonly write: (name: string, content: string | Uint8Array) => void;
  readonly read: (name: string) => Buffer;
  readonly names: () => readonly string[];
}

export interface Look {
  /** Whether output goes to a terminal, with colours. */
  readonly terminal?: boolean;
  /** What the standard input holds. */
  readonly input?: string;
  /** Receives the function that a first Ctrl-C or another signal would call. */
  readonly onInterrupt?: (stop: (signal?: Signal) => void) => void;
}

/** A new folder with `files`, which is removed after the test. */
export function place(files: Readonly<Record<string, string | Uint8Array>> = {}, look: Look = {}): Place {
  const path = mkdtempSync(join(tmpdir(), 'tessera-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  const write = (name: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  };
  for (const [name, content] of Object.entries(files)) write(name, content);
  return {
    path,
    tessera: (...args) => run(main, path, args, look),
    allocate: (...args) => run(allocate, path, args, look),
    write,
    read: name => readFileSync(join(path, name)),
    names: () => readdirSync(path).sort(),
  };
}

async function run(
  command: typeof main,
  folder: string,
  args: readonly string[],
  { terminal = false, input = '', onInterrupt }: Look,
): Promise<Ran> {
  const written = { out: '', err: '' };
  const stream = (name: 'out' | 'err') => ({
    write: (text: string) => void (written[name] += text),
    isTerminal: terminal,
    hasColors: terminal,
    columns: 100,
  });
  const code = await command(args, {
    out: stream('out'),
    err: stream('err'),
    readInput: limitBytes => Promise.resolve(Buffer.from(input).subarray(0, limitBytes)),
    folder,
    onInterrupt: stop => {
      onInterrupt?.((signal = 'SIGINT') => stop(signal));
      return () => {};
    },
  });
  return { code, ...written };
}

/** The bytes of an npy file of f32. */
export function npy(shape: readonly number[], values: readonly number[]): Uint8Array {
  return writeNpy({ element: 'f32', shape, data: Float32Array.from(values) });
}

export function fromNpy(bytes: Uint8Array): StoredTensor<NpyElement> {
  const read = readNpy(new Uint8Array(bytes));
  if (!read.ok) throw new Error(read.diagnostics[0].message);
  return read.value as StoredTensor<NpyElement>;
}

/** A program whose answers are known without a computer: 2x + 1. */
export const line = 'model line[n = 1](x: f32[n, 3]) -> f32[n, 3] {\n  2 * x + 1\n}\n';
