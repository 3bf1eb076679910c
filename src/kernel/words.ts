/** The longest human input that is read, in UTF-16 units: what goes beyond is cut off. */
export const inputLimit = 10_000

/** Line and paragraph ends of every system, NEL included. */
const lineEnds = /\r\n|[\n\r\u0085\u2028\u2029]/g

/**
 * Control characters (but the line feed), direction marks and overrides, which can make a text read otherwise than it
 * is, invisible spaces and halves of surrogate pairs. The joiners U+200C and U+200D stay: emoji need them.
 */
const unwanted =
  /(?!\n)\p{Cc}|[\p{Cs}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb]/gu

/** The first `most` UTF-16 units of a text, and never half a character: the database refuses JSON with half of one. */
export function cutText(text: string, most: number): string {
  const cut = text.slice(0, most)
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut
}

/**
 * Human input as the product reads it: NFKC (full-width letters and digits become plain, half-width kana full), without
 * control, direction and invisible characters, trimmed, each run of whitespace one space, at most 10,000 UTF-16 units.
 * With `lines` the line breaks of a longer text are kept (as `\n`, at most one empty line in a row).
 */
export function normalise(text: string, { lines = false }: { lines?: boolean } = {}): string {
  // Stripped before NFKC, so that what an invisible character kept apart is composed the first time.
  const plain = cutText(text, inputLimit)
    .replace(lineEnds, '\n')
    .replace(/[\t\v\f]/g, ' ')
    .replace(unwanted, '')
    .normalize('NFKC')
  const spaced = lines
    ? plain
        .replace(/[^\S\n]+/g, ' ')
        .replace(/ ?\n ?/g, '\n')
        .replace(/\n{3,}/g, '\n\n')
    : plain.replace(/\s+/g, ' ')
  return cutText(spaced.trim(), inputLimit).trim()
}
