import { describe, expect, it } from 'vitest'
import { organisation } from '../../../directory/organisation.ts'
import { noCounts } from './state-words.ts'
import { nodeAt } from './tree.ts'

const sections = [
  [1, null, '市役所'],
  [2, 1, '総務部'],
  [3, 2, '総務課'],
  [4, 2, '税務課'],
  [5, 1, '消防本部'],
  [6, 5, '警防課'],
].map(([id, parentId, name]) => ({ id, parentId, name, code: `${id}` })) as never
const org = organisation({ on: Temporal.PlainDate.from('2027-05-01'), sections, posts: [], routes: [] })
const people = (total: number) => ({ ...noCounts, total, held: 1 })
const counts = new Map([
  [2, people(1)],
  [3, people(10)],
  [4, people(20)],
  [6, people(5)],
  [null, people(2)],
])
const names = (at: ReturnType<typeof nodeAt>) =>
  at?.branches.map(
    ({ section, direct, counts: { total } }) => `${section?.name}${direct ? '(直属)' : ''} ${total}`,
  )

describe('the tree of HR’s board', () => {
  it('adds up what lies below, and lists people without a section for the whole city alone', () => {
    expect(names(nodeAt(org, 'all', counts, null))).toEqual(['市役所 36', 'undefined(直属) 2'])
    expect(nodeAt(org, 'all', counts, null)?.counts.total).toBe(38)
    expect(names(nodeAt(org, 'all', counts, 2))).toEqual(['総務課 10', '税務課 20', '総務部(直属) 1'])
  })
  it('begins where the tree divides', () => {
    const placed = new Map([...counts].filter(([id]) => id !== null))
    const top = nodeAt(org, 'all', placed, null)
    expect(names(top)).toEqual(['総務部 31', '消防本部 5'])
    expect(top?.parent).toBeUndefined()
    expect(nodeAt(org, 'all', placed, 2)?.parent).toBeNull()
    expect(nodeAt(org, 'all', placed, 3)?.parent?.name).toBe('総務部')
  })
  it('ends at a leaf with people to list', () => {
    expect(nodeAt(org, 'all', counts, 3)?.branches).toEqual([])
  })
  it('is cut to the reach: neither what is above nor what is beside', () => {
    const part = new Set([5, 6])
    expect(nodeAt(org, part, counts, null)?.section?.name).toBe('消防本部')
    expect(names(nodeAt(org, part, counts, null))).toEqual(['警防課 5'])
    expect(nodeAt(org, part, counts, null)?.counts.total).toBe(5)
    for (const id of [1, 2, 3, 99]) expect(nodeAt(org, part, counts, id)).toBeUndefined()
  })
  it('survives a loop in the tree', () => {
    const loop = [
      { id: 1, parentId: 2, name: 'a', code: '1' },
      { id: 2, parentId: 1, name: 'b', code: '2' },
    ]
    const odd = organisation({ on: org.on, sections: loop, posts: [], routes: [] })
    expect(nodeAt(odd, 'all', new Map([[1, people(3)]]), null)?.branches).toEqual([])
    expect(nodeAt(odd, 'all', new Map([[1, people(3)]]), 1)?.counts.total).toBe(3)
  })
})
