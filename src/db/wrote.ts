// Whether a transaction has written anything. Rows that were only locked do not count: PostgreSQL itself cannot tell the
// two apart afterwards. Whatever is not surely without an effect counts as written.

/** What reads, of what Prisma offers on a table. */
const reads = new Set([
  'findUnique',
  'findUniqueOrThrow',
  'findFirst',
  'findFirstOrThrow',
  'findMany',
  'count',
  'aggregate',
  'groupBy',
])
/** These say how many rows they have changed. */
const counted = new Set(['createMany', 'updateMany', 'deleteMany'])

/** SQL called as a tagged template, as Prisma.sql, or as text. */
function sqlOf(called: unknown): string {
  const parts = (called as { strings?: unknown } | undefined)?.strings ?? called
  return Array.isArray(parts) ? parts.join(' $ ') : String(parts)
}

/** Locks or asks at most. */
const onlyReads = (sql: string): boolean =>
  /^\s*\(?\s*SELECT\b/i.test(sql) &&
  !/\b(INSERT|UPDATE|DELETE|MERGE)\b/i.test(sql.replace(/\bFOR\s+(NO\s+KEY\s+)?UPDATE\b/gi, ''))

/** One statement, whose count of rows says all that it has done. */
const isPlain = (sql: string): boolean => /^\s*(INSERT|UPDATE|DELETE)\b/i.test(sql)

type Call = (...args: unknown[]) => unknown

/** The same object, with each of its members as `see` gives it. */
const through = <T extends object>(whole: T, see: (name: string, member: unknown) => unknown): T =>
  new Proxy(whole, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name)
      const own: unknown = typeof member === 'function' ? member.bind(target) : member
      return typeof name === 'string' ? see(name, own) : own
    },
  })

/** The transaction as its work sees it, and whether that has written by now. */
export function watched<Tx extends object>(tx: Tx): { readonly tx: Tx; wrote(): boolean } {
  let wrote = false
  const note =
    (call: Call): Call =>
    (...args) => {
      wrote = true
      return call(...args)
    }
  const noteCount =
    (call: Call): Call =>
    async (...args) => {
      const done = await call(...args)
      const count = typeof done === 'number' ? done : (done as { readonly count?: number } | undefined)?.count
      if (count !== 0) wrote = true
      return done
    }
  const noteSql = (name: string, call: Call): Call => {
    const [counting, noting] = [noteCount(call), note(call)]
    return (...args) => {
      const sql = sqlOf(args[0])
      if (onlyReads(sql)) return call(...args)
      return (name.startsWith('$execute') && isPlain(sql) ? counting : noting)(...args)
    }
  }
  const ofTable = (operation: string, member: unknown): unknown => {
    if (typeof member !== 'function' || reads.has(operation)) return member
    return counted.has(operation) ? noteCount(member as Call) : note(member as Call)
  }
  const seen = through(tx, (name, member) => {
    if (name.startsWith('$')) return typeof member === 'function' ? noteSql(name, member as Call) : member
    return typeof member === 'object' && member !== null ? through(member, ofTable) : member
  })
  return { tx: seen, wrote: () => wrote }
}
