import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../test/support/database.ts'
import { type FakePlatform, fakePlatform } from '../../../test/support/fake-platform.ts'
import {
  buttonsOf,
  desk,
  grant,
  type InterviewCity,
  interviewCity,
  words,
} from '../../../test/support/interview-city.ts'
import { addSection, at, day } from '../../../test/support/small-city.ts'
import type { FormValues } from '../../cards/card.ts'
import { type City, composeCity } from '../../compose.ts'
import { toDbInstant } from '../../db/time.ts'
import { inTransaction } from '../../db/transaction.ts'
import { sittingsOf } from '../../directory/assembly.ts'
import { calendarOf } from '../../directory/calendars.ts'
import { isWorkingDay } from '../../kernel/calendar.ts'
import { MovableClock } from '../../kernel/clock.ts'
import { createLog } from '../../kernel/log.ts'
import { secretOf } from '../../kernel/secret.ts'
import { replan } from '../interviews/reminders/replan.ts'

let db: TestDatabase
let city: City
let people: InterviewCity
let clock: MovableClock
let chat: FakePlatform
let hr: ReturnType<typeof desk>
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())

const thursday = at('2027-05-20T10:00')
beforeEach(async () => {
  await truncateAll(db)
  clock = new MovableClock(thursday)
  chat = fakePlatform({ platform: 'playground', now: () => clock.now() })
  const secret = secretOf(Buffer.alloc(32, 3))
  const log = createLog('silent')
  const options = { db, clock, zone: 'Asia/Tokyo', secret, log, platforms: [chat], processMetrics: false }
  city = composeCity(options)
  people = await interviewCity(db, 2)
  const ids = [people.boss, people.hr, ...people.staff]
  await db.prisma.identity.createMany({
    data: ids.map((personId) => ({
      personId,
      platform: 'playground',
      tenant: 'playground',
      userId: `${personId}`,
      conversation: `D${personId}`,
    })),
  })
  const feature = city.features.find(({ name }) => name === 'calendars')
  if (!feature) throw new Error('no calendars')
  hr = desk(city.core, db, feature)
  await inTransaction(db, (tx) => replan(city.core, tx, people.interviews, clock.now()))
})

const declare = (values: FormValues, data: { id?: number; mark?: string } = {}) =>
  hr.submit(people.hr, 'calendars.closure', data, { reason: '台風第15号', ...values }, clock.now())
const deadlines = async () => {
  const rows = await db.prisma.interview.findMany({ orderBy: { id: 'asc' }, include: { step: true } })
  return rows.map(({ deadline, step }) =>
    [deadline, step?.deadline].map((d) => d?.toISOString().slice(5, 10)),
  )
}
/** Lives through every morning and evening until then. */
const until = async (local: string) => {
  while (Temporal.Instant.compare(clock.now(), at(local)) < 0) {
    clock.advance({ minutes: 60 * 8 })
    await city.delivery.runDue()
  }
}
const row = async () => {
  const { id, fromOn, toOn } = await db.prisma.closure.findFirstOrThrow()
  const iso = (date: Date) => date.toISOString().slice(0, 10)
  return { id, mark: `${iso(fromOn)}/${iso(toOn)}` }
}

