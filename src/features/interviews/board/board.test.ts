import readExcelFile from 'read-excel-file/node'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../../test/support/database.ts'
import {
  buttonsOf,
  desk,
  grant,
  type InterviewCity,
  interviewCity,
  type Seen,
} from '../../../../test/support/interview-city.ts'
import { expectLegal } from '../../../../test/support/legal.ts'
import { plainText } from '../../../../test/support/plain.ts'
import { addPerson, addSection, at, day, testCore } from '../../../../test/support/small-city.ts'
import { plainCard } from '../../../cards/plain.ts'
import { toDbDate, toDbInstant } from '../../../db/time.ts'
import type { Ask } from '../../../intake/handler.ts'
import { createRegistry } from '../../../intake/registry.ts'
import { createUnderstanding } from '../../../intake/understanding.ts'
import type { Core } from '../../feature.ts'

let db: TestDatabase
let core: Core
let city: InterviewCity
const now = at('2027-05-18T09:00')
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(async () => {
  await truncateAll(db)
  core = testCore(db).core
  city = await interviewCity(db, 12)
})

const words = ({ card }: Seen): string => {
  if (!card) throw new Error('no card')
  expectLegal(card)
  return `${plainText(card)}\n${plainCard(card, 'ja')}`
}
const nth = (place: number) => city.interviews[place] ?? 0
async function book(place: number, from: string, status: 'booked' | 'held' | 'unclear' = 'booked') {
  const [startsAt, endsAt] = [toDbInstant(at(from)), toDbInstant(at(from).add({ minutes: 30 }))]
  const meeting = await db.prisma.meeting.create({
    data: {
      conductorId: city.boss,
      startsAt,
      endsAt,
      place: '会議室A',
      status: status === 'held' ? 'held' : 'booked',
    },
  })
  const heldOn = status === 'held' ? toDbDate(day(from.slice(0, 10))) : null
  await db.prisma.interview.update({
    where: { id: nth(place) },
    data: { status, meetingId: meeting.id, heldOn },
  })
}
/** A second step that opens in September, for everybody. */
async function autumn() {
  const step = await db.prisma.step.create({
    data: {
      cycleId: 1,
      ordinal: 2,
      kind: 'mid',
      name: '中間面談',
      nameEn: 'Mid-year interview',
      opensOn: toDbDate(day('2027-09-01')),
      deadline: toDbDate(day('2027-09-30')),
      recordDate: toDbDate(day('2027-09-01')),
      conductorRule: 'present',
    },
  })
  for (const personId of city.staff)
    await db.prisma.interview.create({
      data: {
        stepId: step.id,
        personId,
        deadline: toDbDate(day('2027-09-30')),
        participants: {
          create: { personId: city.boss, role: 'conductor', fromOn: toDbDate(day('2027-04-01')) },
        },
      },
    })
  return step.id
}

describe('「面談」', () => {
  it('says who, when, where, by when and what to prepare, then what else comes', async () => {
    await autumn()
    await book(0, '2027-05-20T14:00')
    const text = words(await desk(core, db).say(city.staff[0] ?? 0, 'interviews.mine', '', now))
    for (const part of [
      '期首面談',
      '佐藤課長',
      '5月20日(木) 14:00〜14:30',
      '会議室A',
      '5月28日(金)',
      '業績目標シート',
    ])
      expect(text).toContain(part)
    expect(text).toContain('中間面談\n9月1日(水)から 期限9月30日(木)')
    expect(text).not.toContain('部下の面談')
  })

  it('counts the working days that are left', async () => {
    const d = desk(core, db)
    const me = city.staff[0] ?? 0
    expect(words(await d.say(me, 'interviews.mine', '', now))).toContain('期限まであと8開庁日です。')
    expect(words(await d.say(me, 'interviews.mine', '', at('2027-05-28T09:00')))).toContain(
      '本日が期限です。',
    )
    expect(words(await d.say(me, 'interviews.mine', '', at('2027-05-31T09:00')))).toContain(
      'これからでも差し支えありません',
    )
  })

  it('tells a conductor where the team is, and everybody when there is nothing', async () => {
    const text = words(await desk(core, db).say(city.boss, 'interviews.mine', '', now))
    expect(text).toContain('いま予定されている面談はありません')
    expect(text).toContain('部下の面談を見る')
    expect(words(await desk(core, db).say(city.hr, 'interviews.mine', '', now))).not.toContain('部下')
  })

  it('leads to the team when that is what was asked', async () => {
    expect(words(await desk(core, db).say(city.boss, 'interviews.mine', '部下の状況', now))).toContain(
      '期首面談の状況',
    )
    expect(words(await desk(core, db).say(city.staff[0] ?? 0, 'interviews.mine', '全庁', now))).toContain(
      'いま担当されている面談はありません',
    )
  })
})

