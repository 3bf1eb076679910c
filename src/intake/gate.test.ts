import { expect, test } from 'vitest'
import { createGate } from './gate.ts'

test('so many at once and no more; who is waited for goes first; a failure gives its place back', async () => {
  const gate = createGate(2)
  const order: string[] = []
  let inside = 0
  let most = 0
  const work = (name: string) => async () => {
    inside += 1
    most = Math.max(most, inside)
    order.push(name)
    await new Promise((resolve) => setTimeout(resolve, 1))
    inside -= 1
    if (name === 'b') throw new Error('failed')
    return name
  }
  const ends = await Promise.allSettled([
    gate.pass(false, work('a')),
    gate.pass(false, work('b')),
    gate.pass(false, work('c')),
    gate.pass(true, work('d')),
    gate.pass(false, work('e')),
  ])
  expect(order).toEqual(['a', 'b', 'd', 'c', 'e'])
  expect(most).toBe(2)
  expect(ends.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ])
  expect(await gate.pass(false, async () => 'again')).toBe('again')
})
