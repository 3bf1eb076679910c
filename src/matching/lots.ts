import { createHash } from 'node:crypto'

/**
 * Numbers in [0, 1) that the same seed always gives again (sfc32, seeded by SHA-256): for searches that must be
 * repeatable, not for secrets. A lottery among people uses `selection.ts` instead, which can be computed by hand.
 */
export function numbersFrom(seed: string): () => number {
  const digest = createHash('sha256').update(seed).digest()
  let a = digest.readInt32LE(0)
  let b = digest.readInt32LE(4)
  let c = digest.readInt32LE(8)
  let counter = 1
  return () => {
    const next = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + next
    c |= 0
    return (next >>> 0) / 2 ** 32
  }
}