describe('「面談 部下」', () => {
  it('counts, lists ten a page with the state in words, and offers the one obvious thing', async () => {
    await book(0, '2027-05-20T14:00')
    await book(1, '2027-05-17T10:00')
    await book(2, '2027-05-12T10:00', 'held')
    await db.prisma.interview.update({ where: { id: nth(3) }, data: { status: 'suspended' } })
    const d = desk(core, db)
    const first = await d.say(city.boss, 'interviews.team', '', now)
    const text = words(first)
    expect(text).toContain('期首面談の状況')
    for (const [label, count] of [
      ['実施済', 1],
      ['設定済', 1],
      ['未設定', 8],
      ['確認中', 1],
      ['対象', 12],
    ])
      expect(text).toMatch(new RegExp(`${label}.?\\s*${count}名`))
    expect(text).toContain('職員5さん\n日程が未設定')
    expect(text).toContain('1 / 2 ページ')
    expect(buttonsOf(first.card, 'interviews.offer')).toEqual([{ step: city.step }])
    const [turn] = buttonsOf(first.card, 'interviews.team')
    const second = words(await d.click(city.boss, 'interviews.team', turn ?? {}, now))
    expect(second).toContain('職員3さん\n実施済 5月12日(水)')
    expect(second).toContain('職員4さん\nお休み中')
    expect(second).not.toContain('職員5さん')
  })

  it('says that hours are on offer, and that a deadline has passed', async () => {
    await db.prisma.slot.create({
      data: {
        ownerId: city.boss,
        stepId: city.step,
        startsAt: toDbInstant(at('2027-06-03T10:00')),
        endsAt: toDbInstant(at('2027-06-03T10:30')),
      },
    })
    const late = words(await desk(core, db).say(city.boss, 'interviews.team', '', at('2027-06-01T09:00')))
    expect(late).toContain('職員1さん\n候補日から選択中(期限を過ぎています)')
  })

  it('changes the step by its list', async () => {
    const step = await autumn()
    const d = desk(core, db)
    expect(words(await d.say(city.boss, 'interviews.team', '', now))).toContain('期首面談の状況')
    const chosen = await d.click(city.boss, 'interviews.team', { step, page: 1 }, now)
    expect(words(chosen)).toContain('中間面談の状況')
    expect(words(chosen)).toContain('職員1さん\nこれから')
  })

  it('shows a second evaluator the states, without anything to press', async () => {
    const second = await addPerson(db.prisma, '部長 五郎', city.section, { title: '部長' })
    await db.prisma.participant.create({
      data: { interviewId: nth(0), personId: second, role: 'observer', fromOn: toDbDate(day('2027-04-01')) },
    })
    const seen = await desk(core, db).say(second, 'interviews.team', '', now)
    expect(words(seen)).toContain('職員1さん(閲覧のみ)')
    expect(words(seen)).not.toContain('職員2さん')
    expect(buttonsOf(seen.card, 'interviews.open')).toEqual([])
    expect(buttonsOf(seen.card, 'interviews.offer')).toEqual([])
  })

  it('shows nothing any more to a conductor whose time is over', async () => {
    await db.prisma.participant.updateMany({ data: { toOn: toDbDate(day('2027-05-10')) } })
    const text = words(await desk(core, db).say(city.boss, 'interviews.team', '', now))
    expect(text).toContain('いま担当されている面談はありません')
    expect(text).not.toContain('職員')
  })
})

