import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../../test/support/database.ts'
import {
  buttonsOf,
  desk,
  type InterviewCity,
  interviewCity,
} from '../../../../test/support/interview-city.ts'
import { plainText } from '../../../../test/support/plain.ts'
import { addPerson, at, day, testCore } from '../../../../test/support/small-city.ts'
import { serveFeed } from '../../../agenda/feeds.ts'
import { toDbDate } from '../../../db/time.ts'
import { Refusal } from '../../../kernel/errors.ts'

let db: TestDatabase
let city: InterviewCity
let planned: ReturnType<typeof testCore>['planned']
let at_: ReturnType<typeof desk>
beforeAll(async () => {
  db = await freshDatabase()
})
beforeEach(async () => {
  await truncateAll(db)
  city = await interviewCity(db)
  const made = testCore(db)
  planned = made.planned
  at_ = desk(made.core, db)
})
afterAll(() => db.drop())

const week = {
  from: '2027-05-12',
  to: '2027-05-13',
  weekdays: ['1', '2', '3', '4', '5'],
  hoursFrom: '10:00',
  hoursTo: '14:00',
  minutes: '60',
  place: '第一会議室',
}
const staffAt = (n: number) => city.staff[n] ?? 0
const interviewAt = (n: number) => city.interviews[n] ?? 0
const offer = (values = {}) =>
  at_.submit(city.boss, 'interviews.offer', { step: city.step }, { ...week, ...values })
const choices = async (n: number, now?: Temporal.Instant) =>
  buttonsOf(
    (await at_.click(staffAt(n), 'interviews.pick', { interview: interviewAt(n) }, now)).card,
    'interviews.take',
  )
const row = (n: number) =>
  db.prisma.interview.findUniqueOrThrow({ where: { id: interviewAt(n) }, include: { meeting: true } })
/** Takes the first choice and gives back what was clicked. */
const takeFirst = async (n: number) => {
  const [first = {}] = await choices(n)
  return { first, seen: await at_.click(staffAt(n), 'interviews.take', first) }
}

test('an hour that is about to begin is not picked any more, from an old card neither', async () => {
  await offer()
  const early = await choices(0, at('2027-05-12T08:59'))
  expect(early).toHaveLength(6)
  expect(await choices(0, at('2027-05-12T09:00'))).toHaveLength(5)
  const seen = await at_.click(staffAt(0), 'interviews.take', early[0] ?? {}, at('2027-05-12T09:30'))
  expect(seen.card && plainText(seen.card)).toContain('まもなく始まる')
  expect(await row(0)).toMatchObject({ status: 'waiting', meeting: null })
})

