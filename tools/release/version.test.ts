/** Everything has one version, and a release changes all of them. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { repository } from '../workspace/packages.ts';
import { isLater, places, released, setVersion, versionsIn } from './version.ts';

const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));

it.each(places().map(place => [place.file, place] as const))('%s names the one version', (_, place) => {
  expect(new Set(versionsIn(place))).toEqual(new Set([version]));
});

it('a release changes it everywhere', () => {
  const root = mkdtempSync(join(tmpdir(), 'tessera-release-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const { file } of places()) cpSync(join(repository, file), join(root, file), { recursive: true });
  setVersion('12.3.4-beta.1', root);
  for (const place of places(root))
    expect(new Set(versionsIn(place, root)), place.file).toEqual(new Set(['12.3.4-beta.1']));
});

it('versions are later by their numbers', () => {
  expect(isLater('0.2.0', '0.1.9') && isLater('0.1.10', '0.1.9') && isLater('1.0.0', '1.0.0-beta.2')).toBe(true);
  expect(isLater('1.0.0-beta.10', '1.0.0-beta.9')).toBe(true);
  expect(
    isLater('0.1.0', '0.1.0') || isLater('0.0.9', '0.1.0') || isLater('1.0.0-a', '1.0.0') || isLater('2', '1.0.0'),
  ).toBe(false);
});

it('the newest part of the changelog gets it, once', () => {
  const text = '# Changelog\n\n## 1 May 2026\n\nA.\n\n## 0.1.0, 1 April 2026\n';
  const changed = released(text, '0.2.0');
  expect(changed).toBe(text.replace('## 1 May', '## 0.2.0, 1 May'));
  expect(released(changed ?? '', '0.3.0')).toBeUndefined();
});