describe('a pause for a disaster', () => {
  test('lets nothing out on its days, and everything is due as many working days later', async () => {
    const said = words(await declare({ from: '2027-05-21', last: '2027-05-25' }))
    expect(said).toContain('面談2件の期限を移し')
    // Friday, Monday and Tuesday are lost of 28 May.
    expect(await deadlines()).toEqual([
      ['06-02', '06-02'],
      ['06-02', '06-02'],
    ])
    await until('2027-05-26T00:00')
    const resting = chat.arrived.filter(({ at: when }) => {
      const on = when?.toZonedDateTimeISO('Asia/Tokyo').toPlainDate().toString() ?? ''
      return on >= '2027-05-21' && on <= '2027-05-25'
    })
    expect(resting).toEqual([])
    const before = chat.arrived.length
    await until('2027-06-02T18:00')
    expect(chat.arrived.length).toBeGreaterThan(before)
    // Nothing speaks of the day that is no longer the deadline.
    expect(JSON.stringify(chat.arrived)).not.toContain('5月28日')
    const trail = await db.prisma.audit.findMany({ orderBy: { id: 'asc' } })
    expect(trail.map(({ action }) => action)).toEqual([
      'calendar.closure-added',
      'interview.deadline-moved',
      'interview.deadline-moved',
    ])
    expect(trail[1]?.change).toEqual({ from: '2027-05-28', to: '2027-06-02' })
  })

  test('made longer moves them further; ended early gives the days back; taken back, all of them', async () => {
    await declare({ from: '2027-05-24', last: '2027-05-25' })
    expect((await deadlines())[0]).toEqual(['06-01', '06-01'])
    await declare({ from: '2027-05-24', last: '2027-05-26' }, await row())
    expect((await deadlines())[0]).toEqual(['06-02', '06-02'])
    clock.set(at('2027-05-25T09:00'))
    const ended = await hr.submit(
      people.hr,
      'calendars.closure',
      await row(),
      { remove: ['yes'], from: '2027-05-24', last: '2027-05-26', reason: 'x' },
      clock.now(),
    )
    expect(words(ended)).toContain('面談2件の期限を、実際に休止した勤務日の分に合わせました')
    // Only Monday was lost.
    expect((await deadlines())[0]).toEqual(['05-31', '05-31'])
    expect(await row()).toMatchObject({ mark: '2027-05-24/2027-05-25' })
  })

  test('concerns what is under way: what is held, over, or opens later stays', async () => {
    const [first, second] = people.interviews
    await db.prisma.interview.update({
      where: { id: first ?? 0 },
      data: { status: 'held', heldOn: new Date('2027-05-19') },
    })
    await db.prisma.interview.update({
      where: { id: second ?? 0 },
      data: { deadline: new Date('2027-05-20') },
    })
    await declare({ from: '2027-05-21', last: '2027-05-21' })
    expect((await deadlines()).map(([deadline]) => deadline)).toEqual(['05-28', '05-20'])
    await db.prisma.step.updateMany({
      data: { opensOn: new Date('2027-05-27'), deadline: new Date('2027-05-28') },
    })
    await db.prisma.interview.updateMany({
      data: { status: 'waiting', heldOn: null, deadline: new Date('2027-05-28') },
    })
    await declare({ from: '2027-05-24', last: '2027-05-26' })
    expect((await deadlines())[0]).toEqual(['05-28', '05-28'])
  })

  test('goes by the calendar of each person', async () => {
    const calendar = await db.prisma.calendar.create({
      data: { code: 'nursery', name: '保育園', weekdays: [2, 3, 4, 5, 6], observesHolidays: true },
    })
    await db.prisma.person.update({ where: { id: people.staff[0] ?? 0 }, data: { calendarId: calendar.id } })
    // Saturday and Monday: the nursery loses Saturday, the office Monday.
    await declare({ from: '2027-05-22', last: '2027-05-24' })
    expect((await deadlines()).map(([deadline]) => deadline)).toEqual(['05-29', '05-31'])
  })

  test('refuses days that make no sense, overlaps and stale presses, each at its field', async () => {
    const errors = async (values: FormValues, data = {}) => Object.keys((await declare(values, data)).errors)
    expect(await errors({ from: '', last: '' })).toEqual(['from', 'last'])
    expect(await errors({ from: '2027-05-10', last: '2027-05-11' })).toEqual(['from'])
    expect(await errors({ from: '2027-05-21', last: '2027-05-20' })).toEqual(['last'])
    expect(await errors({ from: '2027-05-21', last: '2027-07-20' })).toEqual(['last'])
    expect(await errors({ from: '2027-05-21', last: '2027-05-21', reason: ' ' })).toEqual(['reason'])
    expect(await errors({ from: '2027-05-20', last: '2027-05-21' })).toEqual([])
    expect(await errors({ from: '2027-05-21', last: '2027-05-22' })).toEqual(['last'])
    expect(await errors({ from: '2027-05-19', last: '2027-05-21' }, await row())).toEqual(['from'])
    const stale = await declare({ from: '2027-05-20', last: '2027-05-28' }, { ...(await row()), mark: 'x' })
    expect(words(stale)).toContain('すでに変更されたか')
    expect(await db.prisma.closure.count()).toBe(1)
    for (const command of ['calendars.closures'])
      expect(words(await hr.say(people.hr, command, '', clock.now()))).toContain('台風第15号')
    const edit = await hr.click(people.hr, 'calendars.closure-edit', await row(), clock.now())
    expect(edit.form?.fields.map(({ name }) => name)).toEqual(['from', 'last', 'reason', 'remove'])
  })
})

