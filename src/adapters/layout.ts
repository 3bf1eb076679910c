// Which parts of a card are shown where a platform takes no more: buttons before texts before rows before ornament,
// lists in turns so that none starves, long rows shortened before any is left out, and never without a mark that says how many are left out.

/** A part of a card, drawn. */
export interface Piece<Drawn> {
  /** 0 is what people must be able to press, 1 what they must read, 2 a row of a list, 3 ornament. */
  readonly rank: 0 | 1 | 2 | 3
  /** Which list of the card a row belongs to, and its place in it. */
  readonly list?: number
  readonly row?: number
  readonly blocks: number
  readonly characters: number
  readonly drawn: Drawn
  /** The same in at most so many characters, where it can be shortened at all. */
  readonly shrink?: (characters: number) => Piece<Drawn>
}

export interface Budget {
  readonly blocks: number
  readonly characters: number
  /** What a "more" mark takes. */
  readonly mark: { readonly blocks: number; readonly characters: number }
}

/** Less than this is not worth showing of a shortened text. */
const leastText = 40

/** The longest rows shortened to an even share, where every row of the card finds room by that; else as they are. */
function evened<Drawn>(pieces: readonly Piece<Drawn>[], characters: number): readonly Piece<Drawn>[] {
  const sum = (of: readonly Piece<Drawn>[]) => of.reduce((total, piece) => total + piece.characters, 0)
  const rows = pieces.filter((piece) => piece.rank === 2)
  let room = characters - sum(pieces.filter((piece) => piece.rank < 2))
  let left = rows.length
  const sizes = rows.map((piece) => piece.characters).sort((a, b) => a - b)
  for (const size of sizes) {
    if (size > room / left) break
    room -= size
    left--
  }
  if (left === 0) return pieces
  const share = Math.floor(room / left)
  const short = pieces.map((piece) =>
    piece.rank === 2 && piece.characters > share ? (piece.shrink?.(share) ?? piece) : piece,
  )
  return sum(short.filter((piece) => piece.rank < 3)) <= characters ? short : pieces
}

export interface Allotted<Drawn> {
  /** The pieces in their order, with undefined in place of each that is not shown. */
  readonly shown: readonly (Piece<Drawn> | undefined)[]
  /** Lists that have room for a mark of their own; what others leave out counts with the rest of the card. */
  readonly marked: ReadonlySet<number>
}

/** What is shown of a card. Lists and the card as a whole keep room for their marks. */
export function allot<Drawn>(pieces: readonly Piece<Drawn>[], budget: Budget): Allotted<Drawn> {
  const lists = [...new Set(pieces.flatMap((piece) => piece.list ?? []))]
  const most = Math.floor(
    Math.min(budget.blocks / budget.mark.blocks, budget.characters / budget.mark.characters) / 2,
  )
  const marked = new Set(lists.slice(0, most))
  // A list keeps its mark's room even when it is not cut: simpler, and it is one block.
  let blocks = budget.blocks - marked.size * budget.mark.blocks
  let characters = budget.characters - marked.size * budget.mark.characters
  const sum = (of: (piece: Piece<Drawn>) => number) => pieces.reduce((total, piece) => total + of(piece), 0)
  const fits = sum((piece) => piece.blocks) <= blocks && sum((piece) => piece.characters) <= characters
  if (fits && marked.size === lists.length) return { shown: pieces, marked }

  blocks -= budget.mark.blocks
  characters -= budget.mark.characters
  const shown: (Piece<Drawn> | undefined)[] = pieces.map(() => undefined)
  const turns = evened(pieces, characters)
    .map((piece, index) => ({ piece, index }))
    .sort(
      (a, b) => a.piece.rank - b.piece.rank || (a.piece.row ?? 0) - (b.piece.row ?? 0) || a.index - b.index,
    )
  // A row is shown only if all before it in its list are: the mark counts what comes after.
  const closed = new Set(lists.slice(most))
  for (const { piece, index } of turns) {
    if (piece.list !== undefined && closed.has(piece.list)) continue
    const short =
      piece.characters > characters && characters >= leastText ? piece.shrink?.(characters) : piece
    if (short && short.blocks <= blocks && short.characters <= characters) {
      shown[index] = short
      blocks -= short.blocks
      characters -= short.characters
    } else if (piece.list !== undefined) {
      closed.add(piece.list)
    }
  }
  return { shown, marked }
}
