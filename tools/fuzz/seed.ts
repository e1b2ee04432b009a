/** In CI the random tests draw the same cases in every run, so that a change is judged by itself; elsewhere they go on searching. */
import fc from 'fast-check';

if (process.env['CI'] !== undefined) fc.configureGlobal({ seed: 20_261_123 });
