// A database in which all that is done, transactions and all, is undone afterwards: everything goes over one connection,
// inside a transaction that is never committed. What is committed meanwhile is a savepoint.
import type pg from 'pg'
import { type Database, withPrisma } from '../../src/db/open.ts'

export interface Undone {
  readonly db: Database
  /** What `work` does to it is gone again. One after the other. */
  run<T>(work: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

type Query = (...args: unknown[]) => Promise<unknown>

const within = new Map([
  ['BEGIN', 'SAVEPOINT work'],
  ['COMMIT', 'RELEASE SAVEPOINT work'],
  ['ROLLBACK', 'ROLLBACK TO SAVEPOINT work'],
])

/** Holds a connection of `db` until it is closed: on the embedded database nobody else gets in meanwhile. */
export async function undoing(db: Database): Promise<Undone> {
  const held = await db.pool.connect()
  const ask = held.query.bind(held) as Query
  const query: Query = (first, ...rest) => {
    const text = typeof first === 'string' ? first : (first as { text?: string } | undefined)?.text
    const instead = within.get(text?.trim().toUpperCase() ?? '')
    return instead === undefined ? ask(first, ...rest) : ask(instead)
  }
  const client = new Proxy(held, {
    get: (target, name) => {
      if (name === 'query') return query
      if (name === 'release') return () => {}
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  /** One transaction at a time, as on the embedded database. */
  let turn: Promise<unknown> = Promise.resolve()
  const connect = () => {
    const { promise: over, resolve } = Promise.withResolvers<void>()
    const mine = turn.then(
      () =>
        new Proxy(client, {
          get: (target, name) => (name === 'release' ? resolve : Reflect.get(target, name, target)),
        }),
    )
    turn = over
    return mine
  }
  const pool = new Proxy(db.pool, {
    get: (target, name) => {
      if (name === 'query')
        return async (...args: unknown[]) => {
          const each = (await connect()) as pg.PoolClient
          try {
            return await (each.query as unknown as Query)(...args)
          } finally {
            each.release()
          }
        }
      if (name === 'connect') return connect
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const inner = withPrisma(pool, { kind: db.kind, applied: [] }, async () => {})
  return {
    db: inner,
    async run(work) {
      await ask('BEGIN')
      try {
        return await work()
      } finally {
        await ask('ROLLBACK')
      }
    },
    async close() {
      await inner.close()
      held.release()
    },
  }
}
