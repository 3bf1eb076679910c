import type pg from 'pg'

/**
 * Prisma asks for the relations of a row side by side, in a transaction on one client. node-postgres sends such
 * questions one after the other anyway, but warns of it on the operator's screen and will refuse it one day: here each
 * waits for the one before. Calls with a callback are the pool's own, which come one at a time.
 */
export function inTurn(client: pg.Client): void {
  const ask = client.query.bind(client) as (...args: unknown[]) => unknown
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()
  const query = (...args: unknown[]): unknown => {
    if (args.some((each) => typeof each === 'function')) return ask(...args)
    const answer = waiting === 0 ? ask(...args) : last.then(() => ask(...args))
    if (!(answer instanceof Promise)) return answer
    const done = () => {
      waiting -= 1
    }
    waiting += 1
    last = answer.then(done, done)
    return answer
  }
  client.query = query as typeof client.query
}
