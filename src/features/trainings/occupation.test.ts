// A training officer of one occupation (the nursing office for nurses): what they plan, whom they nominate, what they see.
import readExcelFile from 'read-excel-file/node'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { loadActor } from '../../../test/support/actor.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../test/support/database.ts'
import { buttonsOf, desk, grant, words } from '../../../test/support/interview-city.ts'
import { addPerson, at, day, testCore } from '../../../test/support/small-city.ts'
import { addCourse, type TrainingCity, trainingCity } from '../../../test/support/training-city.ts'
import { toDbDate } from '../../db/time.ts'
import { organisation } from '../../directory/organisation.ts'
import { isReached, ownPart, runs, runsCourse } from './access.ts'
import { trainings } from './index.ts'

let db: TestDatabase
let city: TrainingCity
let hall: ReturnType<typeof desk>
let head: number
let nurse: number
let otherNurse: number

beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(async () => {
  await truncateAll(db)
  city = await trainingCity(db)
  head = await addPerson(db.prisma, '看護 部長', city.section, { title: '看護部長' })
  nurse = await addPerson(db.prisma, '白井 一子', city.section, { title: '看護師' })
  otherNurse = await addPerson(db.prisma, '白川 二子', city.other, { title: '主任看護師' })
  await db.prisma.roleGrant.create({
    data: {
      personId: head,
      role: 'training',
      occupation: '看護師',
      validFrom: toDbDate(day('2020-04-01')),
    },
  })
  const { core } = testCore(db)
  hall = desk(core, db, trainings(core))
})

const form = {
  code: 'N-1',
  name: '感染管理研修',
  kind: 'specialist',
  opensOn: '2027-05-06',
  closesOn: '2027-05-28',
  deadline: '2027-09-30',
  selection: 'first_come',
  options: ['mandatory'],
  minutes: '60',
}
const last = () => db.prisma.course.findFirstOrThrow({ orderBy: { id: 'desc' } })
const data = async () => {
  const { id, version } = await last()
  return { course: id, version }
}

describe('who runs what', () => {
  const org = organisation({
    on: day('2027-05-10'),
    sections: [
      { id: 1, code: '1', name: '病院', parentId: null },
      { id: 2, code: '2', name: '外科', parentId: 1 },
    ],
    posts: [],
    routes: [],
  })
  const actor = (occupation?: string, sectionId: number | null = null) => ({
    grants: [{ role: 'training', sectionId, ...(occupation && { occupation }) } as const],
  })
  const nursing = { sectionId: null, occupation: '看護師' }

  test('an occupation is run by whoever has it or a wider one, in whatever width it is written', () => {
    expect(runsCourse(runs(actor(), org), nursing)).toBe(true)
    expect(runsCourse(runs(actor('看護'), org), nursing)).toBe(true)
    expect(runsCourse(runs(actor('看護師'), org), { ...nursing, occupation: '看護' })).toBe(false)
    expect(runsCourse(runs(actor('保健師'), org), nursing)).toBe(false)
    expect(runsCourse(runs(actor('ＩＴ'), org), { ...nursing, occupation: 'it' })).toBe(true)
    // What is for everybody is not run by one occupation.
    expect(runsCourse(runs(actor('看護師'), org), { sectionId: null, occupation: null })).toBe(false)
    // A part of the tree and an occupation: both.
    expect(runsCourse(runs(actor('看護師', 2), org), nursing)).toBe(false)
    expect(runsCourse(runs(actor('看護師', 1), org), { ...nursing, sectionId: 2 })).toBe(true)
    expect(runsCourse(runs({ grants: [] }, org), nursing)).toBe(false)
  })

  test('a new course belongs to the widest part of its maker', () => {
    expect(ownPart(actor('看護師', 2))).toEqual({ sectionId: 2, occupation: '看護師' })
    expect(ownPart({ grants: [...actor('看護師', 2).grants, ...actor().grants] })).toEqual({
      sectionId: null,
      occupation: null,
    })
    expect(isReached({ sectionId: null, occupation: null }, 1, org)).toBe(false)
  })
})