describe('a meeting on a day of rest', () => {
  const start = '2027-05-24T10:00'
  /** Their conductor's hours on Monday: the first two staff members have taken one each. */
  const booked = async (on = start) => {
    const staff = people.staff.slice(0, 2)
    for (const [i, personId] of staff.entries()) {
      const startsAt = toDbInstant(at(on).add({ minutes: 60 * i }))
      const endsAt = new Date(startsAt.getTime() + 30 * 60_000)
      const time = { startsAt, endsAt }
      const meeting = await db.prisma.meeting.create({ data: { ...time, conductorId: people.boss } })
      await db.prisma.slot.create({
        data: { ...time, ownerId: people.boss, stepId: people.step, status: 'taken', meetingId: meeting.id },
      })
      for (const each of [personId, people.boss])
        await db.prisma.booking.create({
          data: {
            ...time,
            subject: `meeting:${meeting.id}`,
            personId: each,
            exclusive: true,
            status: 'booked',
          },
        })
      await db.prisma.interview.update({
        where: { id: people.interviews[i] ?? 0 },
        data: { status: 'booked', meetingId: meeting.id },
      })
    }
    await inTransaction(db, (tx) => replan(city.core, tx, people.interviews, clock.now()))
  }
  const sure = async (values: FormValues, row: { id?: number; mark?: string } = {}) => {
    const asked = await declare(values, row)
    const [data] = buttonsOf(asked.card, 'calendars.closure-sure')
    return { asked, done: await hr.click(people.hr, 'calendars.closure-sure', { ...data }, clock.now()) }
  }
  const states = async () =>
    (await db.prisma.interview.findMany({ orderBy: { id: 'asc' } })).map(({ status }) => status)
  const live = async (...moments: readonly string[]) => {
    for (const local of moments) {
      clock.set(at(local))
      await city.delivery.runDue()
    }
  }
  const heard = (person: number) =>
    chat.arrived.flatMap(({ to, card }) => (to.user === `${person}` ? [JSON.stringify(card)] : []))

  test('is shown before anything changes, put off, and both settle another time after it', async () => {
    await booked()
    const { asked, done } = await sure({ from: '2027-05-21', last: '2027-05-25' })
    expect(words(asked)).toContain('まだ休止していません')
    // Whoever loses sight of it is shown how things stand now.
    const stands = await hr.click(
      people.hr,
      'calendars.closure-preview',
      { from: '2027-05-21', last: '2027-05-25', reason: 'x' },
      clock.now(),
    )
    expect(words(stands)).toContain('予定・台風第15号')
    expect(words(asked)).toContain('日時の決まっている面談2件は、いったん取りやめ')
    expect(words(done)).toContain('休止の予定を入れました')
    expect(words(done)).toContain('日時の決まっている面談2件')
    expect(await states()).toEqual(['waiting', 'waiting'])
    expect(await db.prisma.booking.count({ where: { status: 'booked' } })).toBe(0)
    const before = chat.arrived.length
    await live('2027-05-21T10:00', '2027-05-24T12:00', '2027-05-25T18:00')
    expect(chat.arrived).toHaveLength(before)
    await live('2027-05-26T09:00')
    // The conductor hears of all in one message with one way on; each staff member of their own.
    const [boss, ...more] = heard(people.boss).filter((card) => card.includes('日程を改めます'))
    expect(more).toEqual([])
    expect(boss).toContain('休止（台風第15号）のため')
    expect(boss).toContain('5月24日(月) 10:00')
    expect(boss).toContain('5月24日(月) 11:00')
    expect(boss).toContain('"interviews.offer"')
    const own = heard(people.staff[0] ?? 0).filter((card) => card.includes('日程を改めます'))
    expect(own).toHaveLength(1)
    expect(own[0]).toContain('期限：6月2日(水)')
    // Nobody is asked how a meeting went that did not take place.
    await live('2027-05-26T18:00', '2027-05-27T09:00', '2027-05-31T09:00')
    expect(JSON.stringify(chat.arrived)).not.toContain('行われましたか')
    const trail = await db.prisma.audit.findMany({ where: { action: 'interview.put-off' } })
    expect(trail.map(({ actorId, subjectPersonId }) => [actorId, subjectPersonId])).toEqual(
      people.staff.slice(0, 2).map((id) => [people.hr, id]),
    )
  })

  test('stands again where the rest ends sooner, and nobody hears that it was in question', async () => {
    await booked()
    await sure({ from: '2027-05-21', last: '2027-05-25' })
    // One of them has settled on another day meanwhile: theirs stays as they have it.
    const second = people.interviews[1] ?? 0
    await db.prisma.interview.update({ where: { id: second }, data: { version: { increment: 1 } } })
    clock.set(at('2027-05-23T10:00'))
    const back = await hr.click(people.hr, 'calendars.closure-resume', await row(), clock.now())
    expect(words(back)).toContain('取りやめていた面談のうち1件は、元の日時に戻しました')
    expect(await states()).toEqual(['booked', 'waiting'])
    const hours = await db.prisma.booking.findMany({
      where: { status: 'booked' },
      orderBy: { personId: 'asc' },
    })
    expect(hours.map(({ personId, sequence }) => [personId, sequence])).toEqual(
      [people.boss, people.staff[0] ?? 0].toSorted((a, b) => a - b).map((id) => [id, 2]),
    )
    expect(await db.prisma.slot.count({ where: { status: 'taken' } })).toBe(1)
    await live('2027-05-24T09:00', '2027-05-24T10:40')
    expect(heard(people.staff[0] ?? 0).join()).not.toContain('日程を改めます')
    expect(heard(people.staff[0] ?? 0).join()).not.toContain('日時が決まりました')
    expect(heard(people.boss).join()).toContain('日程を改めます')
    // It took place on its day, and is asked about as any.
    expect(heard(people.staff[0] ?? 0).join()).toContain('行われましたか')
  })

  test('is told at once where the rest is still to come, and that it stands where it is taken back', async () => {
    await booked()
    await sure({ from: '2027-05-24', last: '2027-05-24' })
    await live('2027-05-20T10:05')
    expect(heard(people.staff[0] ?? 0).join()).toContain('日程を改めます')
    await hr.submit(people.hr, 'calendars.closure', await row(), { remove: ['yes'] }, clock.now())
    expect(await states()).toEqual(['booked', 'booked'])
    await live('2027-05-20T10:10')
    expect(heard(people.staff[0] ?? 0).join()).toContain('面談の日時が決まりました')
  })

  test('that had begun before the rest was declared is asked about as what it is', async () => {
    await booked('2027-05-20T08:45')
    await declare({ from: '2027-05-20', last: '2027-05-20' }).then(async (asked) => {
      // The one at 9:45 has begun too.
      expect(words(asked)).toContain('休止しました')
    })
    expect(await states()).toEqual(['booked', 'booked'])
    await live('2027-05-21T09:00')
    expect(heard(people.staff[0] ?? 0).join()).toContain('この日は休止（台風第15号）となりました')
  })
})

