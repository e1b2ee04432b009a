/** The digest is Node's, however the bytes come. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Sha256 } from '../src/index.ts';

it('of pieces is that of the whole', () => {
  const piece = fc.uint8Array({ maxLength: 150 });
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 4 }), pieces => {
      const ours = pieces.reduce((hash, bytes) => hash.update(bytes), new Sha256()).hex();
      expect(ours).toBe(pieces.reduce((hash, bytes) => hash.update(bytes), createHash('sha256')).digest('hex'));
    }),
  );
});