describe('their plan', () => {
  test('is their occupation’s: for nobody else, whatever the target says, and seen by nobody else’s officer', async () => {
    await addCourse(db.prisma, { code: 'ALL', name: '防災研修' })
    await hall.submit(head, 'trainings.course-save', { year: 2027 }, form)
    expect(await last()).toMatchObject({ sectionId: null, occupation: '看護師' })
    const list = words(await hall.say(head, 'trainings.plan'))
    expect(list).toContain('感染管理研修')
    expect(list).not.toContain('防災研修')
    expect(words(await hall.say(city.hr, 'trainings.plan'))).toContain('感染管理研修')
    await expect(
      hall.click(head, 'trainings.plan-course', { course: (await last()).id - 1 }),
    ).rejects.toMatchObject({ kind: 'not-found' })

    // Everybody, and a person of another occupation by number: only nurses are nominated, told and let in.
    await hall.submit(head, 'trainings.target', await data(), {})
    const { course } = await data()
    const seen = await hall.submit(head, 'trainings.nomination', await data(), { clauses: ['all'] })
    expect(words(seen)).toContain('職名に「看護師」を含む方だけ')
    const proposed = await db.prisma.nomination.findMany({ orderBy: { personId: 'asc' } })
    expect(proposed.map(({ personId }) => personId)).toEqual([nurse, otherNurse])
    await db.prisma.course.update({ where: { id: course }, data: { status: 'published' } })
    await expect(hall.click(city.staff[0] ?? 0, 'trainings.course', { course })).rejects.toMatchObject({
      kind: 'not-found',
    })
    expect(words(await hall.click(nurse, 'trainings.course', { course }))).toContain('感染管理研修')
  })

  test('gives nobody else a seat, and the reason is said', async () => {
    const made = await addCourse(db.prisma, { code: 'N-2', capacities: [3] })
    await db.prisma.course.update({ where: { id: made.id }, data: { occupation: '看護師' } })
    const values = (person: number) => ({ person: String(person), session: String(made.sessions[0]) })
    const refused = await hall.submit(
      head,
      'trainings.enrol',
      { course: made.id },
      values(city.staff[0] ?? 0),
    )
    expect(refused.errors.person).toContain('職種を対象としていません')
    expect(
      words(await hall.submit(head, 'trainings.enrol', { course: made.id }, values(otherNurse))),
    ).toContain('白川 二子')
    expect(await db.prisma.signUp.count()).toBe(1)
  })

  test('from a list as well; another’s course in it is left alone', async () => {
    await addCourse(db.prisma, { code: 'K-9', name: '防災研修' })
    const csv = [
      '研修番号,研修名,種別,対象,受付開始,受付終了,開催日,時間,定員',
      'K-9,乗っ取り,専門,全職員,2027/05/06,2027/05/28,2027/06/10,13:30〜16:00,10',
      'N-3,輸液ポンプ研修,専門,全職員,2027/05/06,2027/05/28,2027/06/11,13:30〜16:00,10',
    ].join('\r\n')
    const file = hall.feature.files?.find((each) => each.takes('計画.csv', new TextEncoder().encode(csv)))
    const seen = await hall.give(head, file, '計画.csv', new TextEncoder().encode(csv))
    const [apply] = buttonsOf(seen.card, 'trainings.import-apply')
    await hall.click(head, 'trainings.import-apply', apply ?? {})
    const courses = await db.prisma.course.findMany({ orderBy: { code: 'asc' } })
    expect(courses.map(({ code, name, occupation }) => [code, name, occupation])).toEqual([
      ['K-9', '防災研修', null],
      ['N-3', '輸液ポンプ研修', '看護師'],
    ])
  })
})

test('their figures and their matrix are of their trainings and their people; HR’s of a part stay HR’s', async () => {
  const nursing = await addCourse(db.prisma, { code: 'N-4', name: '感染管理研修', mandatory: true })
  await db.prisma.course.update({ where: { id: nursing.id }, data: { occupation: '看護' } })
  await db.prisma.roleGrant.updateMany({ where: { personId: head }, data: { occupation: '看護' } })
  const general = await addCourse(db.prisma, { code: 'ALL', name: '防災研修', mandatory: true })
  const done = { status: 'completed', doneOn: toDbDate(day('2027-06-10')), mandatory: true }
  for (const courseId of [nursing.id, general.id])
    for (const personId of [nurse, city.staff[0] ?? 0])
      await db.prisma.signUp.create({ data: { courseId, personId, ...done } })
  const now = at('2027-07-01T09:00')
  const card = await hall.say(head, 'trainings.figures', '', now)
  // Three with such a title: the head and the two nurses.
  expect(words(card)).toContain('3名')
  expect(words(card)).toContain('感染管理研修')
  expect(words(card)).not.toContain('防災研修')
  expect(buttonsOf(card.card, 'trainings.history-find')).toEqual([])
  await expect(hall.click(head, 'trainings.history-find', {}, now)).rejects.toThrow(/not allowed/)
  await expect(
    hall.click(head, 'trainings.figures-course', { course: general.id }, now),
  ).rejects.toMatchObject({ kind: 'not-found' })
  const actor = await loadActor(db.prisma, head, day('2027-07-01'))
  const handler = hall.feature.actions?.['trainings.matrix-file']
  if (!actor || !handler) throw new Error('no matrix')
  const sender = { platform: 'playground', tenant: 'playground', user: '1', locale: 'ja' } as const
  const ask = { actor, language: 'en', now, today: day('2027-07-01'), flow: 'test', sender } as const
  const [reply] = (await handler.handle(ask, { year: 2027 })).replies
  const [sheet] = await readExcelFile(Buffer.from(reply?.type === 'file' ? reply.file.bytes : []))
  expect(sheet?.data.map((row) => row[0])).toEqual(['Code', 'N-4', 'N-4'])
  expect(sheet?.data[1]?.[4]).toBe(1)

  await grant(db, head, 'hr', city.section)
  const both = words(await hall.say(head, 'trainings.figures', '', now))
  expect(both).toContain('防災研修')
})
