import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { closedFrom } from '../../../test/support/closure.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../test/support/database.ts'
import { buttonsOf, desk, grant, words } from '../../../test/support/interview-city.ts'
import { addPerson, addRoute, addSection, at, day, testCore } from '../../../test/support/small-city.ts'
import { book } from '../../agenda/bookings.ts'
import { fromDbInstant, toDbDate, toDbInstant } from '../../db/time.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { Part } from '../../delivery/notice.ts'
import type { DomainEvent } from '../../directory/events.ts'
import { normalise } from '../../kernel/words.ts'
import type { Core } from '../feature.ts'
import { discloseNotes, oneOnOnes } from './index.ts'
import { fieldsOf, joined } from './notes.ts'

let db: TestDatabase
let core: Core
let planned: ReturnType<typeof testCore>['planned']
let at_: ReturnType<typeof desk>
let section: number
let boss: number
let member: number
let hr: number
let stranger: number
beforeAll(async () => {
  db = await freshDatabase()
})
beforeEach(async () => {
  await truncateAll(db)
  const made = testCore(db)
  core = made.core
  planned = made.planned
  at_ = desk(core, db, oneOnOnes(core))
  section = await addSection(db.prisma, '0100', '総務課')
  boss = await addPerson(db.prisma, '佐藤 一郎', section, { title: '課長' })
  member = await addPerson(db.prisma, '山田 花子', section)
  const other = await addSection(db.prisma, '0200', '税務課')
  stranger = await addPerson(db.prisma, '他所 次郎', other)
  hr = await addPerson(db.prisma, '人事 太郎', other)
  await grant(db, hr, 'hr')
  await addRoute(db.prisma, 'supervisor', { sectionId: section }, boss)
})
afterAll(() => db.drop())

/** Monday 10 May 2027, 09:00. */
const now = at('2027-05-10T09:00')
const rhythm = {
  cadence: 'weekly',
  weekday: '3',
  nth: '1',
  time: '10:00',
  minutes: '30',
  place: '会議室',
  starts: '2027-05-11',
}
const begin = async (who = member, partner = boss, values: Record<string, string> = {}) => {
  const seen = await at_.submit(
    who,
    'one-on-ones.create',
    {},
    { partner: `${partner}`, ...rhythm, ...values },
    now,
  )
  return { seen, series: await db.prisma.oneOnOne.findFirst({ orderBy: { id: 'desc' } }) }
}
const idOf = async () => (await db.prisma.oneOnOne.findFirstOrThrow({ orderBy: { id: 'desc' } })).id
const meetings = () =>
  db.prisma.oneOnOneMeeting.findMany({ orderBy: { startsAt: 'asc' }, where: { status: { not: 'skipped' } } })
const days = async () =>
  (await meetings()).map(({ startsAt }) =>
    fromDbInstant(startsAt).toZonedDateTimeISO('Asia/Tokyo').toPlainDateTime().toString().slice(0, 16),
  )
const hear = (event: DomainEvent, when: Temporal.Instant) =>
  inTransaction(db, async (tx) => at_.feature.on?.(event, tx, when))
const topic = (who: number, text: string, wish = 'listen') =>
  idOf().then((series) => at_.submit(who, 'one-on-ones.topic', { series }, { text, wish }, now))
/** Draws what is planned of a kind for somebody, as delivery does. */
async function drawn(kind: string, who: number, when: Temporal.Instant): Promise<Part | null> {
  const found = at_.feature.notices?.find((each) => each.kind === kind)
  // As delivery gives them: by when they were due.
  const due = [...planned]
    .flatMap(([subject, wanted]) =>
      wanted
        .filter((each) => each.kind === kind && each.recipientId === who)
        .map((each, id) => ({ ...each, id: id + 1, subject, detail: each.detail ?? {} })),
    )
    .toSorted((a, b) => Temporal.Instant.compare(a.dueAt, b.dueAt))
  if (!found || due.length === 0) throw new Error(`nothing planned of ${kind}`)
  const to = { id: who, number: '1', name: '', language: 'ja' as const }
  return found.draw(
    db.prisma,
    due.filter(({ dueAt }) => Temporal.Instant.compare(dueAt, when) <= 0),
    to,
    when,
  )
}