describe('offering hours', () => {
  test('leaves out lunch, own bookings and hours already on offer, and tells everybody who waits', async () => {
    const seen = await offer()
    expect(seen.errors).toEqual({})
    // 10-11, 11-12 and 13-14 on two days
    expect(await db.prisma.slot.count()).toBe(6)
    expect(seen.card && plainText(seen.card)).toContain('6件')
    expect((await offer()).errors.hoursTo).toContain('埋まって')
    expect((await offer({ lunch: ['lunch'] })).errors).toEqual({})
    expect(await db.prisma.slot.count()).toBe(8)
    for (const n of [0, 1, 2])
      expect(planned.get(`offer:${interviewAt(n)}`)?.map((w) => w.recipientId)).toEqual([staffAt(n)])
  })

  test.each<[string, Record<string, string | string[]>, string, RegExp]>([
    ['the end before the start', { to: '2027-05-11' }, 'to', /開始より後/],
    ['hours the wrong way round', { hoursTo: '09:00' }, 'hoursTo', /開始より後/],
    ['only holidays', { from: '2028-05-03', to: '2028-05-05' }, 'from', /憲法記念日.*みどりの日.*こどもの日/],
    ['the past', { from: '2027-05-07' }, 'from', /これから/],
    ['no weekday', { weekdays: [] }, 'weekdays', /1つ以上/],
    ['outside working hours', { hoursFrom: '18:00', hoursTo: '20:00' }, 'hoursFrom', /8:30〜17:15/],
    ['too many', { to: '2027-06-30', minutes: '5' }, 'to', /200件/],
    ['nonsense', { from: 'いつか', minutes: '👋' }, 'minutes', /数字/],
    ['half a year and more', { to: '2027-12-31' }, 'to', /6か月/],
  ])('%s is said at its field and nothing is written', async (_, values, field, text) => {
    const now = at('2027-05-10T09:00')
    const seen = await at_.submit(
      city.boss,
      'interviews.offer',
      { step: city.step },
      { ...week, ...values },
      field === 'from' && values.to ? at('2028-05-01T09:00') : now,
    )
    expect(seen.errors[field]).toMatch(text)
    expect(await db.prisma.slot.count()).toBe(0)
  })

  test('whoever conducts nothing offers nothing, whatever the form says', async () => {
    await at_.submit(staffAt(0), 'interviews.offer', { step: city.step }, week)
    expect(await db.prisma.slot.count()).toBe(0)
  })

  test('takes hours back: one, all that were seen, and nobody else’s', async () => {
    await offer()
    const list = await at_.say(city.boss, 'interviews.slots')
    const [first = {}] = buttonsOf(list.card, 'interviews.withdraw')
    await at_.click(staffAt(0), 'interviews.withdraw', first)
    expect(await db.prisma.slot.count({ where: { status: 'withdrawn' } })).toBe(0)
    await at_.click(city.boss, 'interviews.withdraw', first)
    expect(await db.prisma.slot.count({ where: { status: 'withdrawn' } })).toBe(1)
    const [all = {}] = buttonsOf(list.card, 'interviews.withdraw-all')
    await at_.click(city.boss, 'interviews.withdraw-all', all)
    expect(await db.prisma.slot.count({ where: { status: 'offered' } })).toBe(0)
    const again = await at_.click(city.boss, 'interviews.withdraw', first)
    expect(again.card && plainText(again.card)).toContain('すでに')
  })
})

test('whoever conducts nothing and asks for hours is shown their own interview', async () => {
  await offer()
  const seen = await at_.say(staffAt(0), 'interviews.slots')
  expect(buttonsOf(seen.card, 'interviews.pick')).toHaveLength(1)
})

