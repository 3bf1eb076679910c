import type pg from 'pg'
import { describe, expect, test, vi } from 'vitest'
import { naming, prepare } from './prepared.ts'

/** A connection that keeps what it was asked. */
function connection(answer: () => unknown = () => Promise.resolve({ rows: [] })) {
  const asked: unknown[][] = []
  const client = {
    query: (...args: unknown[]) => {
      asked.push(args)
      return answer()
    },
  }
  return { client: client as unknown as pg.Client, asked }
}
const names = (asked: unknown[][]) => asked.map(([first]) => (first as { name?: string }).name)

describe('a statement', () => {
  test('gets a name when it has been asked a few times, the same on every connection', async () => {
    const shared = naming()
    const [one, other] = [connection(), connection()]
    for (const { client } of [one, other]) prepare(client, shared)
    for (let time = 0; time < 4; time += 1) {
      await one.client.query({ text: 'SELECT $1', values: [time] })
      await other.client.query('SELECT $1', [time])
    }
    const [first, ...rest] = names(one.asked)
    expect([first, new Set(rest).size, rest.at(-1)]).toEqual([
      undefined,
      1,
      expect.stringMatching(/^[\w-]{20}$/),
    ])
    expect(other.asked.at(-1)).toEqual([{ text: 'SELECT $1', values: [3], name: rest.at(-1) }])
  })

  test('keeps its callback, its own name, and whatever else it came with', () => {
    const { client, asked } = connection()
    prepare(client, { nameOf: () => 'n', forget: () => {} })
    const callback = vi.fn()
    void client.query('SELECT $1', [1], callback)
    void client.query({ text: 'SELECT $1', values: [1], rowMode: 'array' }, callback as never)
    void client.query({ text: 'SELECT $1', values: [1], name: 'own' })
    expect(asked).toEqual([
      [{ text: 'SELECT $1', values: [1], name: 'n' }, callback],
      [{ text: 'SELECT $1', values: [1], rowMode: 'array', name: 'n' }, callback],
      [{ text: 'SELECT $1', values: [1], name: 'own' }, undefined],
    ])
  })

  test('without values, as those that open and end transactions are, is asked as it is', () => {
    const { client, asked } = connection()
    prepare(client, { nameOf: () => 'n', forget: () => {} })
    void client.query('BEGIN')
    void client.query({ text: 'COMMIT', values: [] })
    expect(names(asked)).toEqual([undefined, undefined])
  })

  test('whose columns have changed since is planned anew from then on', async () => {
    const shared = naming()
    const changed = Object.assign(new Error('cached plan must not change result type'), { code: '0A000' })
    const { client, asked } = connection(() =>
      asked.length === 3 ? Promise.reject(changed) : Promise.resolve(),
    )
    prepare(client, shared)
    const ask = () => client.query({ text: 'SELECT * FROM t WHERE id = $1', values: [1] })
    await ask()
    await ask()
    await expect(ask()).rejects.toBe(changed)
    await ask()
    expect(names(asked).map((name) => name !== undefined)).toEqual([false, false, true, false])
  })
})

test('there are only so many names, however many statements', () => {
  const { nameOf } = naming()
  const named = new Set<string>()
  for (let at = 0; at < 5_000; at += 1)
    for (let time = 0; time < 3; time += 1) {
      const name = nameOf(`SELECT ${at}`)
      if (name) named.add(name)
    }
  expect(named.size).toBe(400)
})
