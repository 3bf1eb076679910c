import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectLegal, hostileText } from '../../../../test/support/legal.ts'
import { organisation, type PostRow, type RouteRow } from '../../../directory/organisation.ts'
import { findGaps, type Gap, gapName, headsOf } from './find.ts'
import { gapsCard, gapsForm } from './views.ts'

const [city, dept, citizens, desk] = [1, 2, 3, 4]
const sections = [
  { id: city, code: '01', name: '市役所', parentId: null },
  { id: dept, code: '0101', name: '市民部', parentId: city },
  { id: citizens, code: '010101', name: '市民課', parentId: dept },
  { id: desk, code: '01010101', name: '窓口係', parentId: citizens },
]
const [mayor, director, chief, deputy, taro, hanako, jiro] = [10, 11, 12, 13, 14, 15, 16]
const post = (personId: number, sectionId: number, title: string, rank: number, more = {}): PostRow => ({
  id: personId * 10 + sectionId,
  personId,
  sectionId,
  title,
  gradeRank: rank,
  main: true,
  acting: false,
  ...more,
})
const posts = [
  post(director, dept, '部長', 7),
  post(chief, citizens, '課長', 6),
  post(deputy, citizens, '課長補佐', 5),
  post(taro, citizens, '主事', 1),
  post(hanako, desk, '主事', 1),
]
const people = [director, chief, deputy, taro, hanako]
const route = (
  subject: { person: number } | { section: number },
  evaluatorId: number,
  role: RouteRow['role'] = 'first',
): RouteRow => ({
  role,
  subjectPersonId: 'person' in subject ? subject.person : null,
  subjectSectionId: 'section' in subject ? subject.section : null,
  evaluatorId,
})
const world = (
  routes: readonly RouteRow[],
  { with: more = [], left = [] }: { with?: readonly PostRow[]; left?: readonly number[] } = {},
) => ({
  org: organisation({
    on: Temporal.PlainDate.from('2027-05-10'),
    sections,
    posts: [...posts, ...more],
    routes,
  }),
  personIds: [...people, ...more.map(({ personId }) => personId)],
  left: new Set(left),
})
const said = (...args: Parameters<typeof findGaps>) =>
  findGaps(...args).map((gap) => [gapName(gap), gap.personIds, gap.proposed])

describe('who lacks an evaluator', () => {
  test('a section at a time, with its head proposed, and for the head the next one above', () => {
    expect(said(world([]), 'first')).toEqual([
      [`p${director}`, [director], null],
      [`s${citizens}`, [deputy, taro], chief],
      [`p${chief}`, [chief], director],
      [`s${desk}`, [hanako], chief],
    ])
    // The second evaluator stands above the first, who is proposed at the same time.
    expect(said(world([]), 'second')).toContainEqual([`s${citizens}`, [deputy, taro], director])
  })

  test('whoever has one, by themselves or by any section above, lacks none', () => {
    expect(
      said(world([route({ section: dept }, chief), route({ person: director }, chief)]), 'first'),
    ).toEqual([[`p${chief}`, [chief], director]])
  })

  test('an evaluator who has left is none', () => {
    expect(said(world([route({ person: taro }, jiro)], { left: [jiro] }), 'first')).toContainEqual([
      `s${citizens}`,
      [deputy, taro],
      chief,
    ])
  })
})

test('the head has the title of one, not of a deputy; an own post goes before an acting one', () => {
  const acting = post(mayor, citizens, '市民課長事務取扱', 7, { main: false, acting: true })
  expect(headsOf(world([])).get(citizens)).toBe(chief)
  expect(headsOf(world([], { with: [acting] })).get(citizens)).toBe(mayor)
  const sameRank = { ...acting, gradeRank: 6 }
  expect(headsOf(world([], { with: [sameRank] })).get(citizens)).toBe(chief)
  for (const title of ['課長補佐', '副部長', '部次長', '係長', '主任', '副所長', ''])
    expect(headsOf(world([], { with: [post(jiro, desk, title, 9)] })).get(desk), title).toBeUndefined()
  for (const title of [
    '副市長',
    '市長',
    '所長',
    '園長',
    '室長',
    '図書館長',
    '給食センター長',
    '課長（事務取扱）',
  ])
    expect(headsOf(world([], { with: [post(jiro, desk, title, 3)] })).get(desk), title).toBe(jiro)
})

test('the card and the form are legal on both platforms, whatever sections and people are called', () => {
  fc.assert(
    fc.property(hostileText, fc.integer({ min: 1, max: 60 }), (text, count) => {
      const gaps = Array.from({ length: count }, (_, n): Gap => {
        const kind = n % 2 === 0 ? 'section' : 'person'
        return { kind, sectionId: n + 1, personIds: [n + 1, n + 2], proposed: n % 3 === 0 ? n + 1 : null }
      })
      const person = { number: '1', name: text, language: 'ja' as const, title: text, sectionId: 1 }
      const known = new Map(Array.from({ length: count + 2 }, (_, id) => [id, { ...person, id }]))
      const org = { section: (id: number) => ({ id, code: '1', name: text, parentId: null }) }
      const all = {
        first: gaps,
        second: [],
        adjuster: gaps,
        decider: gaps,
        unused: new Set(['decider'] as const),
      }
      for (const language of ['ja', 'en'] as const) {
        expectLegal(gapsCard(all, org, language, text))
        expectLegal(gapsForm('first', gaps, org, known, language))
      }
    }),
    { numRuns: 30 },
  )
})