describe('「面談 全庁」', () => {
  /** 総務課 lies under a town; 消防本部 has its own desk and two people of its own. */
  async function fireBrigade() {
    const fire = await addSection(db.prisma, '0900', '消防本部')
    const squad = await addSection(db.prisma, '0910', '警防課', fire)
    const chief = await addPerson(db.prisma, '消防 次郎', fire, { title: '消防長' })
    const member = await addPerson(db.prisma, '消防 三郎', squad)
    for (const personId of [chief, member])
      await db.prisma.interview.create({
        data: { stepId: city.step, personId, deadline: toDbDate(day('2027-05-28')) },
      })
    const officer = await addPerson(db.prisma, '消防 人事', fire)
    await grant(db, officer, 'hr', fire)
    return { fire, squad, chief, member, officer }
  }

  it('counts by section, draws it, says it in words, and leads down to a person', async () => {
    const { fire, squad, member } = await fireBrigade()
    await book(0, '2027-05-12T10:00', 'held')
    const d = desk(core, db)
    const top = await d.say(city.hr, 'interviews.all', '', now)
    const text = words(top)
    expect(text).toContain('14名のうち1名が実施済です(7%)。')
    expect(text).toContain('総務課\n実施1・設定0・未設定11・確認中0／12名')
    expect(text).toContain('消防本部\n実施0・設定0・未設定2・確認中0／2名')
    expect(text).toContain('実施済の人数: 総務課 1/12名、消防本部 0/2名')
    expect(text).toContain('要確認 2件')
    const down = await d.click(city.hr, 'interviews.all', { step: city.step, section: fire, page: 1 }, now)
    expect(words(down)).toContain('消防本部(直属)')
    expect(words(down)).toContain('警防課')
    const people = await d.click(city.hr, 'interviews.all', { step: city.step, section: squad, page: 1 }, now)
    expect(words(people)).toContain('消防 三郎\n日程が未設定 面談者が未定')
    const found = await d.click(city.hr, 'interviews.person', { person: member }, now)
    expect(buttonsOf(found.card, 'interviews.gap')).toEqual([{ cycle: 1, person: member }])
    const person = words(found)
    expect(person).toContain('消防 三郎の面談')
    expect(person).toContain('期首面談 日程が未設定')
  })

  it('is cut to the officer’s part of the tree, wherever one looks', async () => {
    const { officer, squad } = await fireBrigade()
    const d = desk(core, db)
    const text = words(await d.say(officer, 'interviews.all', '', now))
    expect(text).toContain('2名のうち0名')
    expect(text).not.toContain('総務課')
    const elsewhere = { step: city.step, section: city.section, page: 1 }
    for (const id of ['interviews.all', 'interviews.section'])
      await expect(d.click(officer, id, elsewhere, now)).rejects.toThrow('outside your part')
    await expect(d.click(officer, 'interviews.person', { person: city.staff[0] ?? 0 }, now)).rejects.toThrow(
      'outside',
    )
    expect(
      words(await d.click(officer, 'interviews.section', { step: city.step, section: squad, page: 1 }, now)),
    ).toContain('消防 三郎')
    const gaps = words(await d.click(officer, 'interviews.attention', { kind: 'gap', page: 1 }, now))
    expect(gaps).toContain('消防 三郎')
    const late = words(
      await d.click(officer, 'interviews.attention', { kind: 'overdue', page: 1 }, at('2027-06-10T09:00')),
    )
    expect(late).not.toContain('職員')
    const { rows } = await sheet(officer)
    expect(rows.map((row) => row[1])).toEqual(['氏名', '消防 次郎', '消防 三郎'])
  })

  it('is not for those who are not HR', async () => {
    for (const id of ['interviews.all', 'interviews.person', 'interviews.attention', 'interviews.export'])
      await expect(desk(core, db).click(city.boss, id, { person: 1, step: 1 }, now)).rejects.toThrow(
        'not allowed',
      )
  })

  it('says what to look at first, with how much of it there is', async () => {
    await fireBrigade()
    await book(0, '2027-05-12T10:00', 'unclear')
    const text = words(
      await desk(core, db).click(city.hr, 'interviews.attention', {}, at('2027-06-01T09:00')),
    )
    expect(text).toContain('面談者が決まっていない方\n2件')
    expect(text).toContain('記録の確認が必要な面談\n1件')
    expect(text).toContain('期限を過ぎて日程が決まっていない方\n13件')
  })

  it('says so while nothing has begun', async () => {
    await truncateAll(db)
    const alone = await addPerson(db.prisma, '人事 花子', await addSection(db.prisma, '1', '職員課'))
    await grant(db, alone, 'hr')
    expect(words(await desk(core, db).say(alone, 'interviews.all', '', now))).toContain(
      'まだ始まった面談がありません',
    )
  })

  async function sheet(reader: number) {
    const ask = { now, today: day('2027-05-18'), language: 'ja', flow: 'test' } as Ask
    const held = await db.prisma.roleGrant.findMany({ where: { personId: reader } })
    const grants = held.map(({ role, sectionId }) => ({ role, sectionId }))
    const actor = { id: reader, number: '', name: '', language: 'ja', grants } as never
    const handler = desk(core, db).feature.actions?.['interviews.export']
    const answer = (await handler?.handle({ ...ask, actor }, { step: city.step })) as {
      replies: readonly { file: { name: string; bytes: Uint8Array } }[]
    }
    const file = answer.replies[0]?.file
    if (!file) throw new Error('no file')
    const read = await readExcelFile(Buffer.from(file.bytes))
    const rows = (Array.isArray(read) && read[0] && 'data' in read[0]
      ? read[0].data
      : read) as unknown as unknown[][]
    return { name: file.name, rows }
  }

  it('gives a spreadsheet with statuses only, its dates as dates', async () => {
    await book(0, '2027-05-12T10:00', 'held')
    const { name, rows } = await sheet(city.hr)
    expect(name).toBe('面談の状況_期首面談_20270518.xlsx')
    expect(rows).toHaveLength(13)
    const held = rows.find((row) => row[8] === '実施済')
    expect(held?.slice(1, 4)).toEqual(['職員1 花子', '0100', '総務課'])
    expect(held?.[7]).toEqual(new Date('2027-05-28T00:00:00Z'))
    expect(held?.[9]).toEqual(new Date('2027-05-12T00:00:00Z'))
    expect(held?.slice(10)).toEqual(['10:00', new Date('2027-05-12T00:00:00Z'), '佐藤 一郎'])
  })
})