describe('choosing an hour', () => {
  beforeEach(() => offer())

  test('books both, tells the conductor, gives the file, and says so', async () => {
    const { seen } = await takeFirst(0)
    const interview = await row(0)
    expect(interview).toMatchObject({ status: 'booked', version: 2 })
    expect(seen.card && plainText(seen.card)).toContain('5月12日(水) 10:00〜11:00')
    expect(seen.files[0]?.text).toContain('SUMMARY:期首面談(佐藤課長)')
    expect(seen.files[0]?.text).toContain('DTSTART;TZID=Asia/Tokyo:20270512T100000')
    expect(await db.prisma.booking.count({ where: { status: 'booked' } })).toBe(2)
    expect(planned.get(`meeting:${interview.meetingId}`)?.map((w) => [w.kind, w.recipientId])).toEqual([
      ['interviews.booked', city.boss],
    ])
    expect(await db.prisma.audit.findMany({ select: { action: true, actorId: true } })).toEqual([
      { action: 'interview.booked', actorId: staffAt(0) },
    ])
  })

  test('of two who take the same hour at once one gets it, the other sees what is left', async () => {
    const [mine] = await choices(0)
    const [theirs] = await choices(1)
    expect(mine?.slot).toBe(theirs?.slot)
    const seen = await Promise.all([
      at_.click(staffAt(0), 'interviews.take', mine ?? {}),
      at_.click(staffAt(1), 'interviews.take', theirs ?? {}),
    ])
    expect(await db.prisma.interview.count({ where: { status: 'booked' } })).toBe(1)
    expect(await db.prisma.meeting.count()).toBe(1)
    const lost = seen.find((each) => each.files.length === 0)
    expect(lost?.card && plainText(lost.card)).toContain('ちょうど埋まった')
    expect(buttonsOf(lost?.card, 'interviews.take')).toHaveLength(5)
  })

  test('a double click has one effect and no reproach', async () => {
    const [first = {}] = await choices(0)
    const both = await Promise.all([1, 2].map(() => at_.click(staffAt(0), 'interviews.take', first)))
    expect(await db.prisma.meeting.count()).toBe(1)
    expect(await row(0)).toMatchObject({ version: 2 })
    for (const seen of both) expect(seen.card && plainText(seen.card)).not.toContain('更新されました')
  })

  test('a stale button shows the present state and says so', async () => {
    const [first, second] = await choices(0)
    await at_.click(staffAt(0), 'interviews.take', first ?? {})
    const seen = await at_.click(staffAt(0), 'interviews.take', second ?? {})
    expect(seen.card && plainText(seen.card)).toContain('先ほど更新されました')
    expect(JSON.stringify(seen.card)).toContain('10:00〜11:00')
    expect(await db.prisma.meeting.count()).toBe(1)
  })

  test('another hour replaces the first, which others can choose again; the file counts up', async () => {
    await takeFirst(0)
    const before = await row(0)
    const [, other = {}] = await choices(0)
    const seen = await at_.click(staffAt(0), 'interviews.take', other)
    const after = await row(0)
    expect(after.meetingId).toBe(before.meetingId)
    expect(after.meeting?.startsAt).not.toEqual(before.meeting?.startsAt)
    expect(seen.files[0]?.text).toContain(`UID:meeting-${after.meetingId}@hagukumi`)
    expect(seen.files[0]?.text).toContain('SEQUENCE:1')
    expect(await choices(1)).toHaveLength(5)
    expect(await db.prisma.slot.count({ where: { status: 'taken' } })).toBe(1)
  })

  test('an hour at which the person has something else is not shown; taken all the same, the old one stays', async () => {
    const { first } = await takeFirst(0)
    const [, second = {}] = await choices(0)
    const target = await db.prisma.slot.findUniqueOrThrow({ where: { id: Number(second.slot) } })
    await db.prisma.booking.create({
      data: {
        personId: staffAt(0),
        subject: 'other:1',
        startsAt: target.startsAt,
        endsAt: target.endsAt,
        exclusive: true,
        status: 'booked',
      },
    })
    expect((await choices(0)).map((each) => each.slot)).not.toContain(second.slot)
    const seen = await at_.click(staffAt(0), 'interviews.take', second)
    expect(seen.card && plainText(seen.card)).toContain('別の予定')
    const slot = await db.prisma.slot.findUniqueOrThrow({ where: { id: Number(first.slot) } })
    expect(slot.status).toBe('taken')
    expect(await row(0)).toMatchObject({ status: 'booked', version: 2 })
  })

  test('nobody else can choose, open, cancel or fix it: there is nothing for them', async () => {
    const [first = {}] = await choices(0)
    const stranger = staffAt(1)
    const forged: [string, Record<string, number>][] = [
      ['interviews.take', first as Record<string, number>],
      ['interviews.open', { interview: interviewAt(0) }],
      ['interviews.pick', { interview: interviewAt(0) }],
      ['interviews.cancel', { interview: interviewAt(0), version: 1 }],
      ['interviews.fix', { interview: interviewAt(0), version: 1 }],
      ['interviews.release', { interview: interviewAt(0), version: 1 }],
      ['interviews.open', { interview: 9999 }],
    ]
    for (const [id, data] of forged)
      await expect(at_.click(stranger, id, data)).rejects.toMatchObject({ kind: 'not-found' })
    await expect(
      at_.submit(stranger, 'interviews.fix', { interview: interviewAt(0), version: 1 }, {}),
    ).rejects.toBeInstanceOf(Refusal)
    expect(await row(0)).toMatchObject({ status: 'waiting', version: 1 })
  })

  test('HR of that part of the tree and an observer may look, and can do nothing', async () => {
    await takeFirst(0)
    const observer = await addPerson(db.prisma, '鈴木 部長', city.section, { title: '部長' })
    await db.prisma.participant.create({
      data: {
        interviewId: interviewAt(0),
        personId: observer,
        role: 'observer',
        fromOn: toDbDate(day('2027-04-01')),
      },
    })
    for (const who of [city.hr, observer]) {
      const seen = await at_.click(who, 'interviews.open', { interview: interviewAt(0) })
      expect(JSON.stringify(seen.card)).toMatch(/職員1さん.*佐藤課長/)
      expect(JSON.stringify(seen.card)).not.toContain('"buttons"')
      await expect(
        at_.click(who, 'interviews.cancel', { interview: interviewAt(0), version: 2 }),
      ).rejects.toMatchObject({ kind: 'not-found' })
    }
  })

  test('hours of another conductor, another step or the past cannot be forged in', async () => {
    const other = await addPerson(db.prisma, '別の 上司', city.section)
    const make = (data: { ownerId: number; startsAt: Date; endsAt: Date }) => db.prisma.slot.create({ data })
    const when = (d: string) => ({
      startsAt: new Date(`${d}T01:00:00Z`),
      endsAt: new Date(`${d}T01:30:00Z`),
    })
    const foreign = await make({ ownerId: other, ...when('2027-05-14') })
    const past = await make({ ownerId: city.boss, ...when('2027-05-07') })
    for (const slot of [foreign, past]) {
      const data = { interview: interviewAt(0), version: 1, slot: slot.id }
      const seen = await at_.click(staffAt(0), 'interviews.take', data)
      expect(seen.card && plainText(seen.card)).toContain('ちょうど埋まった')
    }
    expect(await row(0)).toMatchObject({ status: 'waiting' })
  })
})

