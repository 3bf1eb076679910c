import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { together } from './together.ts'

/** What has arrived by now goes. */
const heard = async () => {
  await setImmediate()
  await setImmediate()
}

/** A disk that is asked to write when told to. */
function disk() {
  const groups: number[][] = []
  const turns: (() => void)[] = []
  const write = async (items: readonly number[]) => {
    groups.push([...items])
    await new Promise<void>((turn) => turns.push(turn))
    if (items.includes(13)) throw new Error('unlucky')
    return items.map((item) => item * 2)
  }
  const turn = async () => {
    turns.shift()?.()
    await heard()
  }
  return { groups, write, turn }
}

test('what comes while a write is under way goes in the next one, and each gets its own result', async () => {
  const { groups, write, turn } = disk()
  const put = together({ write })
  const ends = [put(1)]
  await heard()
  ends.push(put(2), put(3))
  expect(groups).toEqual([[1]])
  await turn()
  expect(groups).toEqual([[1], [2, 3]])
  ends.push(put(4))
  await turn()
  await turn()
  expect(await Promise.all(ends)).toEqual([2, 4, 6, 8])
  const alone = put(5)
  await heard()
  expect(groups.at(-1)).toEqual([5])
  await turn()
  expect(await alone).toBe(10)
})

test('what comes at once goes at once', async () => {
  const { groups, write, turn } = disk()
  const put = together({ write })
  const ends = [1, 2, 3].map((item) => put(item))
  await heard()
  expect(groups).toEqual([[1, 2, 3]])
  await turn()
  expect(await Promise.all(ends)).toEqual([2, 4, 6])
})

test('nobody is told of success before the write that it went with has ended', async () => {
  const { write, turn } = disk()
  const put = together({ write })
  const told: number[] = []
  void put(1).then((result) => told.push(result))
  await heard()
  void put(2).then((result) => told.push(result))
  await heard()
  expect(told).toEqual([])
  await turn()
  expect(told).toEqual([2])
  await turn()
  expect(told).toEqual([2, 4])
})

test('a failure is told to those who went together, and to nobody else', async () => {
  const { write, turn } = disk()
  const put = together({ write })
  const first = put(1)
  await heard()
  const ends = Promise.allSettled([first, put(13), put(3)])
  await turn()
  const after = put(4)
  await turn()
  await turn()
  expect((await ends).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
  expect(await after).toBe(8)
})

test('what is heavy goes alone, in its turn, and nothing is left behind', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(2 * 1024 * 1024), { maxLength: 300 }), async (weights) => {
      const groups: number[][] = []
      const put = together<number, number>({
        write: async (items) => {
          groups.push([...items])
          return items.map((item) => item + 1)
        },
        weigh: (item) => item,
      })
      expect(await Promise.all(weights.map((each) => put(each)))).toEqual(weights.map((each) => each + 1))
      expect(groups.flat()).toEqual(weights)
      for (const group of groups) {
        expect(group.length).toBeLessThanOrEqual(200)
        if (group.length > 1)
          expect(group.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(1024 * 1024)
      }
    }),
    { numRuns: 50 },
  )
})
