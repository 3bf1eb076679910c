// What the database would answer again: an answer is kept until one of the tables that its question names has been
// written to. Half of what a city asks was asked a moment ago. `--reread` does without it, and goes the same way.

/** Asked twice, these may answer differently, or do something. */
const fickle =
  /\b(INSERT|UPDATE|DELETE|MERGE|random|now|clock_timestamp|statement_timestamp|nextval|set_config|gen_random_uuid)\b|\bpg_/i

/** How the tables hang together: what a write to one changes in others (cascades, triggers). */
export interface Tables {
  readonly names: ReadonlySet<string>
  alsoChanged(verb: 'INSERT' | 'UPDATE' | 'DELETE', name: string): readonly string[]
}

interface Table {
  /** Counts up with everything written anywhere; here the last one. */
  writtenAt: number
}

interface Plan {
  /** Undefined: its answers are not kept. */
  readonly reads: readonly Table[] | undefined
  /** 'all': it cannot be told which. */
  readonly writes: readonly Table[] | 'all'
}

interface Kept {
  readonly bytes: Buffer
  readonly at: number
}

const mostKept = 20_000

export class Reads {
  readonly #tables: Tables
  readonly #versions = new Map<string, Table>()
  readonly #plans = new Map<string, Plan>()
  readonly #kept = new Map<string, Kept>()
  #now = 0
  /** Written in the transaction that is open; undone with it. */
  #open = new Set<Table>()
  /** The open transaction answers everything with an error. */
  #failed = false

  constructor(tables: Tables) {
    this.#tables = tables
    for (const name of tables.names) this.#versions.set(name, { writtenAt: 0 })
  }

  #named(words: Iterable<string>): Table[] {
    return [...new Set(words)].flatMap((word) => this.#versions.get(word) ?? [])
  }

  #planOf(sql: string): Plan {
    const known = this.#plans.get(sql)
    if (known) return known
    const words = sql.match(/\w+/g) ?? []
    const reads = /^[\s(]*(SELECT|WITH)\b/i.test(sql) && !fickle.test(sql.replace(/\bFOR\s+UPDATE\b/gi, ''))
    const plain = /^[\s(]*(SELECT|WITH|INSERT|UPDATE|DELETE)\b/i.test(sql)
    const targets = [...sql.matchAll(/\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+(?:"public"\.)?"?(\w+)/gi)]
    const written = targets.flatMap(([, verb = '', name = '']) =>
      this.#tables.names.has(name) ? [name, ...this.#alsoChanged(verb, name, sql)] : [],
    )
    const plan: Plan = {
      reads: reads ? this.#named(words) : undefined,
      writes: plain ? this.#named(written) : /^\s*(BEGIN|COMMIT|ROLLBACK)\s*$/i.test(sql) ? [] : 'all',
    }
    this.#plans.set(sql, plan)
    return plan
  }

  #alsoChanged(verb: string, name: string, sql: string): readonly string[] {
    const [word] = verb.toUpperCase().split(/\s/)
    if (word === 'DELETE') return this.#tables.alsoChanged('DELETE', name)
    const changed = this.#tables.alsoChanged(word === 'INSERT' ? 'INSERT' : 'UPDATE', name)
    // INSERT … ON CONFLICT DO UPDATE
    return /\bDO\s+UPDATE\b/i.test(sql) ? [...changed, ...this.#tables.alsoChanged('UPDATE', name)] : changed
  }

  /** The kept answer of this statement with these values, where it still holds. */
  find(sql: string, values: string): Buffer | undefined {
    const { reads } = this.#planOf(sql)
    if (!reads || this.#failed) return undefined
    const kept = this.#kept.get(`${sql}\0${values}`)
    return kept && reads.every((table) => table.writtenAt <= kept.at) ? kept.bytes : undefined
  }

  get now(): number {
    return this.#now
  }

  /** Whether these questions would be answered as they were at that moment. */
  unchanged(statements: readonly { readonly sql: string }[], at: number): boolean {
    return (
      !this.#failed &&
      statements.every(({ sql }) => this.#planOf(sql).reads?.every((table) => table.writtenAt <= at) ?? false)
    )
  }

  /** Told of every statement that the database itself answered. */
  answered(sql: string, values: string, bytes: Buffer, refused: boolean): void {
    const { reads, writes } = this.#planOf(sql)
    this.#now += 1
    if (refused) this.#failed = true
    if (/^\s*ROLLBACK/i.test(sql)) {
      for (const table of this.#open) table.writtenAt = this.#now
      this.#failed = false
    }
    if (/^\s*(BEGIN|COMMIT|ROLLBACK)\s*$/i.test(sql)) {
      this.#open.clear()
      if (!/BEGIN/i.test(sql)) this.#failed = false
    }
    for (const table of writes === 'all' ? this.#versions.values() : writes) {
      table.writtenAt = this.#now
      this.#open.add(table)
    }
    if (!reads || refused) return
    if (this.#kept.size >= mostKept) this.#kept.clear()
    this.#kept.set(`${sql}\0${values}`, { bytes, at: this.#now })
  }
}
