/**
 * All diagnostics of the language. Adding a code is adding an entry to one of the groups below (or a group file, and
 * one line here); whoever reports a diagnostic takes its code from {@link Code}, so that a code without an entry is a
 * type error.
 */

import type { Explanation } from '@tessera-dnn/diagnostics';
import { calls } from './calls.ts';
import { limits } from './limits.ts';
import { names } from './names.ts';
import { programs } from './programs.ts';
import { syntax } from './syntax.ts';
import { tensors } from './tensors.ts';
import { training } from './training.ts';
import { values } from './values.ts';
import { variables } from './variables.ts';

const groups = [
  ...syntax,
  ...names,
  ...calls,
  ...values,
  ...tensors,
  ...variables,
  ...programs,
  ...training,
  ...limits,
] as const;

/** The code of a diagnostic that the language may give. */
export type Code = (typeof groups)[number]['code'];

export const catalogue: readonly Explanation[] = groups;
