import fc from 'fast-check'
import { expect, test } from 'vitest'
import { together } from './together.ts'

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
    for (let tick = 0; tick < 10; tick += 1) await Promise.resolve()
  }
  return { groups, write, turn }
}

test('what comes while a write is under way goes in the next one, and each gets its own result', async () => {
  const { groups, write, turn } = disk()
  const put = together({ write })
  const ends = [1, 2, 3].map((item) => put(item))
  expect(groups).toEqual([[1]])
  await turn()
  expect(groups).toEqual([[1], [2, 3]])
  const late = put(4)
  await turn()
  await turn()
  expect(await Promise.all([...ends, late])).toEqual([2, 4, 6, 8])
  const alone = put(5)
  expect(groups.at(-1)).toEqual([5])
  await turn()
  expect(await alone).toBe(10)
})

test('nobody is told of success before the write that it went with has ended', async () => {
  const { write, turn } = disk()
  const put = together({ write })
  const told: number[] = []
  for (const item of [1, 2]) void put(item).then((result) => told.push(result))
  await Promise.resolve()
  expect(told).toEqual([])
  await turn()
  expect(told).toEqual([2])
  await turn()
  expect(told).toEqual([2, 4])
})

test('a failure is told to those who went together, and to nobody else', async () => {
  const { write, turn } = disk()
  const put = together({ write })
  const ends = Promise.allSettled([1, 13, 3].map((item) => put(item)))
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