describe('a series', () => {
  test('is begun by the member, stands three ahead in both calendars, and the other one is told', async () => {
    const { seen } = await begin()
    expect(words(seen)).toContain('佐藤課長')
    expect(await days()).toEqual(['2027-05-12T10:00', '2027-05-19T10:00', '2027-05-26T10:00'])
    expect(
      await db.prisma.booking.count({ where: { status: 'booked', personId: { in: [boss, member] } } }),
    ).toBe(6)
    const told = [...planned.values()].flat().filter(({ kind }) => kind === 'one-on-ones.begun')
    expect(told.map(({ recipientId }) => recipientId)).toEqual([boss])
    expect(words(await at_.say(boss, 'one-on-ones.mine', '', now))).toContain('山田さん')
    expect((await at_.home(boss, now)).map(({ text }) => text)).toEqual(['山田さんとの1on1'])
  })

  test('is begun once a pair, and only within the line', async () => {
    await begin()
    expect((await begin(boss, member)).seen.errors.partner).toContain('すでに')
    const list = await at_.say(member, 'one-on-ones.mine', '', now)
    expect(JSON.stringify(list.card)).not.toContain('one-on-ones.begin')
    expect((await begin(stranger, boss)).seen.errors.partner).toBeDefined()
    expect((await begin(boss, stranger)).seen.errors.partner).toBeDefined()
    expect((await begin(member, boss, { minutes: '3' })).seen.errors.minutes).toBeDefined()
    expect(await db.prisma.oneOnOne.count()).toBe(1)
  })

  test('finds another hour where one of the two is taken, and goes on day by day', async () => {
    const interview = {
      subject: 'meeting:1',
      personIds: [boss],
      startsAt: at('2027-05-19T09:45'),
      endsAt: at('2027-05-19T10:15'),
      exclusive: true,
    }
    await inTransaction(db, (tx) => book(tx, interview))
    await begin()
    expect((await days())[1]).toBe('2027-05-19T08:30')
    await hear({ type: 'day-opened', on: day('2027-05-13') }, at('2027-05-13T00:05'))
    await hear({ type: 'day-opened', on: day('2027-05-13') }, at('2027-05-13T00:05'))
    expect(await days()).toHaveLength(4)
  })

  test('pauses, comes back by itself, is changed and ended by either; a stale button shows what is now', async () => {
    await begin()
    const series = await idOf()
    await at_.submit(boss, 'one-on-ones.pause', { series, version: 1 }, { until: '2027-05-31' }, now)
    expect(await days()).toEqual([])
    const stale = await at_.click(member, 'one-on-ones.end', { series, version: 1 }, now)
    expect(words(stale)).toContain('その間に変更')
    await hear({ type: 'day-opened', on: day('2027-05-31') }, at('2027-05-31T00:05'))
    expect(await days()).toEqual([])
    await hear({ type: 'day-opened', on: day('2027-06-01') }, at('2027-06-01T00:05'))
    expect((await days())[0]).toBe('2027-06-02T10:00')
    const changed = { ...rhythm, cadence: 'monthly', nth: '5', starts: '2027-06-02' }
    await at_.submit(member, 'one-on-ones.change', { series, version: 3 }, changed, at('2027-06-01T09:00'))
    expect(await days()).toEqual(['2027-06-30T10:00', '2027-07-28T10:00', '2027-08-25T10:00'])
    await at_.click(member, 'one-on-ones.end', { series, version: 4 }, at('2027-06-01T10:00'))
    expect(await db.prisma.oneOnOne.findFirst()).toMatchObject({ status: 'ended', endReason: 'asked' })
    expect(await db.prisma.booking.count({ where: { status: 'booked' } })).toBe(0)
    await expect(at_.click(boss, 'one-on-ones.open', { series }, now)).rejects.toMatchObject({
      kind: 'not-found',
    })
  })

  test('that only gets another place keeps its meetings where the two moved them, and its other week', async () => {
    await begin(member, boss, { cadence: 'biweekly' })
    const series = await idOf()
    const [first] = await meetings()
    const move = {
      meeting: first?.id ?? 0,
      version: 1,
      minute: at('2027-05-14T13:00').epochMilliseconds / 60_000,
    }
    await at_.click(member, 'one-on-ones.move', move, now)
    const before = await days()
    const opened = await at_.click(boss, 'one-on-ones.change', { series }, at('2027-05-13T09:00'))
    const shown = Object.fromEntries(
      (opened.form?.fields ?? []).map((field) => [field.name, 'value' in field ? `${field.value}` : '']),
    )
    // The next day of its rhythm: a week later it would be the other week.
    expect(shown.starts).toBe('2027-05-26')
    const save = (version: number, values: Record<string, string>) =>
      at_.submit(boss, 'one-on-ones.change', { series, version }, values, at('2027-05-13T09:00'))
    await save(1, { ...shown, place: '別室' })
    expect(await days()).toEqual(before)
    expect(before).toContain('2027-05-14T13:00')
    const told = JSON.stringify(await drawn('one-on-ones.changed', member, at('2027-05-13T09:00')))
    expect(told).toContain('隔週水曜日')
    await save(2, { ...shown, time: '15:00' })
    expect(await days()).toEqual(['2027-05-26T15:00', '2027-06-09T15:00', '2027-06-23T15:00'])
  })

  test('leads its lead to the list when they end it, and says of a pause until when', async () => {
    await begin()
    const series = await idOf()
    await at_.submit(boss, 'one-on-ones.pause', { series, version: 1 }, { until: '2027-05-31' }, now)
    expect(JSON.stringify(await drawn('one-on-ones.changed', member, now))).toContain('5月31日(月)まで休止')
    const seen = await at_.click(boss, 'one-on-ones.end', { series, version: 2 }, now)
    expect(words(seen)).toContain('終えました')
    expect(JSON.stringify(seen.card)).not.toContain('one-on-ones.open')
  })

  test('where no time is found in common the two are told two weeks before, with other days to choose from', async () => {
    // The chief is taken on all days around the second meeting.
    for (let d = 17; d <= 25; d += 1)
      await inTransaction(db, (tx) =>
        book(tx, {
          subject: `meeting:${d}`,
          personIds: [boss],
          startsAt: at(`2027-05-${d}T08:30`),
          endsAt: at(`2027-05-${d}T17:15`),
          exclusive: true,
        }),
      )
    await begin()
    const [, open] = await meetings()
    expect(open?.status).toBe('unplaced')
    for (const who of [boss, member]) {
      const part = JSON.stringify(await drawn('one-on-ones.unplaced', who, at('2027-05-10T09:30')))
      expect(part).toContain('空き時間が見つかっていません')
      expect(part).toContain('one-on-ones.times')
    }
    const seen = await at_.click(member, 'one-on-ones.times', { meeting: open?.id ?? 0 }, now)
    const [offer] = buttonsOf(seen.card, 'one-on-ones.move')
    await at_.click(member, 'one-on-ones.move', offer ?? {}, now)
    expect((await meetings()).map(({ status }) => status)).toEqual(['planned', 'planned', 'planned'])
    const left = [...planned].flatMap(([, wanted]) => wanted)
    expect(left.filter(({ kind }) => kind === 'one-on-ones.unplaced')).toEqual([])
  })

  test('nobody meets during a leave', async () => {
    await begin()
    await db.prisma.absence.create({
      data: {
        personId: boss,
        fromOn: toDbDate(day('2027-05-17')),
        toOn: toDbDate(day('2027-05-24')),
        kind: 'leave',
      },
    })
    await hear({ type: 'absence-changed', personIds: [boss] }, now)
    expect(await days()).toEqual(['2027-05-12T10:00', '2027-05-26T10:00', '2027-06-02T10:00'])
  })

  test('on a day of rest is left out, without anybody having skipped it; the others stay', async () => {
    await begin()
    await hear(await closedFrom(db.prisma, '2027-05-18', '2027-05-21', hr), now)
    expect(await days()).toEqual(['2027-05-12T10:00', '2027-05-26T10:00', '2027-06-02T10:00'])
    expect(await db.prisma.oneOnOneMeeting.count({ where: { status: 'skipped' } })).toBe(0)
    expect(await db.prisma.booking.count({ where: { status: 'booked' } })).toBe(6)
    const told = [...planned.values()].flat().map(({ dueAt }) => dueAt.toString().slice(0, 10))
    expect(told.filter((on) => on >= '2027-05-18' && on < '2027-05-21')).toEqual([])
  })

  test('left out by a pause it is back where the pause is taken back; one that was skipped is not', async () => {
    await begin()
    const before = await days()
    const event = await closedFrom(db.prisma, '2027-05-18', '2027-05-27', hr)
    if (event.type !== 'closure-changed') throw new Error('no closure')
    const lines = await at_.feature.resting?.(db.prisma, event, { language: 'ja', now })
    expect(lines).toEqual(['1on1 2件は行わず、休止のあとの回から続けます。'])
    await hear(event, now)
    expect(await days()).toEqual(['2027-05-12T10:00', '2027-06-02T10:00', '2027-06-09T10:00'])
    await db.prisma.oneOnOneMeeting.updateMany({
      where: { dueOn: toDbDate(day('2027-06-02')) },
      data: { status: 'skipped' },
    })
    await db.prisma.closure.deleteMany()
    const back = { ...event, was: event.is, is: [] }
    for (let twice = 0; twice < 2; twice++) await hear(back, now)
    expect(await days()).toEqual([...before, '2027-06-09T10:00'])
  })

  test('comes by itself where the city has opted in, once, and not again after it was ended', async () => {
    await db.prisma.setting.create({
      data: {
        key: 'one-on-ones.opt-in',
        value: { city: false, sections: [section], cadence: 'monthly', minutes: 30 },
        updatedAt: new Date(0),
      },
    })
    const open = (date: string) => hear({ type: 'day-opened', on: day(date) }, at(`${date}T00:05`))
    await open('2027-05-11')
    await open('2027-05-12')
    expect(await db.prisma.oneOnOne.findMany({ select: { leadId: true, memberId: true } })).toEqual([
      { leadId: boss, memberId: member },
    ])
    await at_.click(member, 'one-on-ones.end', { series: await idOf(), version: 1 }, at('2027-05-12T09:00'))
    await open('2027-05-13')
    expect(await db.prisma.oneOnOne.count()).toBe(1)
    const next = await addPerson(db.prisma, '新任 三郎', section, { title: '課長' })
    await db.prisma.route.updateMany({ data: { validTo: toDbDate(day('2027-05-15')) } })
    await addRoute(db.prisma, 'supervisor', { sectionId: section }, next, '2027-05-15')
    await open('2027-05-15')
    const live = { status: 'active', memberId: member }
    expect(await db.prisma.oneOnOne.findMany({ where: live, select: { leadId: true } })).toEqual([
      { leadId: next },
    ])
  })
})

