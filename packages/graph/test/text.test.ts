import { describe, expect, test } from 'vitest';
import { parseModule } from '../src/parse.ts';
import { printModule } from '../src/print.ts';
import { standInOps } from '../src/testing/stand-ins.ts';
import { verifyModule } from '../src/verify.ts';

const everything = `variable layer.0.w: param f32[3, 4] = uniform(-0.5, 0.5)
variable slow.0.w: state f32[3, 4] = copy layer.0.w
variable layer.0.g: param f32[3, 1] = computed
variable "odd name": state f32[] = -0
variable list: prepared f32[3] = [1, -inf, nan]

model net {
  %0 = input x: f32[2, 3]
  %1 = variable layer.0.w: f32[3, 4]
  %2 = constant [1, 2.5, 1e-7, -0]: f32[4]
  %3 = product(%0, %1; %2): f32[2, 4] { $0: f32; $2 = add($0, $1): f32; $3 = relu($2): f32 }
  %4 = sum(%3){axes: [1], keep: true}: f32[2, 1]
  %5 = map(%3, %4): bool[2, 4] { $2 = constant(){value: 0.5}: f32; $3 = mul($0, $2): f32; $4 = less($3, $1): bool }
  %6 = row(%3){axes: [1], shape: [2, 4]}: f32[2, 4] { $1 = reduce max($0): f32; $2 = sub($0, $1): f32 }
  output mask = %5
  output "two words" = %6
}
`;

test('text reads back as it was written, and verifies', () => {
  const module = parseModule(everything);
  expect(printModule(module)).toBe(everything);
  verifyModule(module, standInOps);
  expect(module.programs[0].graph.nodes[3].epilogue?.firstOperand).toBe(2);
});

test('a gradient is a node like others', () => {
  const text = `train net {
  %0 = input x: f32[2]
  %1 = sum(%0){axes: [0], keep: false}: f32[]
  %2 = gradient(%1, %0): f32[2]
  output slope = %2
}
`;
  const module = parseModule(text);
  expect(printModule(module)).toBe(text);
  verifyModule(module, standInOps);
});

test('long lists can be cut short', () => {
  expect(printModule(parseModule(everything), { longestList: 2 })).toContain('constant [1, 2.5, …]: f32[4]');
});

test.each([
  ['model m { %0 = input x f32[2] }', 'expected : before f32 in line 1'],
  ['model m {\n %1 = input x: f32[2] }', 'expected %0 before = in line 2'],
  ['model m { %0 = variable w: f32[2] }', 'expected a variable, not w, before :'],
  ['model m { %0 = relu(%0', 'before the end'],
  ['model m { ? }', 'unexpected ?'],
])('%j is refused', (text, message) => {
  expect(() => parseModule(text)).toThrow(message);
});

describe('the verifier names the broken node', () => {
  const net = (lines: string): string =>
    `variable w: param f32[2] = 0\nvariable p: prepared f32[2] = 0\nmodel net {\n${lines}\n}\n`;
  test.each([
    ['%0 = relu(%1): f32[2]\n%1 = input x: f32[2]', 'operand %1 is not before its user (net %0 relu)'],
    ['%0 = input x: f32[0]', 'is no type'],
    ['%0 = input x: f32[2]\n%1 = relu(%0): f32[3]', 'the op gives f32[2], the node says f32[3]'],
    ['%0 = input x: f32[2]\n%1 = nonsense(%0): f32[2]', 'no such op'],
    ['%0 = input x: f32[2]\n%1 = gradient(%0, %0): f32[2]', 'a loss of type f32[2] is no f32[]'],
    ['%0 = input x: f32[]\n%1 = input y: i32[2]\n%2 = gradient(%0, %1): i32[2]', 'i32[2] has no gradient'],
    ['%0 = input x: f32[]\n%1 = input y: f32[2]\n%2 = gradient(%0, %1): f32[]', 'another type'],
    ['%0 = input x: f32[2]\n%1 = square(%0): f32[2]', 'composite'],
    ['%0 = input x: bool[2]\n%1 = relu(%0): f32[2]', 'does not take these'],
    ['%0 = variable w: f32[3]', 'w has type f32[2]'],
    ['%0 = constant [1, 2]: f32[3]', 'wrong number of elements'],
    ['%0 = input x: f32[3]\n%1 = map(%0): f32[2] { $1 = relu($0): f32 }', 'f32[3] does not broadcast to [2]'],
    ['%0 = input x: f32[2]\n%1 = map(%0): f32[2] { $1 = relu($2): f32 }', 'step $1 uses a later value'],
    ['%0 = input x: f32[2]\n%1 = map(%0): f32[2] { $1 = less($0, $0): f32 }', 'step $1 gives bool, not f32'],
    ['%0 = input x: f32[2]\n%1 = map(%0): bool[2] { $1 = relu($0): f32 }', 'the last step gives f32'],
    ['%0 = input x: f32[2]\n%1 = map(%0): f32[2] { $1 = reduce max($0): f32 }', 'scalar steps only'],
    ['%0 = input x: f32[2]\n%1 = map(%0): f32[2]', 'map and row have a body'],
    [
      '%0 = input x: f32[2]\n%1 = relu(%0): f32[2] { $0: f32; $1 = relu($0): f32 }',
      'only rows and kernel ops have an epilogue',
    ],
    ['%0 = input x: f32[2]\n%1 = row(%0){axes: [0], shape: [2]}: f32[2] { $1 = reduce max($0): f32 }', 'of shape [1]'],
    ['%0 = input x: f32[2]\n%1 = row(%0){axes: [], shape: [2]}: f32[2] { $1 = relu($0): f32 }', 'needs axes'],
    ['%0 = input x: f32[2]\noutput y = %0\noutput y = %0', 'two outputs have one name (net y)'],
    ['%0 = input x: f32[2]\noutput y = %4', 'an output has no value'],
    ['%0 = input x: f32[2]\nupdate w = %0\nupdate w = %0', 'a variable is updated twice (net w)'],
    ['%0 = input x: f32[3]\nupdate w = %0', 'an update has type f32[3]'],
    ['%0 = input x: f32[2]\nupdate p = %0', 'prepared variables are updated by the prepare program'],
  ])('%s', (lines, message) => {
    expect(() => verifyModule(parseModule(net(lines)), standInOps)).toThrow(message);
  });

  test.each([
    ['variable w: param f32[] = 0\nvariable w: param f32[] = 0', 'two variables have one path'],
    ['model a { }\nmodel a { }', 'two programs have one name'],
    ['prepare p { }\nmodel a { }', 'programs are out of order'],
    ['init p { }\ninit q { }', 'programs are out of order'],
  ])('%s', (text, message) => {
    expect(() => verifyModule(parseModule(text), standInOps)).toThrow(message);
  });
});
