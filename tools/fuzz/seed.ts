/**
 * In CI the random tests draw the same cases in every run, so that a failure comes from a change of the code; elsewhere every run draws new
 * ones.
 */
import fc from 'fast-check';

if (process.env['CI'] !== undefined) fc.configureGlobal({ seed: 20_261_123 });
