/**
 * Unary and binary kernel instructions as wasm expressions.
 *
 * Before: the operands' expressions, each to be used exactly once (a Binaryen expression is a tree, not a value).
 * After: one expression with the meaning fixed in graph's `kernel/code.ts`, the same in fast and strict mode: minimum and maximum give
 * NaN if either side is NaN and order -0 below +0, conversions saturate.
 * Where wasm has no instruction and an operand is needed twice, `Scratch` parks it in a local of its own.
 */

import { InternalError } from '@tessera-dnn/diagnostics';
import { type BinaryCode, type KernelType, type UnaryCode, unitFloat } from '@tessera-dnn/graph/kernel';
import type binaryen from 'binaryen';
import type { Expression, Scratch } from './expression.ts';
import { narrowBrain, narrowHalf, widenBrain, widenHalf } from './narrow.ts';

type Unary = (m: binaryen.Module, a: Expression, scratch: Scratch) => Expression;
type Binary = (m: binaryen.Module, a: Expression, b: Expression, scratch: Scratch) => Expression;
type Table<F> = { readonly [code: string]: F };

/** `value` with type `type` under `code`; the type is the operand's. */
export function unary(
  m: binaryen.Module,
  code: UnaryCode,
  type: KernelType,
  value: Expression,
  scratch: Scratch,
): Expression {
  const make = unaries[type][code];
  if (!make) throw new InternalError('wasm', `there is no ${code} of ${type}`);
  return make(m, value, scratch);
}

/** `left code right`; `type` is the left operand's. */
export function binary(
  m: binaryen.Module,
  code: BinaryCode,
  type: KernelType,
  [left, right]: readonly [left: Expression, right: Expression],
  scratch: Scratch,
): Expression {
  const make = binaries[type][code];
  if (!make) throw new InternalError('wasm', `there is no ${code} of ${type}`);
  return make(m, left, right, scratch);
}

const unaries: { readonly [type in KernelType]: Table<Unary> } = {
  f32: {
    neg: (m, a) => m.f32.neg(a),
    abs: (m, a) => m.f32.abs(a),
    sqrt: (m, a) => m.f32.sqrt(a),
    floor: (m, a) => m.f32.floor(a),
    ceil: (m, a) => m.f32.ceil(a),
    trunc: (m, a) => m.f32.trunc(a),
    nearest: (m, a) => m.f32.nearest(a),
    half: (m, a, scratch) => m.f32x4.extract_lane(throughHalf(m, m.f32x4.splat(a), scratch), 0),
    brain: (m, a, scratch) => m.f32x4.extract_lane(throughBrain(m, m.f32x4.splat(a), scratch), 0),
    bits: (m, a) => m.i32.reinterpret(a),
    truncate: (m, a) => m.i32.trunc_s_sat.f32(a),
    level: (m, a, scratch) => m.i32x4.extract_lane(level(m, m.f32x4.splat(a), scratch), 0),
    levelAbove: (m, a) => m.i32x4.extract_lane(levelAbove(m, m.f32x4.splat(a)), 0),
    splat: (m, a) => m.f32x4.splat(a),
  },
  f32x4: {
    neg: (m, a) => m.f32x4.neg(a),
    abs: (m, a) => m.f32x4.abs(a),
    sqrt: (m, a) => m.f32x4.sqrt(a),
    floor: (m, a) => m.f32x4.floor(a),
    ceil: (m, a) => m.f32x4.ceil(a),
    trunc: (m, a) => m.f32x4.trunc(a),
    nearest: (m, a) => m.f32x4.nearest(a),
    half: throughHalf,
    brain: throughBrain,
    bits: (_, a) => a,
    truncate: (m, a) => m.i32x4.trunc_sat_f32x4_s(a),
    level,
    levelAbove: (m, a) => levelAbove(m, a),
  },
  i32: {
    neg: (m, a) => m.i32.sub(m.i32.const(0), a),
    abs: absoluteInteger,
    not: (m, a) => m.i32.xor(a, m.i32.const(-1)),
    float: (m, a) => m.f32.reinterpret(a),
    convert: (m, a) => m.f32.convert_s.i32(a),
    splat: (m, a) => m.i32x4.splat(a),
  },
  i32x4: {
    neg: (m, a) => m.i32x4.neg(a),
    abs: (m, a) => m.i32x4.abs(a),
    not: (m, a) => m.v128.not(a),
    float: (_, a) => a,
    convert: (m, a) => m.f32x4.convert_i32x4_s(a),
  },
  bool: {
    not: (m, a) => m.i32.eqz(a),
    widen: (_, a) => a,
    splat: (m, a) => m.i32x4.splat(maskOf(m, a)),
  },
  boolx4: {
    not: (m, a) => m.v128.not(a),
    widen: (m, a) => m.i32x4.neg(a),
  },
};

