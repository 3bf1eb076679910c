// A process that can die. Everything it asks of the database and of a platform passes a gate; there it may be killed
// (the await never ends, whatever it had open is undone), stopped for a while, or cut off from the database. Words
// used here: point (one await at the database or a platform, before or after it), fate (what happens at a point).
import type pg from 'pg'
import type { Database } from '../../src/db/open.ts'
import { withPrisma } from '../../src/db/open.ts'
import { type Asked, asking, remembering, type Statement } from './asked.ts'
import type { Clients } from './clients.ts'

export interface Point {
  /** claim, hand-over, record, queue, inbox, effect, commit, send … */
  readonly what: string
  readonly when: 'before' | 'after'
  /** Between BEGIN and the end of it. */
  readonly open: boolean
  /** The transaction tells that a day has begun. */
  readonly dayOpens: boolean
}

export type Fate = 'go-on' | 'die' | 'cut-off'

export type Decide = (point: Point) => Fate | Promise<Fate>

/** What a dead process answers with. */
export const killed = Symbol('killed')

const never = <T>(): Promise<T> => new Promise<T>(() => {})

const known = new Map<string, string>()

/** What a statement is to delivery and intake, told from its text. */
function whatIs(sql: string, values: unknown): string {
  if (sql.includes('json_to_recordset($1'))
    return String((values as readonly unknown[] | undefined)?.[0]).includes('"claimed"')
      ? 'hand-over'
      : 'record'
  const before = known.get(sql)
  if (before) return before
  const what = nameOf(sql)
  known.set(sql, what)
  return what
}

function nameOf(sql: string): string {
  if (/^\s*(BEGIN|COMMIT|ROLLBACK)/i.test(sql)) return sql.trim().split(/\s/)[0]?.toLowerCase() ?? 'query'
  if (sql.includes("SET status = 'claimed'")) return 'claim'
  if (sql.includes('INSERT INTO outbox')) return 'queue'
  if (sql.includes('CASE WHEN platform IS NULL')) return 'reap'
  if (sql.includes('INSERT INTO inbox')) return 'inbox'
  if (sql.includes("SET outcome = 'changed'")) return 'effect'
  if (sql.includes("UPDATE inbox SET status = 'done'")) return 'inbox-done'
  if (sql.includes('INSERT INTO job_run AS j')) return 'claim-run'
  if (sql.includes('INSERT INTO notice AS n')) return 'plan'
  return 'query'
}

interface Config {
  readonly text?: string
  readonly values?: readonly unknown[]
}

const questionIn = (args: readonly unknown[]) => {
  const [first, second] = args
  if (typeof first === 'string') return { sql: first, values: second }
  const { text = '', values } = (first ?? {}) as Config
  return { sql: text, values: values ?? second }
}

const connectionLost = () =>
  Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' })

export class SimulatedProcess {
  readonly db: Database
  readonly #decide: Decide
  readonly #discard: () => Promise<void>
  readonly #death: Promise<typeof killed>
  #die: () => void = () => {}
  #dead = false
  /** The next statement finds the database gone. */
  #cut = false
  #broken = false
  #running = 0
  #idle: (() => void)[] = []
  #open = 0
  #dayOpens = false

  readonly #giveBack: () => void

