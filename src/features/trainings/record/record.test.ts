import readExcelFile from 'read-excel-file/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../../../test/support/database.ts'
import { desk, grant, words } from '../../../../test/support/interview-city.ts'
import { addPerson, addRoute, addSection, at, day, testCore } from '../../../../test/support/small-city.ts'
import { addCourse, type TrainingCity, trainingCity } from '../../../../test/support/training-city.ts'
import type { OutgoingFile } from '../../../chat/chat.ts'
import { toDbDate } from '../../../db/time.ts'
import { trainings } from '../index.ts'

let db: TestDatabase
let city: TrainingCity
let hall: ReturnType<typeof desk>
let taxOfficer: number
let taxPayer: number
let course: number
let given: OutgoingFile | undefined

const staff = (n: number) => city.staff[n] ?? 0
const now = at('2027-07-01T09:00')

beforeAll(async () => {
  db = await freshDatabase()
  city = await trainingCity(db)
  const tx = db.prisma
  const { core } = testCore(db)
  hall = desk(core, db, trainings(core))
  const taxBoss = await addPerson(tx, '丹生谷 太郎', city.other, { title: '課長' })
  await addRoute(tx, 'first', { sectionId: city.other }, taxBoss)
  taxPayer = await addPerson(tx, '陸田 六郎', city.other)
  taxOfficer = await addPerson(tx, '七種 七郎', city.other)
  await grant(db, taxOfficer, 'hr', city.other)
  const made = await addCourse(tx, { name: '情報セキュリティ研修', mandatory: true, capacities: [10] })
  course = made.id
  await tx.course.update({ where: { id: course }, data: { surveyWanted: true, reportDays: 7 } })
  const at10 = made.sessions[0] ?? 0
  const done = { status: 'attended', sessionId: at10, doneOn: toDbDate(day('2027-06-10')), mandatory: true }
  const missed = { status: 'absent', sessionId: at10, excused: false, mandatory: true }
  for (const [personId, more] of [
    [staff(0), { ...done, surveyAnswered: true }],
    [staff(1), done],
    [staff(2), missed],
    [staff(2), { status: 'nominated', mandatory: true }],
    [taxPayer, done],
  ] as const)
    await tx.signUp.create({ data: { courseId: course, personId, ...more } })
  const first = await tx.signUp.findFirstOrThrow({ where: { personId: staff(0) } })
  await tx.report.create({
    data: {
      signUpId: first.id,
      dueOn: toDbDate(day('2027-06-17')),
      submittedOn: toDbDate(day('2027-06-16')),
    },
  })
  const old = await addCourse(tx, { name: '防災研修', fiscalYear: 2026, capacities: [] })
  await tx.course.update({ where: { id: old.id }, data: { minutes: 60 } })
  await tx.signUp.create({
    data: { courseId: old.id, personId: staff(0), status: 'completed', doneOn: toDbDate(day('2026-09-01')) },
  })
})
afterAll(() => db.drop())

/** Cells of the workbook that an action gives. */
async function sheet(person: number, id: string, data: object): Promise<unknown[][]> {
  const handler = hall.feature.actions?.[id]
  const { loadActor } = await import('../../../../test/support/actor.ts')
  const actor = await loadActor(db.prisma, person, day('2027-07-01'))
  if (!handler || !actor) throw new Error(`no ${id}`)
  const sender = { platform: 'playground', tenant: 'playground', user: '1', locale: 'ja' } as const
  const ask = { actor, language: 'ja', now, today: day('2027-07-01'), flow: 'test', sender } as const
  const { replies } = await handler.handle(ask, handler.data.parse(data))
  const reply = replies.find((each) => each.type === 'file')
  given = reply?.type === 'file' ? reply.file : undefined
  const [first] = await readExcelFile(Buffer.from(given?.bytes ?? []))
  return (first?.data ?? []) as unknown[][]
}

test('everybody sees their own, by year, with hours, and takes it along', async () => {
  const seen = words(await hall.say(staff(0), 'trainings.history', '', now))
  expect(seen).toContain('令和9年度: 1件・2.5時間')
  expect(seen).toContain('令和8年度: 1件・1時間')
  const rows = await sheet(staff(0), 'trainings.history-file', {})
  expect(rows).toHaveLength(3)
  const line = ['情報セキュリティ研修', '専門・職種別研修', expect.any(Date), 2.5, '受講済み 6月10日(木)']
  expect(rows[1]?.slice(5, 10)).toMatchObject(line)
  expect(await db.prisma.audit.count()).toBe(0)
})

