import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StaffList } from './listed.ts'
import { continuity, likeness, reorganisation } from './mapping.ts'
import type { Standing } from './standing.ts'

const name = fc
  .tuple(
    fc.stringMatching(/^[人事税務総市民福祉健康道路建設]{1,6}$/u),
    fc.constantFrom('課', '係', '室', '部', ''),
  )
  .map(([stem, kind]) => stem + kind)

describe('how alike two names are', () => {
  test('is symmetric, between 0 and 1, and 1 for the same name alone', () => {
    fc.assert(
      fc.property(name, name, (a, b) => {
        const alike = likeness(a, b)
        expect(alike).toBe(likeness(b, a))
        expect(alike).toBeGreaterThanOrEqual(0)
        expect(alike).toBeLessThanOrEqual(1)
        expect(alike === 1).toBe(a === b)
      }),
    )
  })

  test.each([
    ['人事課', '人事係', 0.95, 0.95],
    ['福祉課', '福祉 課', 0.95, 0.95],
    ['市民課', '市民税課', 0.6, 0.9],
    ['人事課', '人事給与課', 0.6, 0.9],
    ['職員課', '人事課', 0, 0],
    ['健康福祉課', '福祉健康課', 0.3, 0.9],
  ])('%s and %s', (a, b, least, most) => {
    expect(likeness(a, b)).toBeGreaterThanOrEqual(least)
    expect(likeness(a, b)).toBeLessThanOrEqual(most)
  })
})

/** [code, name, the numbers of its people] */
type Section = readonly [string, string, readonly number[]]

const standing = (sections: readonly Section[]): Pick<Standing, 'sections' | 'posts' | 'people'> => ({
  sections: sections.map(([code, called], id) => ({
    id,
    from: '2020-04-01',
    to: null,
    value: { code, name: called, parentId: null, calendarId: null },
  })),
  people: sections
    .flatMap(([, , people]) => people)
    .map((id) => ({
      id,
      number: `${id}`,
      name: '',
      kana: '',
      email: null,
      kindCode: null,
      kindName: null,
      hiredOn: null,
      leftOn: null,
    })),
  posts: new Map(
    sections.flatMap(([sectionCode, , people]) =>
      people.map((id) => [
        id,
        [
          {
            id,
            from: '2020-04-01',
            to: null,
            value: { sectionCode, title: '', rank: null, main: true, acting: false },
          },
        ],
      ]),
    ),
  ),
})
const list = (sections: readonly Section[]): StaffList => ({
  sections: sections.map(([code, called]) => ({ code, name: called })),
  people: sections.flatMap(([sectionCode, , people]) =>
    people.map((id) => ({
      row: id,
      number: `${id}`,
      name: '',
      kana: null,
      email: null,
      kind: null,
      hiredOn: null,
      posts: [{ sectionCode, title: null, main: true, acting: false }],
      routes: {},
    })),
  ),
})
const proposed = (before: readonly Section[], after: readonly Section[]) =>
  reorganisation(standing(before), list(after), '2027-04-01').proposals.map(({ from, to }) => [from, to])

describe('what goes on as what', () => {
  test('every section under another code, even one that another had, is found by its name', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 1, maxLength: 12 }),
        fc.infiniteStream(fc.nat()),
        (names, numbers) => {
          const codes = names.map((_, at) => `01${`${at}`.padStart(2, '0')}`)
          const shuffled = codes
            .map((code) => [numbers.next().value ?? 0, code] as const)
            .toSorted((a, b) => a[0] - b[0])
            .map(([, code]) => code)
          const before = names.map((each, at): Section => [codes[at] ?? '', each, []])
          const after = names.map((each, at): Section => [shuffled[at] ?? '', each, []])
          const expected = codes.flatMap((code, at) => (shuffled[at] === code ? [] : [[code, shuffled[at]]]))
          expect(proposed(before, after)).toEqual(expected)
        },
      ),
    )
  })

  test('people say what names do not, and who joins another section joins it', () => {
    const before: readonly Section[] = [
      ['0101', '職員課', [1, 2, 3]],
      ['0102', '会計課', [4]],
      ['0103', '道路課', [5]],
    ]
    const after: readonly Section[] = [
      ['0201', '人事課', [1, 2, 3, 4]],
      ['0202', '福祉課', []],
    ]
    expect(proposed(before, after)).toEqual([
      ['0101', '0201'],
      ['0102', '0201'],
    ])
  })

  test('a list that leaves sections be proposes nothing; neither does another name under the same code', () => {
    const before: readonly Section[] = [
      ['0101', '職員課', [1]],
      ['0102', '税務課', [2]],
    ]
    expect(proposed(before, before)).toEqual([])
    expect(
      proposed(before, [
        ['0101', '人事課', [1]],
        ['0102', '税務課', [2]],
      ]),
    ).toEqual([])
  })

  test('a mapping made ready says the heir, its predecessors, and who has stayed', () => {
    const next = continuity([
      { from: 'a', to: 'b' },
      { from: 'a', to: 'c' },
      { from: 'x', to: 'b' },
      { from: 'y', to: 'y' },
    ])
    expect(['a', 'x', 'y', 'z'].map(next.heir)).toEqual(['b', 'b', 'y', 'z'])
    expect(next.predecessors('b')).toEqual(['a', 'x'])
    expect(next.predecessors('y')).toEqual([])
    expect([next.stayed('b', 'c'), next.stayed('c', 'b'), next.stayed('z', 'z')]).toEqual([true, false, true])
  })
})