describe('a roster given to the bot', () => {
  const give = async (rows: readonly string[], name = '7月勤務表.csv') => {
    const bytes = new TextEncoder().encode(`\ufeff${rows.join('\r\n')}`)
    const file = hr.feature.files?.find((each) => each.takes(name, bytes))
    return hr.give(people.hr, file, name, bytes, clock.now())
  }
  const numberOf = async (id = people.staff[0] ?? 0) =>
    (await db.prisma.person.findUniqueOrThrow({ where: { id } })).number

  test('makes its days each one of the people, and the usual week goes on around it', async () => {
    const number = await numberOf()
    const read = await give(['職員番号,2027/5/29,2027/5/31', `${number},出,休`])
    expect(words(read)).toContain('1名、のべ2日分')
    await give(['職員番号,日付,勤務', `${number},2027/5/30,日勤`], 'shift.csv')
    const calendar = await calendarOf(db.prisma, people.staff[0] ?? 0, day('2027-05-20'))
    const works = ['05-28', '05-29', '05-30', '05-31', '06-01'].map((d) =>
      isWorkingDay(calendar, day(`2027-${d}`)),
    )
    expect(works).toEqual([true, true, true, false, true])
    expect(await db.prisma.audit.count({ where: { action: 'calendar.roster' } })).toBe(2)
    // A pause counts the days of the roster: Friday is lost, Saturday is worked.
    await declare({ from: '2027-05-28', last: '2027-05-28' })
    expect((await deadlines()).map(([deadline]) => deadline)).toEqual(['05-29', '05-31'])
  })

  test('changes nothing where something is not understood, and names each point', async () => {
    const number = await numberOf()
    const read = words(
      await give(['職員番号,日付,勤務', `${number},2027/5/29,出`, '9999,2027/5/29,出', `${number},x,出`]),
    )
    expect(read).toContain('職員番号「9999」の方が登録されていません')
    expect(read).toContain('4行目: 「x」は日付として読めません')
    expect(await db.prisma.calendar.count()).toBe(0)
    expect(words(await give(['氏名,所属']))).toContain('読み取れませんでした')
    await expect(give(['職員番号,氏名'], '名簿.csv')).rejects.toThrow('is not taken')
  })
})

