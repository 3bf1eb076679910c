import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../test/support/database.ts'
import { wednesday } from '../../test/support/delivery.ts'
import type { Platform } from '../chat/chat.ts'
import { createPace, prunePace } from './pace.ts'
import { usualRates } from './rates.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(() => truncateAll(db))

const later = (ms: number) => wednesday.add({ milliseconds: Math.round(ms) })
const messages = (count: number, more: { platform?: Platform; user?: string; priority?: number } = {}) =>
  Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    to: { platform: more.platform ?? 'slack', tenant: 'T1', user: more.user ?? `U${index + 1}` },
    priority: more.priority ?? 1,
  }))
const goes = (turns: ReadonlyMap<number, { go: boolean }>) =>
  [...turns.values()].filter(({ go }) => go).length

/** The most that lie within any stretch of so many milliseconds. */
function most(times: readonly number[], stretch: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  let first = 0
  let found = 0
  for (const [index, time] of sorted.entries()) {
    while (time - (sorted[first] ?? 0) >= stretch) first += 1
    found = Math.max(found, index - first + 1)
  }
  return found
}

describe('what the usual rates permit', () => {
  const permitted = (limit: { burst: number; everyMs: number }, stretch: number) =>
    limit.burst + Math.floor((stretch - 1e-6) / limit.everyMs)
  it.each([
    ['slack', 60_000, 400],
    ['teams', 1_000, 50],
  ] as const)(
    'a workspace of %s: never more than %i ms allow, and nearly that',
    (platform, stretch, limit) => {
      const rates = usualRates.get(platform)?.workspace
      if (!rates) throw new Error('no rates')
      expect(permitted(rates, stretch)).toBeLessThanOrEqual(limit)
      expect(stretch / rates.everyMs).toBeGreaterThan(limit * 0.985)
    },
  )
  it.each([
    ['slack', 1_000, 1],
    ['teams', 1_000, 7],
    ['teams', 2_000, 8],
    ['teams', 30_000, 60],
    ['teams', 3_600_000, 1_800],
  ] as const)('a conversation of %s in %i ms: %i', (platform, stretch, limit) => {
    const least = Math.min(
      ...(usualRates.get(platform)?.conversation.map((each) => permitted(each, stretch)) ?? []),
    )
    expect(least).toBeLessThanOrEqual(limit)
  })
})

describe('a workspace', () => {
  it('takes a burst, then one after another, each at its own moment', async () => {
    const pace = createPace(db, usualRates, 1_000)
    const turns = await pace.take(messages(20), wednesday)
    expect(goes(turns)).toBe(11) // five at once, six more in the second ahead
    expect(
      [...turns.values()].map(({ at }) => at.since(wednesday).total('milliseconds')).slice(0, 8),
    ).toEqual([0, 0, 0, 0, 0, 152, 304, 456])
    // What was not given costs nothing: a second later the next may go.
    expect(
      goes(
        await pace.take(
          messages(20, { user: undefined }).map((m) => ({ ...m, to: { ...m.to, user: `V${m.id}` } })),
          later(1_000),
        ),
      ),
    ).toBe(7)
  })

  it('keeps a share for personal messages when a broadcast is under way', async () => {
    const pace = createPace(db, usualRates, 0)
    expect(goes(await pace.take(messages(20, { priority: 3 }), wednesday))).toBe(3)
    const others = messages(20).map((each) => ({ ...each, to: { ...each.to, user: `V${each.id}` } }))
    expect(goes(await pace.take(others, wednesday))).toBe(2)
    const mixed = [...messages(9, { priority: 3 }), ...messages(1).map((m) => ({ ...m, id: 10 }))].map(
      (m) => ({
        ...m,
        to: { ...m.to, user: `W${m.id}` },
      }),
    )
    const turns = await pace.take(mixed, later(152))
    expect([...turns].filter(([, { go }]) => go).map(([id]) => id)).toEqual([10])
  })

  it('costs the conversations nothing of what it does not let go', async () => {
    const pace = createPace(db, usualRates, 0)
    expect(goes(await pace.take(messages(8), wednesday))).toBe(5)
    const rest = messages(8).slice(5)
    expect(goes(await pace.take(rest, later(200)))).toBe(1)
    expect(goes(await pace.take(rest.slice(1), later(500)))).toBe(2)
  })

  it('is closed by a pause for all, then slower, then as before', async () => {
    const pace = createPace(db, usualRates, 1_000)
    const [one] = messages(1)
    if (!one) throw new Error('none')
    await pace.take([one], wednesday)
    await pace.close(one.to, 'workspace', later(30_000), wednesday)
    // Those that were under way with it slow it down no further.
    await pace.close(one.to, 'workspace', later(20_000), later(10))
    const during = await pace.take(messages(2, { user: 'V' }).slice(1), later(1_000))
    expect(during.get(2)).toEqual({ go: false, at: later(30_000) })
    const fresh = (n: string) => messages(40).map((m) => ({ ...m, to: { ...m.to, user: `${n}${m.id}` } }))
    expect(goes(await pace.take(fresh('a'), later(30_000)))).toBe(6) // three at once, and three more, at half the rate
    expect(goes(await pace.take(fresh('b'), later(30_000 + 400_000)))).toBe(11)
    // Another workspace was never concerned.
    const other = fresh('c').map((m) => ({ ...m, to: { ...m.to, tenant: 'T2' } }))
    expect(goes(await pace.take(other, later(2_000)))).toBe(11)
  })

  it('does not stand still for an hour when the clock was set back by one', async () => {
    const pace = createPace(db, usualRates, 0)
    await pace.take(messages(9), wednesday)
    await pace.close({ platform: 'slack', tenant: 'T1', user: 'U1' }, 'workspace', later(60_000), wednesday)
    const back = wednesday.subtract({ hours: 1 })
    expect(
      goes(
        await pace.take(
          messages(5).map((m) => ({ ...m, to: { ...m.to, user: `x${m.id}` } })),
          back,
        ),
      ),
    ).toBeGreaterThan(0)
  })

  it('is one for all processes: whoever asks at the same moment shares it', async () => {
    const asked = await Promise.all(
      ['a', 'b', 'c', 'd'].map((n) =>
        createPace(db, usualRates, 1_000).take(
          messages(10).map((m) => ({ ...m, to: { ...m.to, user: `${n}${m.id}` } })),
          wednesday,
        ),
      ),
    )
    expect(asked.map(goes).reduce((a, b) => a + b)).toBe(11)
    const times = asked.flatMap((turns) =>
      [...turns.values()].filter(({ go }) => go).map(({ at }) => at.epochMilliseconds),
    )
    expect(most(times, 150)).toBe(5)
  })
})

