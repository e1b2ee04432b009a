/** The signature of the call that is being written, and which of its parameters is. */
import { callAround } from './call-around.ts';
import { parameterName, showSignature, signatureNamed } from './signatures.ts';
import type { Document } from './workspace.ts';

export interface SignatureHelp {
  readonly label: string;
  readonly doc: string;
  /** Where in the label each parameter stands. */
  readonly parameters: readonly (readonly [start: number, end: number])[];
  /** The index of the parameter that the argument at the offset is for; undefined if it is for none. */
  readonly active?: number;
}

/** Help for the call around an offset; undefined outside of calls of known functions. */
export function signatureHelpAt(document: Document, offset: number): SignatureHelp | undefined {
  const call = callAround(document.source.text, offset);
  const signature = call && signatureNamed(document, call.callee);
  if (call === undefined || signature === undefined) return undefined;
  let at = signature.name.length + 1;
  const parameters = signature.parameters.map(parameter => {
    const place = [at, at + parameter.length] as const;
    at += parameter.length + 2;
    return place;
  });
  const named = signature.parameters.findIndex(parameter => parameterName(parameter) === call.argument);
  const active = call.argument === undefined ? call.index : named;
  const isThere = active >= 0 && active < parameters.length;
  return { label: showSignature(signature), doc: signature.doc, parameters, ...(isThere && { active }) };
}