/** The days on which somebody is asked to offer hours. */
const asked = async (personId: number) => {
  const where = { recipientId: personId, kind: 'interviews.offer', status: 'planned' }
  const rows = await db.prisma.notice.findMany({ where, orderBy: { dueAt: 'asc' } })
  return [
    ...new Set(rows.map(({ dueAt }) => new Date(dueAt.getTime() + 9 * 3600e3).toISOString().slice(5, 10))),
  ]
}
const interviewsDesk = () =>
  desk(
    city.core,
    db,
    city.features.find(({ name }) => name === 'interviews'),
  )

describe('the assembly', () => {
  const may = { from3: '', last3: '', others: '5月臨時会 5/24〜6/11', opensAt: '09:00', closesAt: '17:00' }
  const enter = (values: FormValues = may, mark = '', year = 2027) =>
    hr.submit(people.hr, 'calendars.assembly-year', { year, mark }, values, clock.now())
  const yearMark = async () => {
    const opened = await hr.click(people.hr, 'calendars.assembly-year', { year: 2027 }, clock.now())
    return String(opened.form?.data?.mark)
  }
  const marked = (person: number, what = 'yes', grade = 'none') =>
    hr.submit(people.hr, 'calendars.assembly-who', {}, { grade, person: `${person}`, what }, clock.now())
  test('lets whoever attends alone in its days: what is due is told before it, and after it', async () => {
    const before = ['05-25', '05-27', '05-28', '05-31', '06-02', '06-08']
    expect(await asked(people.boss)).toEqual(before)
    expect(words(await enter())).toContain('会期を登録しました（1件）')
    // Nobody attends yet: grades are unknown in this city, and nobody is marked.
    expect(await asked(people.boss)).toEqual(before)
    expect(words(await marked(people.boss))).toContain('議会に出席する方：1名')
    // What would come in its days comes now, before it.
    expect(await asked(people.boss)).toEqual(['05-18', '05-20', '05-21', '06-14', '06-16', '06-22'])
    // The session is over earlier: what waited for it comes earlier.
    const form = (await hr.click(people.hr, 'calendars.assembly-year', { year: 2027 }, clock.now())).form
    const others = form?.fields.find(({ name }) => name === 'others')
    expect(others).toMatchObject({ value: '5月臨時会 2027-05-24〜2027-06-11' })
    await enter({ ...may, others: '5月臨時会 5/24〜5/26' }, String(form?.data?.mark))
    expect((await asked(people.boss)).filter((on) => on > '05-20')).toEqual([
      '05-27',
      '05-28',
      '05-31',
      '06-02',
      '06-08',
    ])
    expect(await db.prisma.audit.count({ where: { action: { startsWith: 'calendar.assembly' } } })).toBe(4)
  })

  test('is entered from the list of its secretariat, and what is wrong with that changes nothing', async () => {
    const give = (text: string, name = '議会日程.csv') => {
      const bytes = new TextEncoder().encode(`\ufeff${text}`)
      const file = hr.feature.files?.find((each) => each.takes(name, bytes))
      return hr.give(people.hr, file, name, bytes, clock.now())
    }
    await enter()
    await marked(people.boss)
    expect(await asked(people.boss)).not.toContain('05-27')
    const list = '会議名,初日,最終日\r\n5月臨時会,2027/5/24,2027/5/26\r\n6月定例会,2027/6/4,2027/6/5'
    expect(words(await give(list, '一覧.csv'))).toContain('一覧から会期を登録しました（2件）')
    expect(await db.prisma.assemblySession.count()).toBe(2)
    // Told to whoever attends, as when it is typed in.
    expect(await asked(people.boss)).toContain('05-27')
    const wrong = words(
      await give('会議名,初日,最終日\r\n9月定例会,2027/9/3,2027/9/1\r\nx,2031/1/1,2031/1/2'),
    )
    expect(wrong).toContain('2行目「9月定例会 2027/9/3 2027/9/1」：最終日は')
    expect(wrong).toContain('令和9年度')
    expect(words(await give('職員番号,氏名\r\n1,a', '議会日程.csv'))).toContain('読み取れませんでした')
    expect(
      words(await give('定例会\r\n3月定例会 2028-02-25〜2028-03-22\r\n臨時会 2028-04-01', '会期.txt')),
    ).toContain('（2件）')
    expect(await db.prisma.assemblySession.count()).toBe(4)
  })

  test('「議会後に設定」 puts the matter to the first working day after it, and says that the deadline stays', async () => {
    await enter()
    await marked(people.boss)
    await until('2027-05-21T16:00')
    const arrived = chat.arrived.filter(({ card }) =>
      JSON.stringify(card).includes('interviews.after-assembly'),
    )
    expect(arrived).toHaveLength(1)
    expect(JSON.stringify(arrived[0]?.card)).toContain('議会でお忙しいところ恐れ入ります')
    const pressed = await interviewsDesk().click(
      people.boss,
      'interviews.after-assembly',
      { step: people.step },
      clock.now(),
    )
    expect(words(pressed)).toContain('5月臨時会のあと、6月14日(月)の朝に')
    expect(words(pressed)).toContain('期限は5月28日(金)のままです')
    const later = (await asked(people.boss)).filter((on) => on > '05-21')
    expect(later[0]).toBe('06-14')
  })

  test('follows whoever is promoted into a grade that attends, on that day', async () => {
    await enter()
    const before = await asked(people.boss)
    expect(before).toContain('05-27')
    const grade = async (rank: number) =>
      (await db.prisma.grade.upsert({ where: { rank }, create: { rank, name: `${rank}級` }, update: {} })).id
    const [low, high] = [await grade(5), await grade(6)]
    const post = await db.prisma.post.findFirstOrThrow({ where: { personId: people.boss, main: true } })
    const { id: _, ...same } = post
    await db.prisma.post.update({
      where: { id: post.id },
      data: { gradeId: low, validTo: new Date('2027-05-20') },
    })
    await db.prisma.post.create({ data: { ...same, gradeId: high, validFrom: new Date('2027-05-20') } })
    const event = { type: 'transfer-effective', personIds: [people.boss], on: day('2027-05-20') } as const
    await inTransaction(db, (tx) => city.core.tell(event, tx, clock.now()))
    // Each session asks anew who attends it: nobody did on 10 May.
    await enter({ ...may, others: '臨時会 5/10〜5/11\n5月臨時会 5/24〜6/11' }, await yearMark())
    const sat = await sittingsOf(db.prisma, [people.boss], at('2027-05-01T00:00'), at('2027-05-26T00:00'))
    expect(sat.map(({ start }) => start.toString())).toEqual(['2027-05-24T00:00:00Z', '2027-05-25T00:00:00Z'])
    expect(await asked(people.boss)).toEqual(['05-18', '05-20', '05-21', '06-14', '06-16', '06-22'])
  })

  test('its hours are not offered unless they are wanted, and who wants to is reached', async () => {
    await enter()
    await marked(people.boss)
    const offer = (also: string[]) =>
      interviewsDesk().submit(
        people.boss,
        'interviews.offer',
        { step: people.step },
        {
          from: '2027-05-24',
          to: '2027-05-24',
          weekdays: ['1', '2', '3', '4', '5'],
          hoursFrom: '10:00',
          hoursTo: '12:00',
          minutes: '30',
          lunch: also,
        },
        clock.now(),
      )
    expect((await offer([])).errors.to).toContain('議会の時間と重なっています')
    expect(words(await offer(['assembly']))).toContain('4件')
    // What is offered all the same can be chosen.
    const [first] = people.interviews
    const choices = await interviewsDesk().click(
      people.staff[0] ?? 0,
      'interviews.pick',
      { interview: first ?? 0 },
      clock.now(),
    )
    expect(words(choices)).toContain('5月24日(月) 10:00')
    const reached = await hr.click(people.boss, 'calendars.assembly-self', { attends: false }, clock.now())
    expect(words(reached)).toContain('会期中も、いつもどおりご案内します')
    expect(await db.prisma.assemblyMember.findMany()).toEqual([{ personId: people.boss, attends: false }])
  })

  test('is entered by whole years, once, by HR; what is stale or wrong changes nothing', async () => {
    await enter()
    expect(words(await enter())).toContain('ほかの方の変更')
    expect(words(await enter(may, '', 2040))).toContain('ほかの方の変更')
    expect((await enter({ ...may, opensAt: '' }, '', 2028)).errors).toHaveProperty('closesAt')
    expect((await marked(999_999)).errors).toHaveProperty('person')
    expect((await marked(people.boss, 'x')).errors).toHaveProperty('what')
    expect((await marked(people.boss, 'yes', '77')).errors).toHaveProperty('grade')
    expect(await db.prisma.assemblySession.count()).toBe(1)
    const seen = await hr.say(people.staff[0] ?? 0, 'calendars.assembly', '', clock.now())
    expect(words(seen)).toContain('5月24日(月)〜6月11日(金)')
    expect(words(seen)).not.toContain('会期を')
  })
})

