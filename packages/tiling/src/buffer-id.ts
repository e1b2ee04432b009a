/** The index of a buffer in its program. */
export type BufferId = number & { readonly __brand: 'BufferId' };