test('a supervisor sees their people and what is mandatory and left, and nobody else’s', async () => {
  const seen = words(await hall.say(city.boss, 'trainings.history-team', '', now))
  expect(seen).toContain('職員1 花子')
  expect(seen).toContain('必修の残り1件')
  expect(seen).not.toContain('陸田')
  const person = (who: number, of: number) => hall.click(who, 'trainings.history-person', { person: of }, now)
  expect(words(await person(city.boss, staff(2)))).toContain('欠席')
  for (const [who, of] of [
    [city.boss, taxPayer],
    [staff(0), staff(1)],
    [taxOfficer, staff(0)],
    [staff(0), city.boss],
  ] as const)
    await expect(person(who, of)).rejects.toThrow(/not yours/)
  expect(words(await hall.say(staff(0), 'trainings.history-team', '', now))).toContain('部下の方はいません')
})

test('HR takes a person’s record for their placement: what was done, and it is written down', async () => {
  await expect(sheet(taxOfficer, 'trainings.history-export', { person: staff(0) })).rejects.toThrow(
    /not yours/,
  )
  await expect(sheet(city.boss, 'trainings.history-export', { person: staff(0) })).rejects.toThrow(
    /not yours/,
  )
  const rows = await sheet(city.hr, 'trainings.history-export', { person: staff(2) })
  // What was missed is nobody's business where somebody is placed.
  expect(rows).toHaveLength(1)
  expect(await sheet(city.hr, 'trainings.history-export', { person: staff(0) })).toHaveLength(3)
  expect(
    await db.prisma.audit.findMany({
      select: { action: true, subjectPersonId: true },
      orderBy: { id: 'asc' },
    }),
  ).toEqual([
    { action: 'trainings.record-exported', subjectPersonId: staff(2) },
    { action: 'trainings.record-exported', subjectPersonId: staff(0) },
  ])
  const found = await hall.submit(city.hr, 'trainings.history-open', {}, { person: `${staff(0)}` }, now)
  expect(words(found)).toContain('職員1 花子の受講履歴')
})

test('the year stands in figures and bars; of part of the city HR of that part sees no more', async () => {
  const seen = words(await hall.say(city.hr, 'trainings.figures', '', now))
  expect(seen).toContain('研修の実績 令和9年度')
  // Four duties of four people, three done.
  expect(seen).toContain('75%')
  expect(seen).toContain('総務課 67%、税務課 100%')
  expect(words(await hall.click(city.hr, 'trainings.figures-course', {}, now, String(course)))).toContain(
    '総務課: 修了2名 / 必修の対象3名',
  )
  const part = words(await hall.say(taxOfficer, 'trainings.figures', '', now))
  expect(part).toContain('100%')
  expect(part).not.toContain('総務課')
  expect(words(await hall.click(city.hr, 'trainings.figures-of', {}, now, '2026'))).toContain('令和8年度')
})

test('the workbooks hold the same figures: training by section, and the year by department', async () => {
  const matrix = await sheet(city.hr, 'trainings.matrix-file', { year: 2027 })
  expect(matrix).toMatchObject([
    ['研修コード', '研修名', '種別', '区分', '合計', '総務課', '税務課'],
    [expect.any(String), '情報セキュリティ研修', expect.any(String), '修了', 3, 2, 1],
    [expect.any(String), '情報セキュリティ研修', expect.any(String), '必修の対象', 4, 3, 1],
  ])
  const year = await sheet(city.hr, 'trainings.figures-file', { year: 2027 })
  expect(given?.name).toBe('研修実績_2027年度_20270701.xlsx')
  const whole = year.at(-1)
  expect(whole?.slice(0, 9)).toEqual(['合計', 10, 4, 3, 75, 3, 7.5, 0.8, 1])
  // The lines of the departments add up to it.
  for (const column of [1, 2, 3, 5, 6, 8, 9, 10, 11, 12])
    expect(year.slice(1, -1).reduce((sum, row) => sum + Number(row[column]), 0)).toBe(Number(whole?.[column]))
})

test('departments are what stands below a single top of the tree', async () => {
  const { departmentOf } = await import('./load.ts')
  const { loadOrganisation } = await import('../../../directory/load.ts')
  const top = await addSection(db.prisma, '0001', '市')
  const [general, tax] = [city.section, city.other]
  await db.prisma.section.updateMany({ where: { id: { in: [general, tax] } }, data: { parentId: top } })
  const below = await addSection(db.prisma, '0110', '人事係', general)
  const org = await loadOrganisation(db.prisma, day('2027-07-01'), [])
  expect([below, general, tax, top].map((id) => departmentOf(org, id)?.name)).toEqual([
    '総務課',
    '総務課',
    '税務課',
    '市',
  ])
})