describe('topics', () => {
  test('are the two’s alone: the member’s first, sealed at rest, carried over until they are done', async () => {
    await begin()
    await topic(boss, '予算の件', 'decide')
    await topic(member, '異動の希望', 'advise')
    const series = await idOf()
    const seen = await at_.click(boss, 'one-on-ones.open', { series }, now)
    const text = words(seen)
    expect(text.indexOf('異動の希望')).toBeLessThan(text.indexOf('予算の件'))
    expect(text).toContain('助言がほしい')
    for (const who of [hr, stranger])
      await expect(at_.click(who, 'one-on-ones.open', { series }, now)).rejects.toMatchObject({
        kind: 'not-found',
      })
    const { rows } = await db.pool.query<{ row: string }>(
      'SELECT to_jsonb(t)::text AS row FROM one_on_one_topic t',
    )
    const kept = JSON.stringify([rows, await db.prisma.audit.findMany(), [...planned]], (_, value) =>
      typeof value === 'bigint' ? `${value}` : value,
    )
    expect(rows).toHaveLength(2)
    for (const part of ['異動', '予算', Buffer.from('異動の希望').toString('hex')])
      expect(kept).not.toContain(part)
    const [first] = buttonsOf(seen.card, 'one-on-ones.topic-done')
    const left = words(await at_.click(boss, 'one-on-ones.topic-done', { topic: first?.topic ?? 0 }, now))
    expect(left).not.toContain('異動の希望')
    const back = words(await at_.click(boss, 'one-on-ones.topic-back', { topic: first?.topic ?? 0 }, now))
    expect(back).toContain('異動の希望')
    const again = { topic: first?.topic ?? 0 }
    await expect(at_.click(stranger, 'one-on-ones.topic-back', again, now)).rejects.toMatchObject({
      kind: 'not-found',
    })
    await at_.click(boss, 'one-on-ones.topic-done', again, now)
    expect(words(await at_.click(member, 'one-on-ones.open', { series }, at('2027-06-10T09:00')))).toContain(
      '予算の件',
    )
    const long = await topic(member, 'あ'.repeat(1001))
    expect(long.errors.text).toContain('1,001文字')
  })

  test('a nudge comes on the working morning before, only while there is nothing, and names nobody outside', async () => {
    await begin()
    const morning = at('2027-05-11T08:30')
    const part = await drawn('one-on-ones.nudge', member, morning)
    expect(part?.summary).not.toContain('佐藤')
    expect(JSON.stringify(part)).toContain('5月12日(水)')
    await topic(boss, '一つ')
    expect(await drawn('one-on-ones.nudge', member, morning)).toBeNull()
  })
})

