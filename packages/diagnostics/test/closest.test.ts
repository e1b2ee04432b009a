import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { closest, editDistance } from '../src/index.ts';

describe('closest', () => {
  test.each([
    ['conv2', 'conv2d'],
    ['max_pol', 'max_pool'],
    ['Relu', 'relu'],
    ['sigmiod', 'sigmoid'],
    ['dens', 'dense'],
  ])('%s is near %s', (name, expected) => {
    expect(closest(name, ['relu', 'dense', 'conv1d', 'conv2d', 'max_pool', 'sigmoid'])).toBe(expected);
  });

  test('gives nothing where nothing is near', () => {
    expect(closest('transformer', ['relu', 'dense'])).toBeUndefined();
    expect(closest('x', ['y', 'z'])).toBeUndefined();
    expect(closest('relu', ['relu'])).toBeUndefined();
  });

  test('takes the nearest, and the first among equals', () => {
    expect(closest('conv', ['con', 'convs', 'conv2d'])).toBe('con');
    expect(closest('shortcut', ['shrtct', 'shortcuts'])).toBe('shortcuts');
  });
});

describe('editDistance', () => {
  test.each([
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['ab', 'ba', 1],
    ['ca', 'abc', 3],
  ])('%s to %s', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  test('is symmetric, and nothing only between equals', () => {
    const name = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });
});