describe('giving an hour back', () => {
  beforeEach(async () => {
    await offer()
    await takeFirst(0)
  })

  test('by the staff member: the conductor is told and others can choose it', async () => {
    const { meetingId } = await row(0)
    const seen = await at_.click(staffAt(0), 'interviews.cancel', { interview: interviewAt(0), version: 2 })
    expect(seen.card && plainText(seen.card)).toContain('取り消しました')
    expect(await row(0)).toMatchObject({ status: 'waiting', meetingId: null, version: 3 })
    expect(planned.get(`meeting:${meetingId}`)?.map((w) => [w.kind, w.recipientId])).toEqual([
      ['interviews.released', city.boss],
    ])
    expect(await choices(1)).toHaveLength(6)
    const file = await at_.click(staffAt(0), 'interviews.ics', { meeting: meetingId ?? 0 })
    expect(file.files[0]?.text).toContain('METHOD:CANCEL')
  })

  test('by the conductor, who says what becomes of the hour', async () => {
    const asked = await at_.click(city.boss, 'interviews.release', { interview: interviewAt(0), version: 2 })
    const found = buttonsOf(asked.card, 'interviews.cancel')
    expect(found.map((data) => data.slot)).toEqual(['offered', 'withdrawn'])
    await at_.click(city.boss, 'interviews.cancel', found[1] ?? {})
    expect(await db.prisma.slot.count({ where: { status: 'withdrawn' } })).toBe(1)
    expect(await choices(1)).toHaveLength(5)
  })

  test('both sides at once: one wins, the other is shown what is now', async () => {
    const data = { interview: interviewAt(0), version: 2 }
    const seen = await Promise.all([
      at_.click(staffAt(0), 'interviews.cancel', data),
      at_.click(city.boss, 'interviews.cancel', { ...data, slot: 'withdrawn' }),
    ])
    expect(await row(0)).toMatchObject({ status: 'waiting', version: 3 })
    const words = seen.map((each) => (each.card ? plainText(each.card) : ''))
    expect(words.filter((text) => text.includes('先ほど更新されました'))).toHaveLength(1)
    expect(await db.prisma.audit.count({ where: { action: 'interview.released' } })).toBe(1)
  })

  test('no longer once it has begun', async () => {
    const now = at('2027-05-12T10:00')
    const data = { interview: interviewAt(0), version: 2 }
    const seen = await at_.click(staffAt(0), 'interviews.cancel', data, now)
    expect(seen.card && plainText(seen.card)).toContain('開始時刻を過ぎて')
    expect(await row(0)).toMatchObject({ status: 'booked', version: 2 })
  })

  test('a conductor of the past finds nothing any more', async () => {
    await db.prisma.participant.updateMany({
      where: { interviewId: interviewAt(0) },
      data: { toOn: toDbDate(day('2027-05-10')) },
    })
    const data = { interview: interviewAt(0), version: 2 }
    for (const id of ['interviews.cancel', 'interviews.release', 'interviews.fix'])
      await expect(at_.click(city.boss, id, data)).rejects.toMatchObject({ kind: 'not-found' })
  })
})

