// PostgreSQL's wire protocol, as much of it as one prepared statement needs: what is written to the database, and what
// is read from its answer.
import pg from 'pg'

export interface Field {
  readonly name: string
  readonly dataTypeID: number
}

export interface Answer {
  readonly rows: unknown[]
  readonly fields: readonly Field[]
  readonly rowCount: number | null
  readonly command: string
}

/** The messages of one exchange; the buffer is used again and grows as needed. */
export class Outgoing {
  #bytes = Buffer.allocUnsafe(65_536)
  #at = 0
  #length = 0

  #room(size: number): void {
    if (this.#at + size <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + size))
    this.#bytes.copy(larger, 0, 0, this.#at)
    this.#bytes = larger
  }

  #raw(text: string): void {
    this.#room(text.length * 3)
    this.#at += this.#bytes.write(text, this.#at)
  }

  begin(type: string): this {
    this.#room(5)
    this.#bytes[this.#at] = type.charCodeAt(0)
    this.#length = this.#at + 1
    this.#at += 5
    return this
  }

  end(): this {
    this.#bytes.writeInt32BE(this.#at - this.#length, this.#length)
    return this
  }

  text(text: string): this {
    this.#raw(text)
    this.#room(1)
    this.#bytes[this.#at++] = 0
    return this
  }

  int16(value: number): this {
    this.#room(2)
    this.#at = this.#bytes.writeInt16BE(value, this.#at)
    return this
  }

  int32(value: number): this {
    this.#room(4)
    this.#at = this.#bytes.writeInt32BE(value, this.#at)
    return this
  }

  value(text: string | null): this {
    if (text === null) return this.int32(-1)
    this.int32(0)
    const from = this.#at
    this.#raw(text)
    this.#bytes.writeInt32BE(this.#at - from, from - 4)
    return this
  }

  take(): Uint8Array {
    const taken = new Uint8Array(this.#bytes.subarray(0, this.#at))
    this.#at = 0
    return taken
  }
}

const quoted = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

/** A value as PostgreSQL reads it, by the rules of node-postgres. */
export function written(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`
  if (Array.isArray(value)) return `{${value.map(element).join(',')}}`
  if (typeof value === 'object') return JSON.stringify(value)
  return String(value)
}

function element(value: unknown): string {
  const text = written(value)
  if (text === null) return 'NULL'
  return Array.isArray(value) ? text : quoted(text)
}

function errorIn(bytes: Buffer, from: number, to: number): Error {
  const fields: Record<string, string> = {}
  for (let at = from; at < to && bytes[at] !== 0; ) {
    const end = bytes.indexOf(0, at)
    fields[String.fromCharCode(bytes[at] ?? 0)] = bytes.toString('utf8', at + 1, end)
    at = end + 1
  }
  const { M, S, C, D, H, W, s, t, c, d, n } = fields
  const error = new pg.DatabaseError(M ?? '', to - from, 'error')
  const rest = { severity: S, code: C, detail: D, hint: H, where: W }
  return Object.assign(error, rest, { schema: s, table: t, column: c, dataType: d, constraint: n })
}

function fieldsIn(bytes: Buffer, from: number): Field[] {
  const fields: Field[] = []
  let at = from + 2
  for (let left = bytes.readInt16BE(from); left > 0; left -= 1) {
    const end = bytes.indexOf(0, at)
    fields.push({ name: bytes.toString('utf8', at, end), dataTypeID: bytes.readUInt32BE(end + 7) })
    at = end + 19
  }
  return fields
}

type Parse = (text: string) => unknown

function cellsIn(bytes: Buffer, from: number, parsers: readonly Parse[]): unknown[] {
  const cells: unknown[] = []
  let at = from + 2
  for (const parse of parsers) {
    const length = bytes.readInt32BE(at)
    at += 4
    cells.push(length < 0 ? null : parse(bytes.toString('utf8', at, at + length)))
    if (length > 0) at += length
  }
  return cells
}

/** Reads one answer; throws what the database refused with. `fields` are those known from an earlier answer. */
export function answerIn(
  bytes: Buffer,
  known: readonly Field[],
  rowMode: 'array' | undefined,
  types: pg.CustomTypesConfig,
): Answer {
  const rows: unknown[] = []
  let fields = known
  let parsers: Parse[] | undefined
  let tag = ''
  let error: Error | undefined
  for (let at = 0; at < bytes.length; ) {
    const type = String.fromCharCode(bytes[at] ?? 0)
    const next = at + 1 + bytes.readInt32BE(at + 1)
    at += 5
    if (type === 'T') fields = fieldsIn(bytes, at)
    else if (type === 'C') tag = bytes.toString('utf8', at, next - 1)
    else if (type === 'E') error ??= errorIn(bytes, at, next)
    else if (type === 'D') {
      parsers ??= fields.map(({ dataTypeID }) => types.getTypeParser(dataTypeID, 'text') as Parse)
      const cells = cellsIn(bytes, at, parsers)
      rows.push(
        rowMode === 'array' ? cells : Object.fromEntries(fields.map(({ name }, i) => [name, cells[i]])),
      )
    }
    at = next
  }
  if (error) throw error
  const words = tag.split(' ')
  const count = Number(words.at(-1))
  return { rows, fields, rowCount: Number.isNaN(count) ? null : count, command: words[0] ?? '' }
}
