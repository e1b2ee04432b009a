/** `read`, `write` and `init`: they run the lists of the transfer table, for all workers. */
import { type Image, tableFormat } from '@tessera-dnn/machine';
import binaryen from 'binaryen';
import type { Expression } from '../codelet/expression.ts';
import { address, get, none, parameters, setFlag, whileTrue } from './fragments.ts';
import { recordsName } from './records.ts';

const { toHost, fromHost, firstValue, rowBytes } = tableFormat.transferRow;

/** Adds the functions in the order of the names it returns. */
export function addVariables(m: binaryen.Module, image: Image): readonly string[] {
  addTransfer(m, image);
  const { count } = image.transfers;
  const checked = m.if(m.i32.ge_u(get(m, 0), m.i32.const(count)), m.unreachable());
  m.addFunction('read', parameters(1), none, [], m.block(null, [checked, transfer(m, get(m, 0), toHost)]));
  const known = m.if(m.i32.ge_u(get(m, 0), m.i32.const(count)), m.unreachable());
  const stale = setFlag(m, image.preparedFlag, 0);
  m.addFunction('write', parameters(1), none, [], m.block(null, [known, stale, transfer(m, get(m, 0), fromHost)]));
  m.addFunction('init', parameters(1), none, [binaryen.i32], initBody(m, image));
  for (const name of ['read', 'write', 'init']) m.addFunctionExport(name, name);
  return ['transfer a variable', 'read', 'write', 'init'];
}

/** `transfer(variable, list)`: a list of that variable; traps where the table has none. */
function addTransfer(m: binaryen.Module, image: Image): void {
  const [variable, kind, list] = [0, 1, 2];
  const row = m.i32.add(address(m, image.transfers.table), m.i32.mul(get(m, variable), m.i32.const(rowBytes)));
  const body = m.block(null, [
    m.local.set(list, m.i32.load(0, 4, m.i32.add(row, get(m, kind)))),
    m.if(m.i32.eqz(get(m, list)), m.unreachable()),
    m.call(recordsName, [get(m, list)], none),
  ]);
  m.addFunction('transfer', parameters(2), none, [binaryen.i32], body);
}

function transfer(m: binaryen.Module, variable: Expression, list: number): Expression {
  return m.call('transfer', [variable, m.i32.const(list)], none);
}

/** Variables with a first value get it by way of the transfer area; the rest keep what they are embedded with. */
function initBody(m: binaryen.Module, image: Image): Expression {
  const [seed, variable] = [0, 1];
  const { table, count } = image.transfers;
  const row = m.i32.mul(get(m, variable), m.i32.const(rowBytes));
  const hasFirstValue = m.i32.load(0, 4, m.i32.add(address(m, table + firstValue), row));
  const turn = m.block(null, [
    m.if(
      hasFirstValue,
      m.block(null, [transfer(m, get(m, variable), firstValue), transfer(m, get(m, variable), fromHost)]),
    ),
    m.local.set(variable, m.i32.add(get(m, variable), m.i32.const(1))),
  ]);
  return m.block(null, [
    m.i32.store(0, 4, address(m, image.seedAddress), get(m, seed)),
    setFlag(m, image.preparedFlag, 0),
    whileTrue(m, () => m.i32.lt_u(get(m, variable), m.i32.const(count)), [turn]),
  ]);
}