describe('a time that was agreed on', () => {
  const values = { date: '2027-05-14', time: '15:00', minutes: '30', place: '' }
  const fix = (more = {}, data = { interview: interviewAt(0), version: 1 }) =>
    at_.submit(city.boss, 'interviews.fix', data, { ...values, ...more })

  test('is entered by the conductor and told to the member', async () => {
    const opened = await at_.click(city.boss, 'interviews.fix', { interview: interviewAt(0), version: 1 })
    expect(opened.form?.id).toBe('interviews.fix')
    const seen = await fix()
    expect(seen.card && plainText(seen.card)).toContain('5月14日(金) 15:00〜15:30')
    const { meetingId } = await row(0)
    expect(planned.get(`meeting:${meetingId}`)?.map((w) => w.recipientId)).toEqual([staffAt(0)])
  })

  test.each<[string, Record<string, string>, string, RegExp]>([
    ['a Sunday', { date: '2027-05-16' }, 'date', /閉庁日/],
    ['yesterday', { date: '2027-05-09' }, 'date', /これから/],
    ['this morning', { date: '2027-05-10', time: '08:45' }, 'time', /これから/],
    ['the evening', { time: '19:00' }, 'time', /勤務時間/],
    ['no time', { time: '' }, 'time', /時刻/],
    ['a long story as a place', { place: '👋\u202e'.repeat(5000) }, 'place', /200文字/],
    ['years ahead', { date: '2199-01-05' }, 'date', /祝日/],
  ])('%s is said at its field', async (_, more, field, text) => {
    expect((await fix(more)).errors[field]).toMatch(text)
    expect(await row(0)).toMatchObject({ status: 'waiting' })
  })

  test('a clash is said, and says of nobody what it is with', async () => {
    await fix()
    const seen = await fix({}, { interview: interviewAt(1), version: 1 })
    expect(seen.errors.time).toContain('別の予定')
    expect(await row(1)).toMatchObject({ status: 'waiting' })
  })
})

describe('the calendar', () => {
  test('without PUBLIC_URL says who can help', async () => {
    const seen = await at_.say(staffAt(0), 'interviews.calendar')
    expect(seen.card && plainText(seen.card)).toContain('PUBLIC_URL')
    expect(buttonsOf(seen.card, 'interviews.feed-make')).toEqual([])
  })

  test('gives an address that shows the interview, and ends it', async () => {
    const { core } = testCore(db)
    const withUrl = desk({ ...core, publicUrl: 'https://bot.example' }, db)
    await offer()
    await takeFirst(0)
    const made = await withUrl.click(staffAt(0), 'interviews.feed-make', {})
    const secret = /feeds\/([\w-]+)\.ics/.exec(made.card ? plainText(made.card) : '')?.[1] ?? ''
    const source = {
      zone: 'Asia/Tokyo',
      describe: withUrl.feature.bookings ? [withUrl.feature.bookings] : [],
    }
    const now = at('2027-05-10T09:00')
    const answer = await serveFeed(db.prisma, secret, now, source)
    expect(answer.body).toContain('SUMMARY:期首面談(佐藤課長)')
    expect(JSON.stringify(await db.prisma.audit.findMany())).not.toContain(secret)
    await withUrl.click(staffAt(0), 'interviews.feed-revoke', {})
    expect((await serveFeed(db.prisma, secret, now, source)).status).toBe(404)
  })
})