const binaries: { readonly [type in KernelType]: Table<Binary> } = {
  f32: {
    add: (m, a, b) => m.f32.add(a, b),
    sub: (m, a, b) => m.f32.sub(a, b),
    mul: (m, a, b) => m.f32.mul(a, b),
    div: (m, a, b) => m.f32.div(a, b),
    min: (m, a, b) => m.f32.min(a, b),
    max: (m, a, b) => m.f32.max(a, b),
    eq: (m, a, b) => m.f32.eq(a, b),
    ne: (m, a, b) => m.f32.ne(a, b),
    lt: (m, a, b) => m.f32.lt(a, b),
    le: (m, a, b) => m.f32.le(a, b),
    gt: (m, a, b) => m.f32.gt(a, b),
    ge: (m, a, b) => m.f32.ge(a, b),
  },
  f32x4: {
    add: (m, a, b) => m.f32x4.add(a, b),
    sub: (m, a, b) => m.f32x4.sub(a, b),
    mul: (m, a, b) => m.f32x4.mul(a, b),
    div: (m, a, b) => m.f32x4.div(a, b),
    min: (m, a, b) => m.f32x4.min(a, b),
    max: (m, a, b) => m.f32x4.max(a, b),
    eq: (m, a, b) => m.f32x4.eq(a, b),
    ne: (m, a, b) => m.f32x4.ne(a, b),
    lt: (m, a, b) => m.f32x4.lt(a, b),
    le: (m, a, b) => m.f32x4.le(a, b),
    gt: (m, a, b) => m.f32x4.gt(a, b),
    ge: (m, a, b) => m.f32x4.ge(a, b),
  },
  i32: {
    add: (m, a, b) => m.i32.add(a, b),
    sub: (m, a, b) => m.i32.sub(a, b),
    mul: (m, a, b) => m.i32.mul(a, b),
    div: (m, a, b) => m.i32.div_s(a, b),
    rem: (m, a, b) => m.i32.rem_s(a, b),
    min: (m, a, b, scratch) => extremeInteger(m, (x, y) => m.i32.lt_s(x, y), a, b, scratch),
    max: (m, a, b, scratch) => extremeInteger(m, (x, y) => m.i32.gt_s(x, y), a, b, scratch),
    and: (m, a, b) => m.i32.and(a, b),
    or: (m, a, b) => m.i32.or(a, b),
    xor: (m, a, b) => m.i32.xor(a, b),
    shl: (m, a, b) => m.i32.shl(a, b),
    shr: (m, a, b) => m.i32.shr_s(a, b),
    shru: (m, a, b) => m.i32.shr_u(a, b),
    mulhu: highProduct,
    eq: (m, a, b) => m.i32.eq(a, b),
    ne: (m, a, b) => m.i32.ne(a, b),
    lt: (m, a, b) => m.i32.lt_s(a, b),
    le: (m, a, b) => m.i32.le_s(a, b),
    gt: (m, a, b) => m.i32.gt_s(a, b),
    ge: (m, a, b) => m.i32.ge_s(a, b),
    ltu: (m, a, b) => m.i32.lt_u(a, b),
  },
  i32x4: {
    add: (m, a, b) => m.i32x4.add(a, b),
    sub: (m, a, b) => m.i32x4.sub(a, b),
    mul: (m, a, b) => m.i32x4.mul(a, b),
    min: (m, a, b) => m.i32x4.min_s(a, b),
    max: (m, a, b) => m.i32x4.max_s(a, b),
    and: (m, a, b) => m.v128.and(a, b),
    or: (m, a, b) => m.v128.or(a, b),
    xor: (m, a, b) => m.v128.xor(a, b),
    shl: (m, a, b) => m.i32x4.shl(a, b),
    shr: (m, a, b) => m.i32x4.shr_s(a, b),
    shru: (m, a, b) => m.i32x4.shr_u(a, b),
    eq: (m, a, b) => m.i32x4.eq(a, b),
    ne: (m, a, b) => m.i32x4.ne(a, b),
    lt: (m, a, b) => m.i32x4.lt_s(a, b),
    le: (m, a, b) => m.i32x4.le_s(a, b),
    gt: (m, a, b) => m.i32x4.gt_s(a, b),
    ge: (m, a, b) => m.i32x4.ge_s(a, b),
    ltu: (m, a, b) => m.i32x4.lt_u(a, b),
  },
  bool: {
    and: (m, a, b) => m.i32.and(a, b),
    or: (m, a, b) => m.i32.or(a, b),
    xor: (m, a, b) => m.i32.xor(a, b),
    min: (m, a, b) => m.i32.and(a, b),
    max: (m, a, b) => m.i32.or(a, b),
    eq: (m, a, b) => m.i32.eq(a, b),
    ne: (m, a, b) => m.i32.xor(a, b),
    lt: (m, a, b) => m.i32.lt_u(a, b),
    le: (m, a, b) => m.i32.le_u(a, b),
    gt: (m, a, b) => m.i32.gt_u(a, b),
    ge: (m, a, b) => m.i32.ge_u(a, b),
  },
  boolx4: {
    and: (m, a, b) => m.v128.and(a, b),
    or: (m, a, b) => m.v128.or(a, b),
    xor: (m, a, b) => m.v128.xor(a, b),
    min: (m, a, b) => m.v128.and(a, b),
    max: (m, a, b) => m.v128.or(a, b),
    eq: (m, a, b) => m.i32x4.eq(a, b),
    ne: (m, a, b) => m.v128.xor(a, b),
    // True lanes are -1, which is below 0 as a signed number but above it as an unsigned one.
    lt: (m, a, b) => m.i32x4.lt_u(a, b),
    le: (m, a, b) => m.i32x4.le_u(a, b),
    gt: (m, a, b) => m.i32x4.gt_u(a, b),
    ge: (m, a, b) => m.i32x4.ge_u(a, b),
  },
};

