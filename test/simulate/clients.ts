// Prisma's clients, handed on from process to process: what one has compiled, the next one need not compile again.
import pg from 'pg'
import { type Database, withPrisma } from '../../src/db/open.ts'

interface Client {
  readonly db: Database
  /** Its process is gone: the next one may have it. What the dead one still asks of it goes nowhere (asked.ts). */
  readonly giveBack: () => void
}

export class Clients {
  readonly #free: { readonly db: Database; use(pool: pg.Pool): void }[] = []

  #make() {
    let pool = new pg.Pool()
    // Prisma asks whether it is given a pool; this one stands for that of whoever has the client.
    const standing = new Proxy(new pg.Pool(), { get: (_, name) => Reflect.get(pool, name) as unknown })
    const db = withPrisma(standing, { kind: 'embedded', applied: [] }, async () => {})
    const use = (other: pg.Pool) => {
      pool = other
    }
    return { db, use }
  }

  /** A client over this pool, which nobody else has meanwhile. */
  take(pool: pg.Pool): Client {
    const client = this.#free.pop() ?? this.#make()
    client.use(pool)
    let back = false
    const giveBack = () => {
      if (!back) this.#free.push(client)
      back = true
    }
    return { db: client.db, giveBack }
  }
}