describe('after', () => {
  const after = at('2027-05-12T16:30')

  test('both are asked with one click, neither sees the other’s answer, and the feeling is the member’s alone', async () => {
    await begin()
    const [first] = await meetings()
    const meeting = first?.id ?? 0
    const part = await drawn('one-on-ones.held', member, after)
    expect(JSON.stringify(part)).toContain('one-on-ones.answer')
    expect(
      words(await at_.click(member, 'one-on-ones.answer', { meeting, held: true }, at('2027-05-12T10:10'))),
    ).toContain('終了後')
    const thanks = await at_.click(member, 'one-on-ones.answer', { meeting, held: true }, after)
    expect(buttonsOf(thanks.card, 'one-on-ones.feel')).toHaveLength(5)
    expect(await drawn('one-on-ones.held', member, after)).toBeNull()
    expect(await drawn('one-on-ones.held', boss, after)).not.toBeNull()
    await at_.click(member, 'one-on-ones.feel', { meeting, face: 1 }, after)
    expect(words(await at_.click(member, 'one-on-ones.feelings', {}, after))).toContain('😣')
    for (const who of [boss, hr])
      expect(words(await at_.click(who, 'one-on-ones.feelings', {}, after))).not.toContain('😣')
    await expect(at_.click(boss, 'one-on-ones.feel', { meeting, face: 5 }, after)).rejects.toMatchObject({
      kind: 'not-found',
    })
    expect((await db.prisma.oneOnOneMeeting.findUnique({ where: { id: meeting } }))?.status).toBe('held')
    await at_.click(boss, 'one-on-ones.answer', { meeting, held: false }, after)
    expect((await db.prisma.oneOnOneMeeting.findUnique({ where: { id: meeting } }))?.status).toBe('planned')
    await expect(at_.click(hr, 'one-on-ones.answer', { meeting, held: true }, after)).rejects.toMatchObject({
      kind: 'not-found',
    })
  })

  test('another time is one click from the free time of both; a taken one is refused', async () => {
    await begin()
    const [first] = await meetings()
    const meeting = first?.id ?? 0
    const seen = await at_.click(member, 'one-on-ones.times', { meeting }, now)
    const [offer, second] = buttonsOf(seen.card, 'one-on-ones.move')
    await at_.click(member, 'one-on-ones.move', offer ?? {}, now)
    expect((await days())[0]).toBe('2027-05-11T10:00')
    expect((await drawn('one-on-ones.moved', boss, now))?.blocks.length).toBeGreaterThan(0)
    expect(words(await at_.click(boss, 'one-on-ones.move', second ?? {}, now))).toContain('その間に変更')
    const night = at('2027-05-12T22:00').epochMilliseconds / 60_000
    const refused = await at_.click(boss, 'one-on-ones.move', { meeting, version: 2, minute: night }, now)
    expect(words(refused)).toContain('いま埋まりました')
  })

  test('the fourth skip in a row is told to the two, and to nobody else', async () => {
    await begin()
    const told = () => [...planned.values()].flat().filter(({ kind }) => kind === 'one-on-ones.skips')
    for (let n = 1; n <= 4; n += 1) {
      expect(told()).toEqual([])
      const [next] = await meetings()
      const data = { meeting: next?.id ?? 0, version: 1 }
      await at_.click(n % 2 ? member : boss, 'one-on-ones.skip', data, now)
      expect(await meetings()).toHaveLength(3)
    }
    expect(told().map(({ recipientId }) => recipientId)).toEqual([boss, member])
    expect(await db.prisma.audit.count({ where: { action: { contains: 'skip' } } })).toBe(0)
  })
})

