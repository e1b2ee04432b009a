/**
 * `npm start`: LeNet reads handwritten digits, first with weights that were trained elsewhere, then with those it learns itself.
 *
 * 1. A chip of 16 small tiles classifies 1,000 digits, and accounts for its memory.
 * 2. A chip of 64 tiles trains the network from scratch on 9,000 other digits, and classifies the same 1,000 after each epoch.
 */
import { classifyDigits } from './classify.ts';
import { learnDigits } from './learn.ts';

await classifyDigits();
await learnDigits();