it('fits together with every other part of interviews, words and all', () => {
  const { feature } = desk(core, db)
  const understand = createUnderstanding(createRegistry([feature]))
  expect(understand('面談の締切は')).toMatchObject({ commands: ['interviews.mine'] })
  expect(understand('面談 部下')).toMatchObject({ command: 'interviews.team' })
  expect(understand('送信予定 14')).toMatchObject({ command: 'interviews.outlook-ahead', rest: '14' })
  expect(understand('期限の相談')).toMatchObject({ command: 'interviews.deadlines' })
})

describe('Home', () => {
  const homeOf = async (personId: number, when = now) => {
    const d = desk(core, db)
    const ask = {
      now: when,
      today: when.toZonedDateTimeISO('Asia/Tokyo').toPlainDate(),
      language: 'ja',
      actor: { id: personId, number: '', name: '', language: 'ja', grants: [] },
    } as unknown as Ask
    return (await d.feature.home?.(ask))?.map(({ text }) => text)
  }
  it('lists my next things and, for a conductor, what waits', async () => {
    await book(0, '2027-05-20T14:00')
    expect(await homeOf(city.staff[0] ?? 0)).toEqual(['期首面談(佐藤課長)'])
    expect(await homeOf(city.staff[1] ?? 0)).toEqual(['期首面談：候補日を待っています'])
    expect(await homeOf(city.boss)).toEqual(['期首面談(職員1さん)', '期首面談：日程が未設定の方11名'])
    const later = at('2027-05-21T09:00')
    expect(await homeOf(city.staff[0] ?? 0, later)).toEqual(['期首面談の実施の確認'])
    expect(await homeOf(city.boss, later)).toContain('期首面談の実施の確認')
  })
})