describe('a new supervisor', () => {
  test('ends the pair and gets nothing; the member may begin anew, and take their own topics along', async () => {
    await begin()
    await topic(member, '自分の話題')
    await topic(boss, '前任の話題')
    const series = await idOf()
    const next = await addPerson(db.prisma, '新任 三郎', section, { title: '課長' })
    await db.prisma.route.updateMany({ data: { validTo: toDbDate(day('2027-05-15')) } })
    await addRoute(db.prisma, 'supervisor', { sectionId: section }, next, '2027-05-15')
    const when = at('2027-05-15T00:05')
    const event = { type: 'transfer-effective', personIds: [member], on: day('2027-05-15') } as const
    await hear(event, when)
    await hear(event, when)
    expect(await db.prisma.oneOnOne.findFirst()).toMatchObject({ status: 'ended', endReason: 'transfer' })
    for (const who of [boss, next])
      await expect(at_.click(who, 'one-on-ones.open', { series }, when)).rejects.toMatchObject({
        kind: 'not-found',
      })
    const own = words(await at_.click(member, 'one-on-ones.open', { series }, when))
    expect(own).toContain('自分の話題')
    expect(own).not.toContain('前任の話題')
    expect(own).toContain('新しい上司と始める')
    // Still found from the member's list, and from nobody else's.
    expect(words(await at_.say(member, 'one-on-ones.mine', '', when))).toContain('これまでの1on1')
    expect(words(await at_.say(boss, 'one-on-ones.mine', '', when))).not.toContain('これまでの1on1')
    expect(JSON.stringify(await drawn('one-on-ones.ended', boss, when))).not.toContain('one-on-ones.continue')
    expect(JSON.stringify(await drawn('one-on-ones.ended', member, when))).toContain('one-on-ones.continue')
    await at_.click(member, 'one-on-ones.continue', { series, topics: true }, at('2027-05-17T09:00'))
    const seen = words(
      await at_.click(next, 'one-on-ones.open', { series: await idOf() }, at('2027-05-17T09:00')),
    )
    expect(seen).toContain('自分の話題')
    expect(seen).not.toContain('前任の話題')
  })
})

