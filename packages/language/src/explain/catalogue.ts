/**
 * All diagnostics of the language. Adding a code is adding an entry to one of the groups below (or a group file, and
 * one line here); whoever reports a diagnostic takes its code from {@link Code}, so that a code without an entry is a
 * type error.
 */
import type { Explanation } from './explanation.ts';
import { syntax } from './syntax.ts';

const groups = [...syntax] as const;

/** The code of a diagnostic that the language may give. */
export type Code = (typeof groups)[number]['code'];

export const catalogue: readonly Explanation[] = groups;