it('a conversation takes one at a time, and the next when it is free', async () => {
  const pace = createPace(db, usualRates, 1_000)
  const turns = await pace.take(messages(2, { user: 'U1' }), wednesday)
  expect(turns.get(1)?.go).toBe(true)
  expect(turns.get(2)).toEqual({ go: false, at: later(1_000) })
  const again = await pace.take(messages(1, { user: 'U1' }), later(400))
  expect(again.get(1)).toEqual({ go: false, at: later(1_000) })
  expect(goes(await pace.take(messages(1, { user: 'U1' }), later(1_000)))).toBe(1)
})

it('platforms without rates are not paced', async () => {
  expect(
    await createPace(db, usualRates, 0).take(messages(3, { platform: 'playground' }), wednesday),
  ).toEqual(new Map())
})

it('never gives more than the platform permits, however it is asked', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('slack', 'teams'),
      fc.array(
        fc.record({
          wait: fc.integer({ min: 0, max: 3_000 }),
          count: fc.integer({ min: 1, max: 60 }),
          priority: fc.constantFrom(1, 3),
          pause: fc.option(fc.integer({ min: 1, max: 2_000 }), { freq: 8 }),
        }),
        { minLength: 1, maxLength: 15 },
      ),
      async (platform, steps) => {
        await truncateAll(db)
        const pace = createPace(db, usualRates, 1_000)
        const given: number[] = []
        let at = 0
        for (const [turn, { wait, count, priority, pause }] of steps.entries()) {
          at += wait
          const to = { platform, tenant: 'T1', user: 'x' }
          if (pause) await pace.close(to, 'workspace', later(at + pause), later(at))
          const asked = messages(count, { platform, priority }).map((m) => ({
            ...m,
            to: { ...m.to, user: `${turn}-${m.id}` },
          }))
          for (const { go, at: when } of (await pace.take(asked, later(at))).values())
            if (go) given.push(when.since(wednesday).total('milliseconds'))
        }
        // A turn is rounded up to whole milliseconds.
        if (platform === 'teams') expect(most(given, 999)).toBeLessThanOrEqual(50)
        else expect(most(given, 59_999)).toBeLessThanOrEqual(400)
      },
    ),
    { numRuns: 25 },
  )
})

it('forgets buckets that are full again', async () => {
  const pace = createPace(db, usualRates, 0)
  await pace.take(messages(3), wednesday)
  expect(await prunePace(db, later(60_000))).toBe(0)
  expect(await prunePace(db, later(2 * 3_600_000))).toBe(4)
})