describe('notes', () => {
  const setup = (values: Record<string, string | string[]> = {}) =>
    at_.submit(
      hr,
      'one-on-ones.setup',
      {},
      {
        scope: 'nowhere',
        cadence: 'monthly',
        minutes: '30',
        notes: ['on'],
        kept: '3',
        template: '案内\n実務',
        ...values,
      },
      now,
    )
  const write = (who: number, text: string, series: number) =>
    at_.submit(who, 'one-on-ones.note', { series }, { text }, now)

  test('are off until the city turns them on, then the two’s alone, sealed, and gone with their period', async () => {
    await begin()
    const series = await idOf()
    expect(words(await write(member, '記録', series))).toContain('いまは使われていません')
    await setup()
    await write(member, '相談の経緯', series)
    await write(boss, '助言の内容', series)
    const seen = await at_.click(boss, 'one-on-ones.notes', { series }, now)
    const notes = buttonsOf(seen.card, 'one-on-ones.note').map(({ note }) => Number(note))
    expect(words(await at_.click(boss, 'one-on-ones.note', { note: notes[1] ?? 0 }, now))).toContain(
      '相談の経緯',
    )
    for (const who of [hr, stranger]) {
      await expect(at_.click(who, 'one-on-ones.notes', { series }, now)).rejects.toMatchObject({
        kind: 'not-found',
      })
      await expect(at_.click(who, 'one-on-ones.note', { note: notes[0] ?? 0 }, now)).rejects.toMatchObject({
        kind: 'not-found',
      })
    }
    const { rows } = await db.pool.query<{ row: string }>(
      'SELECT to_jsonb(n)::text AS row FROM one_on_one_note n',
    )
    expect(JSON.stringify(rows)).not.toContain(Buffer.from('相談の経緯').toString('hex'))
    expect(
      JSON.stringify(await db.prisma.audit.findMany(), (_, v) => (typeof v === 'bigint' ? 0 : v)),
    ).not.toContain('相談')
    const job = at_.feature.jobs?.find(({ name }) => name === 'one-on-ones.forget')
    const nightly = async (when: Temporal.Instant) => {
      if (!job || !('inside' in job)) throw new Error('no job')
      await inTransaction(db, (tx) => job.inside(tx, when, when))
    }
    await nightly(at('2027-08-09T02:40'))
    expect(await db.prisma.oneOnOneNote.count()).toBe(2)
    await nightly(at('2027-08-10T02:40'))
    expect(await db.prisma.oneOnOneNote.count()).toBe(0)
  })

  test('one of 40 kB is refused with its length, one of 10,000 characters is kept whole over pages', async () => {
    await begin()
    await setup()
    const series = await idOf()
    const refused = await write(member, 'a'.repeat(40_000), series)
    expect(refused.errors.text).toContain('40,000文字')
    expect(refused.errors.text).toContain('10,000文字')
    await write(member, `${'あ'.repeat(9_995)}おわり`, series)
    const note = (await db.prisma.oneOnOneNote.findFirstOrThrow()).id
    const first = await at_.click(member, 'one-on-ones.note', { note }, now)
    expect(words(first)).not.toContain('おわり')
    expect(words(await at_.click(member, 'one-on-ones.note', { note, page: 2 }, now))).toContain('おわり')

    // Longer than a field of a form: it is edited in several, and saved unchanged it is the same.
    const opened = await at_.click(member, 'one-on-ones.note-write', { series, note }, now)
    const fields = opened.form?.fields ?? []
    expect(fields.map(({ name }) => name)).toEqual(['text', 'text2', 'text3', 'text4'])
    const values = Object.fromEntries(
      fields.map((field) => [field.name, field.type === 'text' ? (field.value ?? '') : '']),
    )
    const save = (more: Record<string, string>) =>
      at_.submit(member, 'one-on-ones.note', opened.form?.data ?? {}, { ...values, ...more }, now)
    expect((await save({ text4: 'b'.repeat(3_000) })).errors.text).toContain('10,000文字')
    const pages = async () =>
      Promise.all(
        [1, 2].map(async (page) => words(await at_.click(member, 'one-on-ones.note', { note, page }, now))),
      )
    const before = await pages()
    await save({})
    expect(await pages()).toEqual(before)
    expect(await db.prisma.oneOnOneNote.findMany({ select: { version: true } })).toEqual([{ version: 2 }])
  })

  test('a note in parts is the same note, wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('\n', 'あ'.repeat(700), 'い'.repeat(1_450), '😀x', ' '), { maxLength: 14 }),
        (pieces) => {
          const words = normalise(pieces.join('').slice(0, 10_000), { lines: true })
          const { parts, joints } = fieldsOf(words)
          const values = Object.fromEntries(parts.map((part, i) => [i === 0 ? 'text' : `text${i + 1}`, part]))
          expect(parts.every((part) => part.length <= 3_000)).toBe(true)
          expect(normalise(joined(values, joints), { lines: true }) === words).toBe(true)
        },
      ),
    )
  })

  test('are all within reach, however many', async () => {
    await begin()
    await setup()
    const series = await idOf()
    for (let n = 1; n <= 21; n += 1) await write(member, `第${n}回`, series)
    const rows = async (page: number) =>
      buttonsOf((await at_.click(boss, 'one-on-ones.notes', { series, page }, now)).card, 'one-on-ones.note')
    expect([(await rows(1)).length, (await rows(2)).length]).toEqual([20, 1])
  })

  test('of a former member are closed to the former supervisor; a disclosure by law is recorded and told to both', async () => {
    await begin()
    await setup()
    const series = await idOf()
    await write(member, '相談の経緯', series)
    const note = (await db.prisma.oneOnOneNote.findFirstOrThrow()).id
    await db.prisma.route.updateMany({ data: { validTo: toDbDate(day('2027-05-15')) } })
    await hear(
      { type: 'transfer-effective', personIds: [member], on: day('2027-05-15') },
      at('2027-05-15T00:05'),
    )
    for (const [action, data] of [
      ['one-on-ones.notes', { series }],
      ['one-on-ones.note', { note }],
      ['one-on-ones.note-write', { series, note }],
    ] as const)
      await expect(at_.click(boss, action, data, at('2027-05-17T09:00'))).rejects.toMatchObject({
        kind: 'not-found',
      })
    expect(words(await at_.click(member, 'one-on-ones.note', { note }, now))).toContain('相談の経緯')

    const number = async (id: number) => (await db.prisma.person.findUniqueOrThrow({ where: { id } })).number
    const asked = { lead: await number(boss), member: await number(member), now: at('2027-06-01T09:00') }
    await expect(discloseNotes(core, { ...asked, reason: '' })).rejects.toMatchObject({ kind: 'invalid' })
    await expect(
      discloseNotes(core, { ...asked, member: '0', reason: '情報公開条例' }),
    ).rejects.toMatchObject({
      kind: 'not-found',
    })
    const found = await discloseNotes(core, { ...asked, reason: '情報公開条例第5条' })
    expect(found.map(({ text }) => text)).toEqual(['相談の経緯'])
    const trail = await db.prisma.audit.findMany({ where: { action: 'one-on-one.notes-disclosed' } })
    expect(trail.map(({ via, change }) => [via, change])).toEqual([
      ['cli', { notes: 1, reason: '情報公開条例第5条' }],
    ])
    for (const who of [boss, member])
      expect(JSON.stringify(await drawn('one-on-ones.read', who, asked.now))).toContain('開示されました')
  })
})