describe('one meeting for the steps of two cycles', () => {
  /** Another cycle's step with an open interview of the first member of staff. */
  const another = async (
    more: { shared?: boolean; opens?: string; conductor?: number; disclosed?: string } = {},
  ) => {
    const date = (iso: string) => toDbDate(day(iso))
    const step = {
      ordinal: 1,
      kind: 'evaluation',
      name: '下期 評価面談',
      nameEn: 'Evaluation of the second half',
      opensOn: date(more.opens ?? '2027-05-06'),
      deadline: date('2027-05-28'),
      recordDate: date('2027-03-31'),
      conductorRule: 'record_date',
      shared: more.shared ?? true,
      disclosedOn: more.disclosed ? date(more.disclosed) : null,
    }
    const cycle = await db.prisma.cycle.create({
      data: {
        name: '令和8年度 業績評価 下期',
        nameEn: 'FY2026 performance',
        startsOn: date('2026-10-01'),
        endsOn: date('2027-03-31'),
        status: 'open',
        participation: {},
        steps: { create: step },
      },
      include: { steps: true },
    })
    const conductor = { personId: more.conductor ?? city.boss, role: 'conductor', fromOn: date('2026-04-01') }
    const made = await db.prisma.interview.create({
      data: {
        stepId: cycle.steps[0]?.id ?? 0,
        personId: staffAt(0),
        deadline: step.deadline,
        participants: { create: conductor },
      },
    })
    return made.id
  }
  const stateOf = (id: number) => db.prisma.interview.findUniqueOrThrow({ where: { id } })
  const shareFirst = () => db.prisma.step.update({ where: { id: city.step }, data: { shared: true } })

  test('booking one books both; the card says so; held, both are; given back, both wait', async () => {
    await shareFirst()
    const other = await another()
    await offer()
    const { seen } = await takeFirst(0)
    const booked = await row(0)
    expect(await stateOf(other)).toMatchObject({ status: 'booked', meetingId: booked.meetingId })
    expect(seen.card && plainText(seen.card)).toContain(
      'この時間に、下期 評価面談（令和8年度 業績評価 下期）もあわせて行います',
    )
    expect(
      await db.prisma.audit.count({ where: { subject: `interview:${other}`, action: 'interview.booked' } }),
    ).toBe(1)
    // One thing to go to on Home, under both names.
    const items = (await at_.home(staffAt(0), at('2027-05-12T08:00'))).filter(({ text }) =>
      text.includes('面談'),
    )
    expect(items.map(({ text }) => text)).toEqual([
      expect.stringMatching(/期首面談・下期 評価面談|下期 評価面談・期首面談/),
    ])
    await at_.click(city.boss, 'interviews.release', { interview: other, version: 2 })
    const freed = { interview: interviewAt(0), version: booked.version, own: true }
    await at_.click(staffAt(0), 'interviews.cancel', freed)
    expect([(await row(0)).status, (await stateOf(other)).status]).toEqual(['waiting', 'waiting'])
    // Booked again and held: one answer of each is enough for both.
    const again = await takeFirst(0)
    expect(again.seen.errors).toEqual({})
    const after = at('2027-05-12T15:00')
    const { version } = await row(0)
    for (const who of [staffAt(0), city.boss])
      await at_.click(
        who,
        'interviews.answer',
        { interview: interviewAt(0), version, answer: 'held', own: true },
        after,
      )
    expect([(await row(0)).status, (await stateOf(other)).status]).toEqual(['held', 'held'])
  })

  test('not one of another conductor, of a window that is not open, or of a step that does not say so', async () => {
    await shareFirst()
    const others = [
      await another({ conductor: city.hr }),
      await another({ opens: '2027-05-20' }),
      await another({ shared: false }),
    ]
    await offer()
    await takeFirst(0)
    for (const id of others) expect(await stateOf(id)).toMatchObject({ status: 'waiting', meetingId: null })
  })

  test('of the disclosure the person sees the day and the desk, and nobody else', async () => {
    const id = await another({ disclosed: '2027-05-07' })
    const card = async (who: number, now?: Temporal.Instant) => {
      const seen = await at_.click(who, 'interviews.open', { interview: id }, now)
      return JSON.stringify(seen.card)
    }
    // Two weeks from the day after; the desk is the office where none is named.
    expect(await card(staffAt(0))).toContain('5月21日(金)まで・窓口：職員課')
    expect(await card(city.boss)).not.toContain('苦情')
    const texts = async (now: Temporal.Instant) =>
      (await at_.home(staffAt(0), now)).map(({ text, detail }) => `${text} ${detail ?? ''}`).join()
    expect(await texts(at('2027-05-06T09:00'))).not.toContain('開示')
    expect(await texts(at('2027-05-21T09:00'))).toContain('苦情の申出は5月21日(金)まで・窓口：職員課')
    expect(await texts(at('2027-05-22T09:00'))).not.toContain('開示')
  })
})
