// Chance that follows from a seed. Every question is asked by name ("does 100017 act on 3 May?"), so that one more
// question somewhere changes no other answer, and a run with faults asks people the same things as one without.

/** Numbers 0 ≤ x < 1, one for each name. */
export interface Chance {
  of(...name: readonly (string | number)[]): number
  /** Whether something of this probability happens. */
  hits(probability: number, ...name: readonly (string | number)[]): boolean
  /** 0 ≤ n < count */
  below(count: number, ...name: readonly (string | number)[]): number
  pick<Value>(values: readonly Value[], ...name: readonly (string | number)[]): Value | undefined
}

/** FNV-1a over the text, then mixed (murmur3's end) so that near names give far numbers. */
function hash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

export function chanceOf(seed: number): Chance {
  const of: Chance['of'] = (...name) => hash(`${seed}|${name.join('|')}`) / 4_294_967_296
  const below: Chance['below'] = (count, ...name) => Math.floor(of(...name) * count)
  return {
    of,
    below,
    hits: (probability, ...name) => of(...name) < probability,
    pick: (values, ...name) => values[below(values.length, ...name)],
  }
}

/** The next number of a stream, for what is asked without a name (the product's own jitter, tokens). */
export function streamOf(chance: Chance, name: string): () => number {
  let asked = 0
  return () => chance.of(name, asked++)
}

/** A UUID out of a stream. */
export const uuidOf = (next: () => number): string => {
  const hex = Array.from({ length: 32 }, () => Math.floor(next() * 16).toString(16)).join('')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-')
}