describe('HR', () => {
  test('sees how many were held by section, from five members on, and no name', async () => {
    const staff = [member]
    for (let n = 0; n < 3; n += 1) staff.push(await addPerson(db.prisma, `同僚${n} 花子`, section))
    const past = async (who: number) => {
      await begin(who, boss)
      const row = (await meetings()).find(({ seriesId }) => seriesId > 0)
      const series = await idOf()
      await db.prisma.oneOnOneMeeting.updateMany({
        where: { seriesId: series, dueOn: row?.dueOn ?? new Date(0) },
        data: {
          status: who === member ? 'planned' : 'held',
          startsAt: toDbInstant(at('2027-05-07T10:00')),
          endsAt: toDbInstant(at('2027-05-07T10:30')),
        },
      })
    }
    for (const who of staff) await past(who)
    expect(words(await at_.say(hr, 'one-on-ones.figures', '', now))).not.toContain('総務課')
    await past(await addPerson(db.prisma, '五人目 花子', section))
    const seen = words(await at_.say(hr, 'one-on-ones.figures', '', now))
    expect(seen).toContain('総務課')
    expect(seen).toContain('5回の予定のうち4回実施(80%)。回答待ち1回')
    for (const name of ['山田', '同僚', '佐藤']) expect(seen).not.toContain(name)
    const part = await addPerson(db.prisma, '税務 人事', section)
    const { id: tax } = await db.prisma.section.findFirstOrThrow({ where: { code: '0200' } })
    await grant(db, part, 'hr', tax)
    expect(words(await at_.say(part, 'one-on-ones.figures', '', now))).not.toContain('総務課')
    await expect(at_.click(part, 'one-on-ones.setup', {}, now)).rejects.toThrow('not allowed')
    await expect(at_.click(boss, 'one-on-ones.setup-change', {}, now)).rejects.toThrow('not allowed')
  })
})

describe('OJT', () => {
  test('a pair with a plan by weeks: both tick, the chief sees how far they are and none of their topics', async () => {
    const trainer = await addPerson(db.prisma, '先輩 次郎', section)
    const values = { trainer: `${trainer}`, newcomer: `${member}`, ...rhythm }
    expect((await at_.submit(stranger, 'one-on-ones.ojt', {}, values, now)).errors.newcomer).toBeDefined()
    const same = await at_.submit(boss, 'one-on-ones.ojt', {}, { ...values, trainer: `${member}` }, now)
    expect(same.errors.trainer).toBeDefined()
    await at_.submit(boss, 'one-on-ones.ojt', {}, values, now)
    const series = await idOf()
    await topic(member, '困っていること')
    const plan = await at_.click(member, 'one-on-ones.plan', { series }, now)
    const [first] = buttonsOf(plan.card, 'one-on-ones.tick')
    await at_.click(member, 'one-on-ones.tick', first ?? {}, now)
    expect(words(await at_.say(boss, 'one-on-ones.ojt', '', now))).toContain('12週のうち0週')
    await at_.click(trainer, 'one-on-ones.tick', first ?? {}, now)
    const chief = words(await at_.say(boss, 'one-on-ones.ojt', '', now))
    expect(chief).toContain('12週のうち1週')
    expect(chief).not.toContain('困って')
    const undone = await at_.click(trainer, 'one-on-ones.untick', first ?? {}, now)
    expect(words(undone)).toContain('トレーナー まだ ・ 対象の方 済')
    await expect(at_.click(stranger, 'one-on-ones.untick', first ?? {}, now)).rejects.toMatchObject({
      kind: 'not-found',
    })
    for (const id of ['one-on-ones.open', 'one-on-ones.plan'])
      await expect(at_.click(boss, id, { series }, now)).rejects.toMatchObject({ kind: 'not-found' })
    await expect(at_.click(boss, 'one-on-ones.tick', first ?? {}, now)).rejects.toMatchObject({
      kind: 'not-found',
    })
    await db.prisma.post.updateMany({ where: { personId: member }, data: { sectionId: section + 1 } })
    await hear(
      { type: 'transfer-effective', personIds: [member], on: day('2027-05-11') },
      at('2027-05-11T00:05'),
    )
    expect(await db.prisma.oneOnOne.findFirst()).toMatchObject({ status: 'ended', endReason: 'transfer' })
  })
})

