/** A page sets these marks (`performance.mark`) to say from where to where its tasks count (`tasks.ts`). */
export const marks = { begin: 'tasks-begin', end: 'tasks-end' } as const;
