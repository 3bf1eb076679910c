// Statements that come again and again are planned once for each connection and asked by name from then on: on a server
// that is most of what a short question costs.
import { createHash } from 'node:crypto'
import type pg from 'pg'

/** Each takes the server some kilobytes a connection; lists of different lengths make ever new ones. */
const most = 400
/** Asked so often before it gets a name. */
const often = 3

/** The name under which a statement is known to all connections of a pool, once it is asked often enough. */
export function naming(): { nameOf(sql: string): string | undefined; forget(sql: string): void } {
  const names = new Map<string, string>()
  const asked = new Map<string, number>()
  return {
    nameOf(sql) {
      const known = names.get(sql)
      if (known !== undefined || names.size >= most) return known === '' ? undefined : known
      const times = (asked.get(sql) ?? 0) + 1
      if (times < often) {
        if (asked.size >= most * often) asked.clear()
        asked.set(sql, times)
        return undefined
      }
      asked.delete(sql)
      const name = createHash('sha256').update(sql).digest('base64url').slice(0, 20)
      names.set(sql, name)
      return name
    },
    forget: (sql) => {
      if (names.has(sql)) names.set(sql, '')
    },
  }
}

type Config = pg.QueryConfig & { name?: string }

/** Lets a client ask by name what is asked often. Statements without values stay as they are. */
export function prepare(client: pg.Client, names: ReturnType<typeof naming>): void {
  const ask = client.query.bind(client) as (...args: unknown[]) => unknown
  const query = (first: unknown, second: unknown, ...rest: unknown[]): unknown => {
    const whole = typeof first === 'string' && Array.isArray(second) ? { text: first, values: second } : first
    const { text, values, name } = (
      typeof whole === 'object' && whole !== null ? whole : {}
    ) as Partial<Config>
    if (!text || !values || values.length === 0 || name) return ask(first, second, ...rest)
    const named = names.nameOf(text)
    if (!named) return ask(first, second, ...rest)
    const others = whole === first ? [second, ...rest] : rest
    const answer = ask({ ...(whole as Config), name: named }, ...others)
    // After a migration by a newer process its columns may have changed: it is planned anew each time from then on.
    if (answer instanceof Promise)
      answer.catch((error: unknown) => {
        if ((error as { code?: unknown }).code === '0A000') names.forget(text)
      })
    return answer
  }
  client.query = query as typeof client.query
}