test('a pair made by mistake is ended by the chief who made it, and by nobody outside', async () => {
  const trainer = await addPerson(db.prisma, '先輩 次郎', section)
  const pair = { trainer: `${trainer}`, newcomer: `${member}`, ...rhythm }
  await at_.submit(boss, 'one-on-ones.ojt', {}, pair, now)
  const series = await idOf()
  const [end] = buttonsOf((await at_.say(boss, 'one-on-ones.ojt', '', now)).card, 'one-on-ones.ojt-end')
  expect(end).toEqual({ series, version: 1 })
  await expect(at_.click(stranger, 'one-on-ones.ojt-end', end ?? {}, now)).rejects.toMatchObject({
    kind: 'not-found',
  })
  expect(words(await at_.click(boss, 'one-on-ones.ojt-end', end ?? {}, now))).toContain('組を終えました')
  expect(await db.prisma.booking.count({ where: { status: 'booked' } })).toBe(0)
  const told = [...planned.values()].flat().filter(({ kind }) => kind === 'one-on-ones.ended')
  expect(told.map(({ recipientId }) => recipientId)).toEqual([trainer, member])
})

test('each week whoever has not ticked it is asked, on its Friday; a changed rhythm does not begin the plan anew', async () => {
  const trainer = await addPerson(db.prisma, '先輩 次郎', section)
  const pair = { trainer: `${trainer}`, newcomer: `${member}`, ...rhythm }
  await at_.submit(boss, 'one-on-ones.ojt', {}, pair, now)
  const series = await idOf()
  const asked = () =>
    [...planned].flatMap(([, wanted]) => wanted).filter(({ kind }) => kind === 'one-on-ones.week')
  expect(asked()).toHaveLength(24)
  const friday = at('2027-05-14T15:00')
  const first = asked().filter(({ dueAt }) => dueAt.equals(friday))
  expect(first.map(({ recipientId }) => recipientId)).toEqual([trainer, member])
  const part = await drawn('one-on-ones.week', member, friday)
  expect(JSON.stringify(part)).toContain('職場の案内')
  const [tick] = buttonsOf({ blocks: part?.blocks ?? [], summary: '' }, 'one-on-ones.tick')
  await at_.click(member, 'one-on-ones.tick', tick ?? {}, friday)
  expect(await drawn('one-on-ones.week', member, friday)).toBeNull()
  expect(await drawn('one-on-ones.week', trainer, friday)).not.toBeNull()
  // Two open weeks are one question, about the later.
  const later = JSON.stringify(await drawn('one-on-ones.week', trainer, at('2027-05-21T15:00')))
  expect(later).toContain('第2週')
  expect(later).not.toContain('第1週')
  const changed = { ...rhythm, time: '11:00', starts: '2027-05-26' }
  await at_.submit(trainer, 'one-on-ones.change', { series, version: 1 }, changed, at('2027-05-25T09:00'))
  const plan = await at_.click(member, 'one-on-ones.plan', { series }, at('2027-05-25T10:00'))
  expect(words(plan)).toContain('いま第3週')
  await at_.click(trainer, 'one-on-ones.end', { series, version: 2 }, at('2027-05-25T11:00'))
  expect(asked()).toEqual([])
  // A week that begins on a Friday is not asked about on that very day.
  await at_.submit(boss, 'one-on-ones.ojt', {}, { ...pair, starts: '2027-05-28' }, at('2027-05-27T09:00'))
  expect(asked()[0]?.dueAt).toEqual(at('2027-06-03T15:00'))
})

test('every form and card that somebody can open is one that both platforms take', async () => {
  await begin()
  const series = await idOf()
  const [first] = await meetings()
  for (const [id, data] of [
    ['one-on-ones.begin', {}],
    ['one-on-ones.change', { series }],
    ['one-on-ones.pause', { series }],
    ['one-on-ones.topic-add', { series }],
    ['one-on-ones.settings', { series }],
    ['one-on-ones.times', { meeting: first?.id ?? 0 }],
  ] as const)
    expect((await at_.click(member, id, data, now)).errors).toEqual({})
  for (const id of ['one-on-ones.setup-change', 'one-on-ones.setup'])
    expect((await at_.click(hr, id, {}, now)).errors).toEqual({})
  expect((await at_.click(boss, 'one-on-ones.ojt-begin', {}, now)).form?.fields.length).toBeGreaterThan(5)
  await at_.click(member, 'one-on-ones.resume', { series, version: 1 }, now)
})