/** To the nearest number that a half holds. */
function throughHalf(m: binaryen.Module, vector: Expression, scratch: Scratch): Expression {
  const bits = m.i32x4.shl(narrowHalf(m, vector, scratch), m.i32.const(16));
  return widenHalf(m, m.i32x4.shr_s(bits, m.i32.const(3)), scratch);
}

/** To the nearest number that a bf16 holds. */
function throughBrain(m: binaryen.Module, vector: Expression, scratch: Scratch): Expression {
  return widenBrain(m, narrowBrain(m, vector, scratch));
}

/**
 * The nearest whole numbers, in fewer instructions than rounding and a conversion that saturates take: floats near {@link unitFloat} count units.
 * Larger floats have larger bits, and so have those above `least`, to which the others are raised.
 */
function unitsAbove(m: binaryen.Module, least: number, vector: Expression): Expression {
  // With the bound on the left, NaN gives the bound.
  const raised = m.f32x4.pmax(floats(m, least), vector);
  return m.i32x4.sub(m.f32x4.add(raised, floats(m, unitFloat)), floats(m, unitFloat));
}

function level(m: binaryen.Module, vector: Expression, scratch: Scratch): Expression {
  const value = scratch.keep(vector, 'f32x4');
  const isNumber = m.f32x4.eq(value.first, value.again());
  return m.v128.and(isNumber, unitsAbove(m, -(2 ** 22), value.again()));
}

function levelAbove(m: binaryen.Module, vector: Expression): Expression {
  return unitsAbove(m, 0, vector);
}

/** A float in all four lanes. */
function floats(m: binaryen.Module, value: number): Expression {
  return m.v128.const(new Uint8Array(new Float32Array(4).fill(value).buffer));
}

/** 0 or 1 as 0 or -1. */
export function maskOf(m: binaryen.Module, truth: Expression): Expression {
  return m.i32.sub(m.i32.const(0), truth);
}

/** (a ^ s) - s with the sign s = a >> 31. */
function absoluteInteger(m: binaryen.Module, a: Expression, scratch: Scratch): Expression {
  const value = scratch.keep(a, 'i32');
  const sign = scratch.keep(m.i32.shr_s(value.first, m.i32.const(31)), 'i32');
  return m.i32.sub(m.i32.xor(sign.first, value.again()), sign.again());
}

function extremeInteger(
  m: binaryen.Module,
  better: (a: Expression, b: Expression) => Expression,
  a: Expression,
  b: Expression,
  scratch: Scratch,
): Expression {
  const left = scratch.keep(a, 'i32');
  const right = scratch.keep(b, 'i32');
  return m.select(better(left.again(), right.again()), left.first, right.first);
}

function highProduct(m: binaryen.Module, a: Expression, b: Expression): Expression {
  const product = m.i64.mul(m.i64.extend_u(a), m.i64.extend_u(b));
  return m.i32.wrap(m.i64.shr_u(product, m.i64.const(32n)));
}
