/** Elaboration as the pipeline lists it and errors name it. */
export const elaboration = {
  name: 'elaborate',
  doc: 'expands blocks, unrolls loops, and finds shapes and types: text becomes a module',
} as const;