  /** `discard` throws the process's connections away, with what they had open. */
  constructor(
    pool: pg.Pool,
    kind: Database['kind'],
    decide: Decide,
    discard: () => Promise<void>,
    shared?: { readonly asked: Asked; readonly clients: Clients },
  ) {
    this.#decide = decide
    this.#discard = discard
    this.#death = new Promise((resolve) => {
      this.#die = () => resolve(killed)
    })
    const gated = this.#gated(pool)
    if (shared) {
      const client = shared.clients.take(gated)
      this.db = { ...client.db, pool: gated, prisma: remembering(client.db.prisma, shared.asked, this) }
      this.#giveBack = client.giveBack
    } else {
      this.db = withPrisma(gated, { kind, applied: [] }, async () => {})
      this.#giveBack = () => {}
    }
  }

  /** Lets the next process have what this one no longer needs. */
  retire(): void {
    this.#dead = true
    this.#giveBack()
  }

  get dead(): boolean {
    return this.#dead
  }

  /** What `work` gives, or `killed` where the process dies in it; then its connections are gone, too. */
  async run<T>(work: () => Promise<T>): Promise<T | typeof killed> {
    if (this.#dead) return killed
    const end = await Promise.race([work(), this.#death])
    if (end === killed || this.#dead) {
      // A statement that was under way ends in the database, but nobody hears of it.
      while (this.#running > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
      await this.#discard()
      this.#giveBack()
      return killed
    }
    return end
  }

  /** Passes a point; never comes back in a dead process. Throws where the database cannot be reached. */
  async pass(what: string, when: Point['when']): Promise<void> {
    if (this.#cut) {
      this.#cut = false
      throw connectionLost()
    }
    const fate = this.#fateAt(what, when)
    if (fate !== 'go-on' && (await fate) === 'cut-off') throw connectionLost()
  }

  /** At once where nothing happens, as at nearly every point. */
  #fateAt(what: string, when: Point['when']): 'go-on' | Promise<Exclude<Fate, 'die'>> {
    if (this.#dead) return never()
    const fate = this.#decide({ what, when, open: this.#open > 0, dayOpens: this.#dayOpens })
    return fate === 'go-on' ? fate : this.#struck(fate)
  }

  #struck(fate: Fate | Promise<Fate>): Promise<Exclude<Fate, 'die'>> {
    if (typeof fate === 'object') return fate.then((each) => this.#struck(each))
    if (this.#dead) return never()
    if (fate !== 'die') return Promise.resolve(fate)
    // From this very moment: what arrives beside it has nobody any more who is told.
    this.#dead = true
    this.#die()
    return never()
  }

  /** The connection is gone, and not given back yet. */
  get broken(): boolean {
    return this.#broken
  }

  /** The points of a statement that needs no asking; false: the database is gone there, as the next one will find. */
  passes({ what }: Statement): boolean | Promise<boolean> {
    const before = this.#fateAt(what, 'before')
    if (before !== 'go-on') return this.#passesLate(before, what)
    const after = this.#fateAt(what, 'after')
    return after === 'go-on' || this.#passesLate(after)
  }

  async #passesLate(fate: Promise<Exclude<Fate, 'die'>>, then?: string): Promise<boolean> {
    const last = (await fate) === 'cut-off' ? 'cut-off' : then ? await this.#fateAt(then, 'after') : 'go-on'
    if (last === 'cut-off') this.#cut = true
    return last !== 'cut-off'
  }

  async #ask<T>(work: () => Promise<T>): Promise<T> {
    this.#running += 1
    try {
      return await work()
    } finally {
      this.#running -= 1
      if (this.#running === 0) for (const resolve of this.#idle.splice(0)) resolve()
    }
  }

  #gated(pool: pg.Pool): pg.Pool {
    const query = async (...args: unknown[]) => {
      const { sql, values } = questionIn(args)
      const what = whatIs(sql, values)
      asking.getStore()?.push({ what, sql })
      await this.pass(what, 'before')
      const client = await pool.connect()
      if (this.#dead) return never()
      let result: unknown
      try {
        result = await this.#ask(() => (client.query as (...a: unknown[]) => Promise<unknown>)(...args))
      } finally {
        client.release()
      }
      await this.pass(what, 'after')
      return result
    }
    const connect = async () => {
      await this.pass('connect', 'before')
      const client = await pool.connect()
      if (this.#dead) return never<pg.PoolClient>()
      return this.#gatedClient(client)
    }
    return new Proxy(pool, {
      get: (target, name) => {
        if (name === 'query') return query
        if (name === 'connect') return connect
        const value: unknown = Reflect.get(target, name, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }

  #gatedClient(client: pg.PoolClient): pg.PoolClient {
    let broken = false
    let begun = false
    const query = async (...args: unknown[]) => {
      if (broken) throw connectionLost()
      const { sql, values } = questionIn(args)
      const what = whatIs(sql, values)
      asking.getStore()?.push({ what, sql })
      if (what === 'claim-run' && JSON.stringify(values).includes('day-opened')) this.#dayOpens = true
      try {
        await this.pass(what, 'before')
        const result = await this.#ask(() => (client.query as (...a: unknown[]) => Promise<unknown>)(...args))
        if (what === 'begin' && !begun) {
          begun = true
          this.#open += 1
        }
        if (what === 'commit' || what === 'rollback') this.#ended(begun)
        if (what === 'commit' || what === 'rollback') begun = false
        await this.pass(what, 'after')
        return result
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ECONNRESET') {
          broken = true
          this.#broken = true
        }
        throw error
      }
    }
    const release = (error?: Error | boolean) => {
      if (this.#dead) return
      this.#ended(begun)
      begun = false
      this.#broken = false
      if (!broken) return client.release(error)
      // The server notices that the connection is gone, and undoes what it had open.
      const undone = this.#ask(() => client.query('ROLLBACK'))
      undone.then(
        () => client.release(),
        () => client.release(true),
      )
    }
    return new Proxy(client, {
      get: (target, name) => {
        if (name === 'query') return query
        if (name === 'release') return release
        const value: unknown = Reflect.get(target, name, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }

  #ended(begun: boolean): void {
    if (begun) this.#open -= 1
    this.#dayOpens = false
  }
}