describe('a section that closes on Mondays', () => {
  const tuesdayToSaturday = {
    weekdays: ['2', '3', '4', '5', '6'],
    holidays: ['yes'],
    opensAt: '9:30',
    closesAt: '18:00',
  }
  const set = (values: FormValues = {}, { by = people.hr, section = people.section, mark = '' } = {}) =>
    hr.submit(
      by,
      'calendars.office-save',
      { section, mark },
      { ...tuesdayToSaturday, ...values },
      clock.now(),
    )
  const seenMark = async () => {
    const opened = await hr.click(people.hr, 'calendars.office', { section: people.section }, clock.now())
    return String(opened.form?.data?.mark)
  }

  test('is followed by reminders, hours on offer and deadlines of its people', async () => {
    expect(words(await set({ closed: '2027/6/1、令和9年6月5日' }))).toContain('総務課の開所日を決めました')
    // Saturday counts, Monday and the special days do not.
    expect(await asked(people.boss)).toEqual(['05-25', '05-27', '05-28', '05-29', '06-03', '06-10'])
    const [notice] = await db.prisma.notice.findMany({
      where: { kind: 'interviews.offer' },
      orderBy: { dueAt: 'asc' },
    })
    expect(notice?.dueAt.toISOString()).toContain('T00:30')
    const offered = await interviewsDesk().click(
      people.boss,
      'interviews.offer',
      { step: people.step },
      clock.now(),
    )
    const weekdays = offered.form?.fields.find(({ name }) => name === 'weekdays')
    expect(weekdays).toMatchObject({ values: ['2', '3', '4', '5', '6'] })
    const laterOn = await interviewsDesk().click(
      people.boss,
      'interviews.later',
      { step: people.step },
      at('2027-05-29T10:00'),
    )
    expect(words(laterOn)).toContain('6月2日(水)')
    // A pause counts its days: Saturday is lost.
    await declare({ from: '2027-05-22', last: '2027-05-24' })
    expect((await deadlines())[0]?.[0]).toBe('05-29')
    // And back again.
    const mark = await seenMark()
    expect(words(await set({ remove: ['yes'] }, { mark }))).toContain('どおりに戻しました')
    expect(await asked(people.boss)).not.toContain('05-29')
    const trail = await db.prisma.audit.findMany({
      where: { action: { startsWith: 'calendar.office' } },
      orderBy: { id: 'asc' },
    })
    expect(trail.map(({ action, subject }) => [action, subject])).toEqual([
      ['calendar.office-set', `section:${people.section}`],
      ['calendar.office-dropped', `section:${people.section}`],
    ])
  })

  test('is set by HR or its clerk, of their own sections; what makes no sense is said at its field', async () => {
    const [clerk] = people.staff
    if (clerk === undefined) throw new Error('nobody')
    const other = await addSection(db.prisma, '0200', '図書館')
    await grant(db, clerk, 'clerk', people.section)
    const choose = (by: number, section: string) =>
      hr.submit(by, 'calendars.office-choose', {}, { section }, clock.now())
    expect((await choose(clerk, '総務課')).form?.id).toBe('calendars.office-save')
    for (const wrong of ['図書館', `${other}`, 'city', '0', '-1', '', "'; DROP"])
      expect((await choose(clerk, wrong)).errors, wrong).toHaveProperty('section')
    expect((await choose(people.hr, 'city')).form?.data).toEqual({ section: 0, mark: '' })
    expect(words(await set({}, { by: clerk, section: other }))).toContain('ご担当外の所属')
    expect(words(await set({}, { by: clerk, section: 0 }))).toContain('ご担当外の所属')
    const errors = async (values: FormValues) => Object.keys((await set(values, { by: clerk })).errors)
    expect(await errors({ weekdays: [] })).toEqual(['weekdays'])
    expect(await errors({ weekdays: ['8', 'x'] })).toEqual(['weekdays'])
    expect(await errors({ opensAt: '' })).toEqual(['opensAt'])
    expect(await errors({ closesAt: '9:00' })).toEqual(['closesAt'])
    expect(await errors({ closed: '来週' })).toEqual(['closed'])
    expect(await errors({ closed: '2027-06-01', open: '令和9年6月1日' })).toEqual(['open'])
    expect(await db.prisma.calendar.count()).toBe(0)
    expect(await errors({})).toEqual([])
    // The second of two who had the same form before them.
    expect(words(await set({}))).toContain('ほかの方の変更')
    expect(words(await hr.say(clerk, 'calendars.offices', '', clock.now()))).toContain('月・日曜休み')
  })
})
