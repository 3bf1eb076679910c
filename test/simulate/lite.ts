// The short way to a PGlite: statements are prepared once and shared by all processes that come and go, rows are read
// straight from the wire, and what has not changed is not asked again. What node-postgres and PGlite's stand-in for its
// connection add costs more than the year itself; they have tests of their own (src/db), and with TEST_DATABASE_URL
// the simulation goes through them.
import type { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { plainTypes } from '../../src/db/types.ts'
import { Asked } from './asked.ts'
import { Reads, type Tables } from './reads.ts'
import { type Answer, answerIn, type Field, Outgoing, written } from './wire.ts'

interface Question {
  readonly text: string
  readonly values?: readonly unknown[]
  readonly rowMode?: 'array'
  readonly types?: pg.CustomTypesConfig
}

interface Prepared {
  name: string
  /** Known for good: an answer that is kept longer than its statement is read by them. */
  fields: readonly Field[]
  ready: boolean
}

/** Of these many, statements are forgotten and prepared anew: lists of every length make ever new ones. */
const mostPrepared = 3_000

/** Foreign keys follow what is deleted; no key ever changes. Of triggers nobody knows what they change. */
const tablesQuery = `SELECT c.relname AS name,
    ARRAY(SELECT DISTINCT f.relname::text FROM pg_constraint k JOIN pg_class f ON f.oid = k.conrelid
      WHERE k.contype = 'f' AND k.confrelid = c.oid AND k.confdeltype IN ('c', 'n', 'd')) AS follow,
    ARRAY(SELECT DISTINCT o.name FROM pg_trigger t
      JOIN (VALUES (4, 'INSERT'), (8, 'DELETE'), (16, 'UPDATE')) AS o(bit, name) ON t.tgtype & o.bit > 0
      WHERE t.tgrelid = c.oid AND NOT t.tgisinternal) AS triggers
  FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')`

export class LiteDriver {
  readonly #lite: PGlite
  readonly #prepared = new Map<string, Prepared>()
  readonly #out = new Outgoing()
  readonly #reads: Reads | undefined
  /** What Prisma asks of it; nothing is kept with `rereads`. */
  readonly asked: Asked | undefined
  #made = 0
  #ready = 0

  /** `rereads`: the database answers every question itself. */
  constructor(lite: PGlite, rereads = false) {
    this.#lite = lite
    // The same plan whatever the values: weighing plans costs more than these tables are worth.
    this.query({ text: 'SET plan_cache_mode = force_generic_plan' })
    // Nothing is to survive this process.
    this.query({ text: 'SET synchronous_commit = off' })
    if (rereads) return
    this.#reads = new Reads(this.#tables())
    this.asked = new Asked(this.#reads)
  }

  #tables(): Tables {
    const rows = this.query({ text: tablesQuery }).rows as {
      name: string
      follow: string[]
      triggers: string[]
    }[]
    const tables = new Map(rows.map((row) => [row.name, row]))
    const alsoChanged: Tables['alsoChanged'] = (verb, name) => {
      if (tables.get(name)?.triggers.includes(verb)) return [...tables.keys()]
      const found = new Set<string>(verb === 'DELETE' ? tables.get(name)?.follow : [])
      for (const each of found) for (const next of tables.get(each)?.follow ?? []) found.add(next)
      return [...found]
    }
    return { names: new Set(tables.keys()), alsoChanged }
  }

  /** Answers at once: nothing comes between a statement and its rows. */
  query({ text, values = [], rowMode, types = plainTypes }: Question): Answer {
    const texts = values.map(written)
    const key = this.#reads && texts.map((each) => each ?? '\x01').join('\0')
    const kept = key === undefined ? undefined : this.#reads?.find(text, key)
    const prepared = this.#prepared.get(text) ?? { name: '', fields: [], ready: false }
    if (kept) return answerIn(kept, prepared.fields, rowMode, types)
    const bytes = this.#exchange(text, prepared, texts)
    let refused = true
    try {
      const answer = answerIn(bytes, prepared.fields, rowMode, types)
      refused = false
      prepared.fields = answer.fields
      if (!prepared.ready) this.#ready += 1
      prepared.ready = true
      this.#prepared.set(text, prepared)
      return answer
    } finally {
      if (key !== undefined) this.#reads?.answered(text, key, bytes, refused)
    }
  }

  #exchange(text: string, prepared: Prepared, values: readonly (string | null)[]): Buffer {
    const out = this.#out
    if (!prepared.ready) {
      if (this.#ready >= mostPrepared) this.#forget()
      // A name of its own each time: what was refused may be prepared all the same.
      prepared.name = `s${this.#made++}`
      out.begin('P').text(prepared.name).text(text).int16(0).end()
      out.begin('D').text(`S${prepared.name}`).end()
    }
    out.begin('B').text('').text(prepared.name).int16(0).int16(values.length)
    for (const value of values) out.value(value)
    out.int16(0).end().begin('E').text('').int32(0).end().begin('S').end()
    return this.#send(out.take())
  }

  #forget(): void {
    for (const prepared of this.#prepared.values()) prepared.ready = false
    this.#ready = 0
    this.#send(new Outgoing().begin('Q').text('DEALLOCATE ALL').end().take())
  }

  #send(message: Uint8Array): Buffer {
    const parts: Uint8Array[] = []
    // Done when it returns: it would only wait for a file system, which there is none of.
    const done = this.#lite.execProtocolRawStream(message, {
      syncToFs: false,
      onRawData: (part) => parts.push(part.slice()),
    })
    done.catch((error: unknown) => {
      throw error
    })
    return Buffer.concat(parts)
  }

  /** A pool of one connection, for one process: who wants it waits until it is given back. */
  pool(): pg.Pool {
    let free: Promise<void> = Promise.resolve()
    const ask = async (...args: unknown[]) => {
      const [first, second] = args
      if (typeof first === 'string') return this.query({ text: first, values: (second ?? []) as unknown[] })
      return this.query(first as Question)
    }
    const connect = async () => {
      const before = free
      let release: () => void = () => {}
      free = new Promise((resolve) => {
        release = resolve
      })
      await before
      const client = { query: ask, release: () => release(), on: () => client, removeListener: () => client }
      return client
    }
    // Prisma asks whether it is given a pool; this one never connects anywhere.
    return Object.assign(new pg.Pool(), { connect }) as unknown as pg.Pool
  }
}
