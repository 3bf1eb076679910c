// Round tables and coffee pairs from the first form to the figures, through intake as it is; and what nobody may read.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ActionData, Card, FormValues } from '../../src/cards/card.ts'
import { plainCard } from '../../src/cards/plain.ts'
import type { ChatPlatform, InboundEvent, Reply } from '../../src/chat/chat.ts'
import { composeCity } from '../../src/compose.ts'
import { fromDbInstant, toDbDate, toDbInstant } from '../../src/db/time.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { gatherings } from '../../src/features/gatherings/index.ts'
import { bookingSubject } from '../../src/features/gatherings/plan.ts'
import { MovableClock } from '../../src/kernel/clock.ts'
import { createLog } from '../../src/kernel/log.ts'
import { secretOf } from '../../src/kernel/secret.ts'
import { closedFrom } from '../support/closure.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../support/database.ts'
import { fakePlatform } from '../support/fake-platform.ts'
import { expectLegal } from '../support/legal.ts'
import { addPerson, addSection, at, day, transfer } from '../support/small-city.ts'
import { tellUntil } from '../support/tell.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(() => truncateAll(db))

const words = (card: Card) => plainCard(card, 'ja')
/** 1-8: two in each of four departments. */
const staff = ['一戸', '二宮', '三好', '四宮', '五島', '六角', '七尾', '八木'] as const
type Who = (typeof staff)[number] | 'hr' | 'taxHr' | 'other'

/** Opens conversations of several people, and remembers what it said in them. */
function pretendedSlack() {
  const talks: { readonly users: readonly string[]; readonly said: string[] }[] = []
  const gather: NonNullable<ChatPlatform['gather']> = async (people, first) => {
    if (!state.permitted) return { type: 'refused', reason: 'not-permitted' }
    const users = people.map(({ user }) => user).sort()
    const known = talks.find((each) => each.users.join() === users.join())
    const talk = known ?? { users, said: [] }
    if (!known) talks.push(talk)
    const url = `https://slack.test/${talks.indexOf(talk)}`
    const card = await first(url)
    const fault = state.faults.shift()
    if (fault === 'lost') throw new TypeError('the process is gone')
    if (fault === 'silent') return { type: 'open', url, greeted: false }
    if (card) talk.said.push(words(card))
    return { type: 'open', url, greeted: true }
  }
  const faults: ('lost' | 'silent')[] = []
  const state = Object.assign(fakePlatform({ platform: 'slack' }), { permitted: true, talks, faults, gather })
  return state
}

/** Eight people of four departments, HR of the city and of one department, a bystander. */
async function city() {
  const clock = new MovableClock(at('2027-05-11T10:00'))
  const log: string[] = []
  const slack = pretendedSlack()
  const made = composeCity({
    db,
    clock,
    platforms: [slack, fakePlatform({ platform: 'email' })],
    zone: 'Asia/Tokyo',
    secret: secretOf(Buffer.alloc(32, 5)),
    log: createLog('silent'),
    features: [gatherings],
    intake: { changed: () => {}, pause: async () => {} },
    processMetrics: false,
  })
  const tx = db.prisma
  const grades = [1, 2, 3, 4].map((rank) => tx.grade.create({ data: { rank, name: `${rank}級` } }))
  const ranks = await Promise.all(grades)
  const office = await addSection(tx, '0100', '職員課')
  const sections: number[] = []
  for (const [i, name] of ['税務課', '福祉課', '土木課', '教育課'].entries())
    sections.push(await addSection(tx, `0${i + 2}00`, name))
  const people = {} as Record<Who, number>
  for (const [i, name] of staff.entries())
    people[name] = await addPerson(tx, `${name} 花`, sections[Math.floor(i / 2)] ?? 0, {
      gradeId: ranks[i % 4]?.id ?? 0,
    })
  people.hr = await addPerson(tx, '人事 一郎', office, { title: '主査' })
  people.taxHr = await addPerson(tx, '税人 次郎', office, { title: '主査' })
  people.other = await addPerson(tx, '外野 守', office)
  const right = { role: 'hr', validFrom: toDbDate(day('2027-04-01')) }
  await tx.roleGrant.create({ data: { ...right, personId: people.hr } })
  await tx.roleGrant.create({ data: { ...right, personId: people.taxHr, sectionId: sections[0] ?? 0 } })
  await tx.identity.createMany({
    data: Object.values(people).map((personId) => ({
      personId,
      platform: 'playground',
      tenant: 'playground',
      userId: `u${personId}`,
      state: 'active',
    })),
  })

  let keys = 0
  type Body<T> = T extends unknown ? Omit<T, 'key' | 'sender'> : never
  /** As somebody of the office, or by a link in an e-mail to this address. */
  const send = async (
    who: Who | `${string}@${string}`,
    body: Body<InboundEvent>,
  ): Promise<readonly Reply[]> => {
    const sender = who.includes('@')
      ? { platform: 'email', tenant: 'mail', user: who, locale: 'ja' }
      : { platform: 'playground', tenant: 'playground', user: `u${people[who as Who]}`, locale: 'ja' }
    const event = { ...body, key: `k${++keys}`, sender } as InboundEvent
    const replies = await made.intake.receive(event)
    for (const reply of replies) {
      if (reply.type === 'card') expectLegal(reply.card)
      if (reply.type === 'form') expectLegal(reply.form)
    }
    log.push(JSON.stringify(replies))
    return replies
  }
  const cardOf = (replies: readonly Reply[]): Card => {
    const [reply] = replies
    if (reply?.type !== 'card') throw new Error(`no card: ${JSON.stringify(replies)}`)
    return reply.card
  }
  const say = async (who: Who, text = '座談会') => cardOf(await send(who, { type: 'words', text }))
  const click = (who: Who, id: string, data: ActionData = {}) =>
    send(who, { type: 'click', action: { id, data } })
  const press = async (who: Who, id: string, data: ActionData = {}) => cardOf(await click(who, id, data))
  const submit = (who: Who, form: string, data: ActionData, values: FormValues) =>
    send(who, { type: 'submit', form, data, values })
  const kinds = gatherings(made.core).notices ?? []
  const told = async (until: Temporal.Instant = clock.now()) => {
    const heard = await tellUntil(db, kinds, until)
    for (const { card } of heard) {
      expectLegal(card)
      log.push(JSON.stringify(card))
    }
    return heard.map((each) => ({ ...each, who: whoIs(each.to), words: words(each.card) }))
  }
  const whoIs = (id: number) => Object.entries(people).find(([, each]) => each === id)?.[0] as Who
  const tell = (event: Parameters<typeof made.core.tell>[0]) =>
    inTransaction(db, (inside) => made.core.tell(event, inside, clock.now()))
  const openDay = async (on: string) => {
    clock.set(at(`${on}T08:30`))
    await tell({ type: 'day-opened', on: day(on) })
  }
  const usual = {
    name: '部署をこえた座談会',
    purpose: '顔の見える関係をつくる',
    size: '4',
    cadence: 'monthly',
    nextOn: '2027-06-01',
    minutes: '45',
    hours: 'any',
    place: '第2会議室',
  }
  const latest = () => tx.gatheringSeries.findFirstOrThrow({ orderBy: { id: 'desc' } })
  /** A series for everybody of the four departments, called for. */
  const series = async (more: FormValues = {}, who: Who = 'hr') => {
    await submit(who, 'gatherings.save', {}, { ...usual, ...more })
    const { id, version } = await latest()
    const whoSections = who === 'hr' ? sections.map(String) : [String(sections[0])]
    await submit(who, 'gatherings.who', { series: id, version }, { whoSections })
    await press(who, 'gatherings.open', { series: id, version: version + 1 })
    return id
  }
  const join = async (id: number, who: readonly Who[] = staff) => {
    for (const one of who) await press(one, 'gatherings.join', { series: id })
  }
  const prepared = async (id: number, who: Who = 'hr') => {
    const { version } = await tx.gatheringSeries.findUniqueOrThrow({ where: { id } })
    return press(who, 'gatherings.prepare', { series: id, version })
  }
  const publish = async (who: Who = 'hr') => {
    const { id, version } = await tx.gatheringRound.findFirstOrThrow({ where: { status: 'draft' } })
    return press(who, 'gatherings.publish', { round: id, version })
  }
  /** A published round; what was told by then is told. */
  const round = async (more: FormValues = {}) => {
    const id = await series(more)
    await join(id)
    await prepared(id)
    await publish()
    await told()
    return id
  }
  const tables = () =>
    tx.gatheringTable.findMany({
      where: { round: { status: { not: 'draft' } } },
      include: { seats: { orderBy: { personId: 'asc' } }, round: true },
      orderBy: { id: 'asc' },
    })
  const tableOf = async (who: Who) => {
    const found = await tx.gatheringSeat.findFirstOrThrow({
      where: { personId: people[who] },
      include: { table: { include: { seats: true } } },
      orderBy: { roundId: 'desc' },
    })
    return found.table
  }
  const cannot = async (who: Who) => {
    const { id, version } = await tableOf(who)
    return press(who, 'gatherings.cannot', { table: id, version })
  }
  return {
    ...made,
    clock,
    people,
    sections,
    log,
    say,
    click,
    press,
    submit,
    resting: made.core.resting,
    told,
    tell,
    whoIs,
    openDay,
    send,
    cardOf,
    slack,
    usual,
    series,
    join,
    prepared,
    publish,
    round,
    tables,
    tableOf,
    cannot,
    latest,
  }
}

/** Every row of every table, as text. */
async function rows(): Promise<string> {
  const names = await db.pool.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`,
  )
  const all: string[] = []
  for (const { name } of names.rows) {
    const found = await db.pool.query(`SELECT row_to_json(r)::text AS line FROM "${name}" r`)
    all.push(...found.rows.map((row) => `${name} ${row.line}`))
  }
  return all.join('\n')
}

describe('a series', () => {
  test('from the form to a published round: everybody hears once who, when, where and what to begin with', async () => {
    const { series, join, prepared, publish, told, people, tables, say, press } = await city()
    const id = await series()
    const asked = await told()
    expect(asked.map(({ kind }) => kind)).toEqual(staff.map(() => 'gatherings.invite'))
    expect(asked[0]?.words).toContain('「部署をこえた座談会」へのご案内です')
    await join(id)
    expect(words(await say('一戸'))).toContain('部署をこえた座談会')
    const draft = words(await prepared(id))
    expect(draft).toContain('8名を2組に分けました')
    expect(draft).toContain('0件(これより少なくはできません)')
    expect(draft).toContain('2組は進行役の方がいないため')
    expect(await told()).toEqual([])
    // A draft is nobody's but HR's.
    const [seat] = await db.prisma.gatheringTable.findMany({ take: 1 })
    expect(words(await press('一戸', 'gatherings.table', { table: seat?.id ?? 0 }))).toContain(
      '見つかりません',
    )
    expect(words(await publish())).toContain('8名にお知らせします')
    const heard = await told()
    expect(heard.map(({ kind, to }) => [kind, to])).toEqual(
      staff.map((who) => ['gatherings.seated', people[who]]),
    )
    for (const { words: said } of heard) {
      expect(said).toContain('第2会議室')
      expect(said).toContain('話のきっかけに')
      expect(said).toMatch(/6月\d+日\(.\) \d+:\d+〜/)
    }
    for (const { seats, startsAt, endsAt } of await tables()) {
      expect(seats).toHaveLength(4)
      const booked = await db.prisma.booking.findMany({
        where: { personId: { in: seats.map(({ personId }) => personId) }, status: 'booked' },
      })
      expect(booked.map((each) => [each.startsAt, each.endsAt])).toEqual(seats.map(() => [startsAt, endsAt]))
    }
    // Replayed and again: published once.
    expect(await db.prisma.gatheringRound.count()).toBe(1)
    expect(words(await say('一戸'))).toContain('次の組 6月')
  })

  test('pairs, round after round: nobody is dropped, nobody meets twice while they need not, nine make a three', async () => {
    const { series, join, prepared, publish, tables, people, press } = await city()
    const id = await series({ size: '2', cadence: 'weekly' })
    await join(id)
    await db.prisma.gatheringMember.create({
      data: { seriesId: id, personId: people.other, status: 'joined' },
    })
    for (let number = 1; number <= 4; number++) {
      await prepared(id)
      await publish()
    }
    const all = await tables()
    expect(all.filter(({ round }) => round.number === 1).map(({ seats }) => seats.length)).toEqual([
      3, 2, 2, 2,
    ])
    for (let number = 1; number <= 4; number++) {
      const seated = all.filter(({ round }) => round.number === number).flatMap(({ seats }) => seats)
      expect(new Set(seated.map(({ personId }) => personId)).size).toBe(9)
    }
    const pairs = all.flatMap(({ seats }) =>
      seats.flatMap((a, i) => seats.slice(i + 1).map((b) => `${a.personId}-${b.personId}`)),
    )
    expect(new Set(pairs).size).toBe(pairs.length)
    // Four bookings each, none of them over another: the database would have refused.
    expect(await db.prisma.booking.count({ where: { status: 'booked' } })).toBe(36)
    expect(words(await press('hr', 'gatherings.figures', { series: id }))).toContain('実施 0/4組')
  })

  test('each table has a facilitator where there are enough, and is told so to HR where there are not', async () => {
    const { series, join, submit, prepared, publish, told, people, tables, press } = await city()
    const id = await series()
    await join(id)
    await told()
    const named = await db.prisma.person.findMany({ where: { id: { in: [people.四宮, people.other] } } })
    const leaders = async (numbers: string) => {
      const { version } = await db.prisma.gatheringSeries.findUniqueOrThrow({ where: { id } })
      return submit('hr', 'gatherings.leaders', { series: id, version }, { numbers })
    }
    expect(JSON.stringify(await leaders('99999'))).toContain('見つからない職員番号が1件')
    await leaders(named.map(({ number }) => number).join('、'))
    expect((await told()).map(({ kind, to }) => [kind, to])).toEqual([
      ['gatherings.named', people.四宮],
      ['gatherings.named', people.other],
    ])
    expect(words(await prepared(id))).toContain('すべての組にいます')
    await publish()
    expect((await tables()).map(({ hostId }) => hostId).sort((a, b) => a - b)).toEqual(
      [people.四宮, people.other].sort((a, b) => a - b),
    )
    await press('other', 'gatherings.lead', { series: id, lead: false })
    expect(words(await prepared(id))).toContain('1組は進行役の方がいない')
  })

  test('what a form asks for is bounded, and says what to mend in both languages', async () => {
    const { submit, usual, press } = await city()
    const wrong = {
      size: '9',
      minutes: '5',
      rounds: '0',
      nextOn: '2027-05-10',
      link: 'javascript:alert(1)',
      parallel: '0',
      name: ' ',
      topics: '一つだけ',
      hours: 'night',
      purpose: 'あ'.repeat(501),
      coordinator: '999999',
    }
    const [reply] = await submit('hr', 'gatherings.save', {}, { ...usual, ...wrong })
    expect(JSON.stringify(reply)).toContain('2〜8の整数')
    expect(Object.keys((reply as { errors: object }).errors).sort()).toEqual(
      [
        'hours',
        'link',
        'minutes',
        'name',
        'nextOn',
        'parallel',
        'purpose',
        'rounds',
        'size',
        'topics',
      ].sort(),
    )
    const [unknown] = await submit('hr', 'gatherings.save', {}, { ...usual, coordinator: '999999' })
    expect(JSON.stringify(unknown)).toContain('見つかりませんでした')
    await db.prisma.person.updateMany({ data: { language: 'en' } })
    const [english] = await submit('hr', 'gatherings.save', {}, { ...usual, ...wrong })
    expect(JSON.stringify(english)).toContain('A whole number from 2 to 8')
    const [noon] = await submit('hr', 'gatherings.save', {}, { ...usual, hours: 'noon', minutes: '90' })
    expect(JSON.stringify(noon)).toContain('at most 60 minutes')
    expect(await db.prisma.gatheringSeries.count()).toBe(0)
    expect(JSON.stringify(await press('hr', 'gatherings.home'))).toContain('gatherings.edit')
  })

  test('HR of a part runs its own, a named coordinator theirs, others nothing; the two are never told apart', async () => {
    const { series, join, prepared, press, click, submit, usual, people, told, openDay } = await city()
    const whole = await series()
    const part = await series({ name: '税務課の会', size: '2' }, 'taxHr')
    for (const who of ['taxHr', '一戸', 'other'] as const)
      expect(words(await press(who, 'gatherings.run', { series: whole })), who).not.toContain('外野')
    expect(words(await press('taxHr', 'gatherings.run', { series: whole }))).toContain('見つかりません')
    expect(words(await press('hr', 'gatherings.run', { series: part }))).toContain('税務課の会')
    // Whom it reaches ends with its part of the city, whatever the audience says.
    expect((await db.prisma.gatheringMember.findMany({ where: { seriesId: part } })).length).toBe(2)
    const { version } = await db.prisma.gatheringSeries.findUniqueOrThrow({ where: { id: whole } })
    const coordinator = { coordinator: String(people.other) }
    await submit('hr', 'gatherings.save', { series: whole, version }, { ...usual, ...coordinator })
    await join(whole)
    expect(words(await prepared(whole, 'other'))).toContain('8名を2組に')
    expect(JSON.stringify(await click('other', 'gatherings.edit', {}))).not.toContain('"form"')
    await told()
    await openDay('2027-05-18')
    // The draft is there: nobody is asked to make it.
    expect(
      (await told()).filter(({ who, kind }) => who === 'other' && kind === 'gatherings.prepare'),
    ).toEqual([])
    expect(words(await press('other', 'gatherings.home'))).toContain('運営')
    const trail = await db.prisma.audit.findMany({ where: { action: { startsWith: 'gathering.' } } })
    expect(new Set(trail.map(({ action }) => action))).toEqual(
      new Set(['gathering.created', 'gathering.audience', 'gathering.opened', 'gathering.changed']),
    )
  })
})

describe('who takes part', () => {
  test('joining late, pausing with an end, leaving and coming back; a draft that names somebody gone is seated anew', async () => {
    const { series, join, prepared, publish, press, tables, people, openDay, told } = await city()
    const id = await series()
    await join(id, staff.slice(0, 6))
    await prepared(id)
    await press('七尾', 'gatherings.join', { series: id })
    await press('一戸', 'gatherings.pause', { series: id, months: 3 })
    const draft = await db.prisma.gatheringRound.findFirstOrThrow()
    const shown = words(await press('hr', 'gatherings.round', { round: draft.id, page: 1 }))
    expect(shown).toContain('1名が参加をやめたか休みに入りました')
    expect(shown).toContain('1名が参加しました')
    await publish()
    expect(await tables()).toEqual([])
    await prepared(id)
    await publish()
    const seated = (await tables()).flatMap(({ seats }) => seats.map(({ personId }) => personId))
    expect(seated).toHaveLength(6)
    expect(seated).not.toContain(people.一戸)
    await openDay('2027-08-11')
    expect(words(await press('一戸', 'gatherings.series', { series: id }))).toContain('8月11日(水)まで休み')
    await openDay('2027-08-12')
    expect(words(await press('一戸', 'gatherings.series', { series: id }))).toContain('参加中')
    await press('八木', 'gatherings.leave', { series: id })
    await told()
    await openDay('2027-08-13')
    expect((await told()).filter(({ kind }) => kind === 'gatherings.invite')).toEqual([])
    await press('八木', 'gatherings.join', { series: id })
    expect(words(await press('八木', 'gatherings.series', { series: id }))).toContain('参加中')
  })

  test('whoever comes to belong to the audience is asked the next day; whoever no longer does is out of it', async () => {
    const { round, people, sections, tell, openDay, told, tables } = await city()
    await round()
    await transfer(db.prisma, people.other, sections[0] ?? 0, '2027-05-17')
    await openDay('2027-05-17')
    expect((await told()).map(({ who, kind }) => [who, kind])).toContainEqual(['other', 'gatherings.invite'])
    const office = await db.prisma.section.findFirstOrThrow({ where: { code: '0100' } })
    await transfer(db.prisma, people.一戸, office.id, '2027-05-18')
    const { personId } = { personId: people.一戸 }
    await openDay('2027-05-18')
    await tell({ type: 'transfer-effective', personIds: [personId], on: day('2027-05-18') })
    const member = await db.prisma.gatheringMember.findFirstOrThrow({ where: { personId } })
    expect([member.status, member.sealed]).toEqual(['left', null])
    const [table] = (await tables()).filter(({ seats }) => seats.some((seat) => seat.personId === personId))
    expect(table?.seats.find((seat) => seat.personId === personId)?.status).toBe('cannot')
    const heard = (await told()).filter(({ kind }) => kind === 'gatherings.changed')
    expect(heard).toHaveLength(3)
    expect(heard[0]?.words).toContain('今回来られない方')
  })

  test('a facilitator who leaves the office: another leads, the group hears, nobody waits for an answer', async () => {
    const { round, people, tell, tables, told, whoIs, openDay } = await city()
    await round()
    const [table] = await tables()
    const host = table?.hostId ?? 0
    await db.prisma.person.update({ where: { id: host }, data: { leftOn: toDbDate(day('2027-05-20')) } })
    await openDay('2027-05-20')
    await tell({ type: 'people-changed', personIds: [host] })
    const [now] = await tables()
    expect(now?.hostId).not.toBe(host)
    const coming = now?.seats.filter(({ status }) => status === 'coming').map(({ personId }) => personId)
    expect(coming).toContain(now?.hostId)
    const heard = await told(at('2027-07-01T12:00'))
    expect(heard.filter(({ to }) => to === host)).toEqual([])
    expect(heard.filter(({ kind }) => kind === 'gatherings.held').map(({ to }) => to)).toContain(now?.hostId)
    expect(whoIs(host)).toBeDefined()
    expect(await db.prisma.booking.count({ where: { personId: host, status: 'booked' } })).toBe(0)
    expect(people.hr).toBeGreaterThan(0)
  })

  test('a leave takes somebody out of the tables of its days, and out of the seating', async () => {
    const { round, people, tell, tables, prepared, publish } = await city()
    const id = await round()
    const absence = { personId: people.二宮, kind: 'leave', fromOn: toDbDate(day('2027-05-25')) }
    await db.prisma.absence.create({ data: absence })
    await tell({ type: 'absence-changed', personIds: [people.二宮] })
    const seats = (await tables()).flatMap((table) => table.seats)
    expect(seats.find(({ personId }) => personId === people.二宮)?.status).toBe('cannot')
    await prepared(id)
    await publish()
    const second = (await tables()).filter(({ round: each }) => each.number === 2)
    expect(second.flatMap((table) => table.seats.map(({ personId }) => personId))).not.toContain(people.二宮)
  })
})

describe('days of rest', () => {
  test('put the tables on them off, tell everybody, and keep the one putting off that a table has', async () => {
    const { round, tell, tables, told, people, clock, resting } = await city()
    await round()
    const [before] = await tables()
    const on = before?.startsAt
      ? fromDbInstant(before.startsAt).toZonedDateTimeISO('Asia/Tokyo').toPlainDate()
      : day('2027-06-01')
    const open = on.add({ days: 2 })
    const event = await closedFrom(db.prisma, `${on}`, `${open}`, people.hr)
    if (event.type !== 'closure-changed') throw new Error('no closure')
    const lines = await resting?.(db.prisma, event, { language: 'ja', now: clock.now() })
    expect(lines?.join()).toMatch(/座談会・コーヒーペア\d+組は、休止のあとの日時を探して/)
    await tell(event)
    const after = await tables()
    for (const table of after) {
      const start =
        table.startsAt && fromDbInstant(table.startsAt).toZonedDateTimeISO('Asia/Tokyo').toPlainDate()
      expect(start && Temporal.PlainDate.compare(start, open) >= 0, `${start}`).toBe(true)
      expect(table).toMatchObject({ status: 'planned', putOff: false })
      expect(
        await db.prisma.booking.count({ where: { subject: bookingSubject(table.id), status: 'booked' } }),
      ).toBe(4)
    }
    const moved = before ? before.seats.map(({ personId }) => personId) : []
    expect((await told()).map(({ to }) => to)).toEqual(expect.arrayContaining(moved))
    // Told again, nothing moves.
    const versions = (await tables()).map(({ version }) => version)
    const { was, is, ...rest } = { was: [], is: [], from: on, to: open, actorId: people.hr, flow: '' }
    await tell({ type: 'closure-changed', was, is, ...rest })
    expect((await tables()).map(({ version }) => version)).toEqual(versions)
  })
})

describe('a table', () => {
  test('somebody cannot come: the others hear, their time is given back, and they can come after all', async () => {
    const { round, cannot, told, tableOf, press, people } = await city()
    await round()
    const { seats } = await tableOf('一戸')
    expect(words(await cannot('一戸'))).toContain('組の方にお知らせします')
    const heard = await told()
    expect(heard.map(({ kind }) => kind)).toEqual(Array(3).fill('gatherings.changed'))
    expect(new Set(heard.map(({ to }) => to))).toEqual(
      new Set(seats.map(({ personId }) => personId).filter((id) => id !== people.一戸)),
    )
    expect(heard[0]?.words).toContain('今回来られない方')
    const booked = { personId: people.一戸, status: 'booked' }
    expect(await db.prisma.booking.count({ where: booked })).toBe(0)
    const { id, version } = await tableOf('一戸')
    expect(words(await press('一戸', 'gatherings.can', { table: id, version }))).toContain('参加に戻しました')
    expect(await db.prisma.booking.count({ where: booked })).toBe(1)
    // A button that is out of date changes nothing.
    expect(words(await press('一戸', 'gatherings.cannot', { table: id, version }))).toContain(
      'その後に変わって',
    )
  })

  test('one of them asks for their conversation: opened and greeted once; else it is said why, and how to reach each', async () => {
    const { round, tableOf, press, cannot, slack, people, whoIs } = await city()
    await round()
    const { id, seats } = await tableOf('一戸')
    const [first = '一戸', second = '一戸', third = '一戸'] = seats.map(({ personId }) => whoIs(personId))
    const ask = async (who: Who) => words(await press(who, 'gatherings.talk', { table: id }))
    // Nobody is in one chat with the others yet.
    await db.prisma.person.update({
      where: { id: people[second] },
      data: { email: 'second@city.example.jp' },
    })
    const apart = await ask(first)
    expect(apart).toContain('お一人ずつの連絡先です')
    expect(apart).toContain('second@city.example.jp')
    expect(slack.talks).toEqual([])

    await db.prisma.identity.createMany({
      data: seats.map(({ personId }) => ({
        personId,
        platform: 'slack',
        tenant: 'T0CITY',
        userId: `U${personId}`,
        lastSeenAt: toDbInstant(at('2027-05-11T10:00')),
      })),
    })
    slack.permitted = false
    expect(await ask(first)).toContain('mpim:write')
    slack.permitted = true
    // What could not be said is said when somebody asks again, and what a process took along, when it is taken up again.
    slack.faults.push('silent', 'lost', 'silent')
    for (const who of [first, second]) expect(await ask(who)).toContain('https://slack.test/0')
    expect(slack.talks[0]?.said).toEqual([])
    slack.faults.push('lost')
    for (const who of [first, second]) expect(await ask(who)).toContain('https://slack.test/0')
    expect(slack.talks).toHaveLength(1)
    expect(slack.talks[0]?.users).toHaveLength(4)
    // Greeted once, with nothing that is not everybody's there.
    expect(slack.talks[0]?.said).toHaveLength(1)
    expect(slack.talks[0]?.said[0]).toContain('第2会議室')
    expect(slack.talks[0]?.said[0]).toContain('内容を読みません')
    // Whoever does not come is not drawn into it, and cannot ask for it.
    await cannot(third)
    expect(await ask(third)).not.toContain('slack.test')
    expect(await ask(first)).toContain('https://slack.test/1')
    expect(slack.talks[1]?.users).toHaveLength(3)
    // Teams lets no bot of few rights open one: a link begins it, with everybody in it but the reader.
    await db.prisma.identity.updateMany({ where: { platform: 'slack' }, data: { platform: 'teams' } })
    for (const who of staff)
      await db.prisma.person.update({
        where: { id: people[who] },
        data: { email: `m${people[who]}@city.example.jp` },
      })
    const draft = /https:\/\/teams\.microsoft\.com\/l\/chat\/0\/0\?users=(\S+?)&topicName=/.exec(
      await ask(first),
    )?.[1]
    const others = seats
      .map(({ personId }) => personId)
      .filter((each) => ![people[first], people[third]].includes(each))
    expect(draft?.split(',').toSorted()).toEqual(
      others.map((each) => `m${each}%40city.example.jp`).toSorted(),
    )
    expect(slack.talks).toHaveLength(2)
    const elsewhere = staff.find((who) => !seats.some(({ personId }) => personId === people[who])) ?? 'other'
    expect(await ask(elsewhere)).toContain('見つかりません')
    expect(await ask('other')).toContain('ご利用いただけません')
  })

  test('too few are left: they join another table, or the time is moved once, or it is called off', async () => {
    const { round, cannot, told, tables, whoIs, tableOf } = await city()
    await round({ size: '2' })
    const [first] = await tables()
    const [leaver, stays] = (first?.seats ?? []).map(({ personId }) => whoIs(personId))
    if (!leaver || !stays) throw new Error('no pair')
    await cannot(leaver)
    const joined = await tableOf(stays)
    expect(joined.id).not.toBe(first?.id)
    expect(joined.seats.filter(({ status }) => status === 'coming')).toHaveLength(3)
    expect(new Set((await told()).map(({ to }) => to))).toEqual(
      new Set(joined.seats.map(({ personId }) => personId)),
    )
    expect((await tables())[0]?.status).toBe('cancelled')
  })

  test('where there is no other table the time is moved once, then it is called off', async () => {
    const { series, join, prepared, publish, told, tables, cannot, press } = await city()
    const id = await series({ size: '2' })
    await join(id, ['一戸', '三好'])
    await prepared(id)
    await publish()
    await told()
    const [before] = await tables()
    await cannot('一戸')
    const [moved] = await tables()
    expect(moved?.putOff).toBe(true)
    expect(Number(moved?.startsAt)).toBeGreaterThan(Number(before?.startsAt))
    expect((await told()).map(({ kind, words: said }) => [kind, said.includes('変更がありました')])).toEqual([
      ['gatherings.changed', true],
      ['gatherings.changed', true],
    ])
    await cannot('三好')
    expect((await tables())[0]?.status).toBe('cancelled')
    const [off] = await told()
    expect([off?.who, off?.words.includes('見送り')]).toEqual(['一戸', true])
    expect(await db.prisma.booking.count({ where: { status: 'booked' } })).toBe(0)
    // Two people: nothing is told of them.
    expect(words(await press('hr', 'gatherings.figures', { series: id }))).toContain('5名に満たない')
  })

  test('the host changes the time in one click, from what everybody has free; nobody else can', async () => {
    const { round, press, tables, whoIs, told, people } = await city()
    await round()
    const [table] = await tables()
    const host = whoIs(table?.hostId ?? 0)
    const guest = whoIs(table?.seats.find(({ personId }) => personId !== table.hostId)?.personId ?? 0)
    const data = { table: table?.id ?? 0 }
    expect(words(await press(guest, 'gatherings.times', data))).not.toContain('この日時にする')
    const minutes = (card: Card) =>
      [...JSON.stringify(card).matchAll(/"minute":(\d+)/g)].map(([, minute]) => Number(minute))
    const before = await press(host, 'gatherings.times', data)
    expect(words(before)).toContain('全員が空いています')
    expect(minutes(before)).not.toContain((table?.startsAt?.getTime() ?? 0) / 60_000)
    // An interview of a member stands in the way of the first.
    const taken = Temporal.Instant.fromEpochMilliseconds((minutes(before)[0] ?? 0) * 60_000)
    await db.prisma.booking.create({
      data: {
        personId: people[guest],
        subject: 'meeting:1',
        startsAt: toDbInstant(taken),
        endsAt: toDbInstant(taken.add({ minutes: 45 })),
        exclusive: true,
        status: 'booked',
      },
    })
    const card = await press(host, 'gatherings.times', data)
    expect(minutes(card)).not.toContain(minutes(before)[0])
    const [first] = minutes(card)
    const version = (await tables())[0]?.version ?? 0
    const move = { ...data, version, minute: first ?? 0 }
    expect(words(await press(guest, 'gatherings.move', move))).toContain('その後に変わって')
    expect(words(await press(host, 'gatherings.move', move))).toContain('に変えました')
    const [now] = await tables()
    expect(now?.startsAt && fromDbInstant(now.startsAt).epochMilliseconds).toBe((first ?? 0) * 60_000)
    expect((await told()).map(({ kind }) => kind)).toEqual(Array(3).fill('gatherings.changed'))
    expect(await db.prisma.audit.count({ where: { action: 'gathering.moved' } })).toBe(1)
  })

  test('interviews, trainings and leave are known when times are looked for; a time taken meanwhile is found anew', async () => {
    const { series, join, prepared, publish, tables, people } = await city()
    const id = await series()
    await join(id)
    await prepared(id)
    const drafts = await db.prisma.gatheringTable.findMany({ include: { seats: true } })
    for (const { seats, startsAt, endsAt } of drafts)
      await db.prisma.booking.create({
        data: {
          personId: seats[0]?.personId ?? 0,
          subject: `training:${seats[0]?.personId}`,
          startsAt: startsAt ?? new Date(),
          endsAt: endsAt ?? new Date(),
          exclusive: false,
          status: 'booked',
        },
      })
    await publish()
    for (const [i, { startsAt }] of (await tables()).entries())
      expect(startsAt?.getTime(), `${i}`).not.toBe(drafts[i]?.startsAt?.getTime())
    expect(people.hr).toBeGreaterThan(0)
  })

  test('reminded the working day before, asked afterwards with one click; rates by series reach HR, and no names', async () => {
    const { round, told, press, whoIs, tables, clock, people, say } = await city()
    const id = await round()
    const heard = await told(at('2027-06-30T20:00'))
    const kinds = Map.groupBy(heard, ({ kind }) => kind)
    expect(kinds.get('gatherings.tomorrow')).toHaveLength(8)
    for (const each of kinds.get('gatherings.tomorrow') ?? []) expect(each.words).toMatch(/明日は|まもなく/)
    const asked = kinds.get('gatherings.held') ?? []
    const all = await tables()
    expect(asked.map(({ to }) => to).sort((a, b) => a - b)).toEqual(
      all.map(({ hostId }) => hostId).sort((a, b) => a - b),
    )
    clock.set(at('2027-06-30T20:00'))
    const [one, other] = all
    expect(words(await say(whoIs(one?.hostId ?? 0)))).toContain('部署をこえた')
    await press(whoIs(one?.hostId ?? 0), 'gatherings.answer', { table: one?.id ?? 0, held: true })
    await press(whoIs(other?.hostId ?? 0), 'gatherings.answer', { table: other?.id ?? 0, held: false })
    const guest = one?.seats.find(({ personId }) => personId !== one.hostId)?.personId ?? 0
    await press(whoIs(guest), 'gatherings.answer', { table: one?.id ?? 0, held: false })
    expect((await tables()).map(({ status }) => status)).toEqual(['held', 'not_held'])
    const figures = words(await press('hr', 'gatherings.figures', { series: id }))
    expect(figures).toContain('実施 1/2組(回答 2組)、出席予定 8/8名')
    for (const who of staff) expect(figures).not.toContain(who)
    expect(people.hr).toBeGreaterThan(0)
  })

  test('Home says from when a round is and when a group meets; a day that has passed is announced no more', async () => {
    const { round, series, send, press, clock, join } = await city()
    const home = async (who: Who) => {
      const [reply] = await send(who, { type: 'home' })
      if (reply?.type !== 'home') throw new Error('no Home')
      return reply.card.blocks.flatMap((block) =>
        block.type === 'list' ? block.rows.map(({ text, detail }) => `${text}: ${detail}`) : [],
      )
    }
    const id = await series()
    await join(id)
    clock.set(at('2027-05-28T10:00'))
    expect(await home('hr')).toEqual(['部署をこえた座談会 第1回の組合せを作る時期です: 6月1日(火)からの回'])
    const next = async () => words(await press('hr', 'gatherings.run', { series: id }))
    clock.set(at('2027-06-01T10:00'))
    expect(await next()).toContain('第1回 6月1日(火)から3週間のうちに')
    clock.set(at('2027-08-16T10:00'))
    expect(await next()).toContain('第1回 これから3週間のうちに(6月1日(火)からの予定でした)')
    await press('hr', 'gatherings.close', {
      series: id,
      version: (await db.prisma.gatheringSeries.findUniqueOrThrow({ where: { id } })).version,
    })
    await round({ nextOn: '2027-08-20' })
    const [mine] = await home('一戸')
    expect(mine).toMatch(/^部署をこえた座談会 第1回: [89]月\d+日\(.\) \d+:\d+/)
  })

  test('a list of staff numbers that is too long is refused, and nobody stops leading', async () => {
    const { series, join, submit, people } = await city()
    const id = await series()
    await join(id)
    const { number } = await db.prisma.person.findFirstOrThrow({ where: { name: { startsWith: '四宮' } } })
    const leaders = async (numbers: string) => {
      const { version } = await db.prisma.gatheringSeries.findUniqueOrThrow({ where: { id } })
      return JSON.stringify(await submit('hr', 'gatherings.leaders', { series: id, version }, { numbers }))
    }
    await leaders(number)
    const other = await db.prisma.person.findFirstOrThrow({ where: { name: { startsWith: '六角' } } })
    // Cut, it would be a list of somebody else.
    const long = `${`${other.number}\n`.repeat(1_200)}${number}`.padStart(6_001, '\n')
    expect(await leaders(long)).toContain('6,000文字までにしてください')
    const leads = await db.prisma.gatheringMember.findMany({ where: { facilitates: true } })
    expect(leads.map(({ personId }) => personId)).toEqual([people.四宮])
  })

  test('rounds come to an end: the series closes by itself, and what was entrusted is erased', async () => {
    const { round, openDay, say } = await city()
    await round({ rounds: '1' })
    await openDay('2027-06-16')
    const series = await db.prisma.gatheringSeries.findFirstOrThrow()
    expect(series.status).toBe('open')
    await openDay('2027-08-02')
    expect((await db.prisma.gatheringSeries.findFirstOrThrow()).status).toBe('closed')
    expect(await db.prisma.gatheringMember.count({ where: { sealed: { not: null } } })).toBe(0)
    expect(words(await say('一戸'))).toContain('ご案内している座談会・コーヒーペアはありません')
  })
})

describe('people who are to join (内定者)', () => {
  const [hanako, taro] = ['hanako@home.example.jp', 'taro@home.example.jp'] as const
  const written = `山田 花子 Hanako@home.example.jp\n鈴木太郎、${taro}`

  test('are invited by e-mail for a time, see their own tables and nothing else, and leave no trace when they go', async () => {
    const made = await city()
    const { series, join, prepared, publish, told, tables, submit, press, send, cardOf, clock } = made
    const id = await series()
    await join(id)
    await told()
    const add = (values: FormValues) =>
      submit('hr', 'gatherings.guests', { series: id }, { until: '2028-04-01', ...values })
    const refused = async (values: FormValues) => {
      const [reply] = await add(values)
      return reply?.type === 'field-errors' ? Object.values(reply.errors).join() : ''
    }
    expect(await refused({ people: '山田 花子' })).toContain('1行目')
    expect(await refused({ people: `${written}\n${taro} 鈴木` })).toContain('3行目: 同じアドレス')
    expect(await refused({ people: written, until: '2030-01-01' })).toContain('1年以内')
    const staffMail = 'ichinohe@city.example.jp'
    await db.prisma.person.update({ where: { id: made.people.一戸 }, data: { email: staffMail } })
    expect(await refused({ people: `一戸 花 ${staffMail}` })).toContain('職員名簿にある方')
    expect(await db.prisma.person.count({ where: { guestUntil: { not: null } } })).toBe(0)

    const listed = words(cardOf(await add({ people: written })))
    expect(listed).toContain('2名にご案内')
    expect(listed).toContain('案内済み・2028年4月1日(土)まで')
    const invited = await told()
    expect(invited.map(({ kind }) => kind)).toEqual(['gatherings.invite', 'gatherings.invite'])
    expect(invited[0]?.words).toContain('採用には関わりません')
    const by = (who: typeof hanako | typeof taro, action: string, data: ActionData = {}) =>
      send(who, { type: 'click', action: { id: action, data } })
    const seen = async (who: typeof hanako | typeof taro, action: string, data: ActionData = {}) =>
      words(cardOf(await by(who, action, data)))
    for (const who of [hanako, taro])
      expect(await seen(who, 'gatherings.join', { series: id })).toContain('参加を承り')

    // What is not said to be for guests is not there for them: colleagues are not searched, nothing else is opened.
    for (const one of [
      'gatherings.apart',
      'gatherings.lead',
      'gatherings.run',
      'gatherings.guests',
      'gatherings.talk',
    ])
      expect(await seen(hanako, one, { series: id, lead: true, table: 1 }), one).toContain(
        'ご利用いただけません',
      )
    const query = { type: 'lookup', form: 'gatherings.apart', field: 'apart1', query: '二宮' } as const
    expect(await send(hanako, query)).toEqual([{ type: 'options', options: [] }])
    const help = words(cardOf(await send(hanako, { type: 'words', text: 'ヘルプ' })))
    expect(help).toContain('座談会')
    expect(help).not.toContain('運営する')

    await prepared(id)
    await publish()
    const round = await tables()
    const guests = await db.prisma.person.findMany({
      where: { guestUntil: { not: null } },
      orderBy: { id: 'asc' },
    })
    const tableOfGuest = (personId: number) =>
      round.find(({ seats }) => seats.some((seat) => seat.personId === personId))
    const [first, second] = guests.map((guest) => tableOfGuest(guest.id))
    // Spread over the tables, none of which they look after; their colleagues know who they are.
    expect(first?.id).not.toBe(second?.id)
    expect(round.some(({ hostId }) => guests.some(({ id: guest }) => guest === hostId))).toBe(false)
    const heard = await told()
    expect(heard.filter(({ words: said }) => said.includes('(内定者)')).length).toBeGreaterThan(2)
    expect(await seen(hanako, 'gatherings.table', { table: first?.id ?? 0 })).not.toContain('トークを開く')
    expect(await seen(hanako, 'gatherings.table', { table: second?.id ?? 0 })).toContain('見つかりません')
    // A new day and what the directory says leave them in, although they belong to no audience.
    await made.tell({ type: 'people-changed', personIds: guests.map((guest) => guest.id) })
    expect(
      await db.prisma.gatheringMember.count({ where: { personId: guests[0]?.id ?? 0, status: 'joined' } }),
    ).toBe(1)

    // One of them declines: their seat is given up, the table hears, name and address are gone at once.
    expect(await seen(hanako, 'gatherings.guest-end')).toContain('消去しました')
    const left = await db.prisma.gatheringSeat.findFirstOrThrow({ where: { personId: guests[0]?.id ?? 0 } })
    expect(left.status).toBe('cannot')
    expect((await told()).map(({ kind }) => kind)).toContain('gatherings.changed')
    expect(await rows()).not.toMatch(/山田 花子|hanako@home/)
    expect(words(cardOf(await by(hanako, 'gatherings.home')))).not.toContain('部署をこえた座談会')
    // HR takes the other invitation back; after that day nobody gets in by an old link.
    expect(
      words(await press('hr', 'gatherings.guest-off', { series: id, person: guests[1]?.id ?? 0 })),
    ).toContain('取り消し')
    expect(await rows()).not.toMatch(/鈴木太郎|taro@home/)
    clock.set(at('2027-05-12T09:00'))
    expect(words(await press('taxHr', 'gatherings.guests', { series: id }))).toContain('見つかりません')
  })
})

test('a coffee pair of somebody who is to join (内定者) is one with the staff, also after somebody cannot come', async () => {
  const { series, prepared, publish, told, tables, submit, press, send, whoIs, cardOf } = await city()
  const id = await series({ size: '2' })
  await press('一戸', 'gatherings.join', { series: id })
  const invited = ['a', 'b', 'c'].map((one) => `${one}@home.example.jp` as const)
  await submit(
    'hr',
    'gatherings.guests',
    { series: id },
    { people: invited.map((each, i) => `内定 ${i} ${each}`).join('\n'), until: '2028-04-01' },
  )
  await told()
  for (const who of invited)
    await send(who, { type: 'click', action: { id: 'gatherings.join', data: { series: id } } })
  // One of the staff and three guests sit together; two of the staff have two tables, with a guest each at least.
  const version = async () => ({
    series: id,
    version: (await db.prisma.gatheringSeries.findFirstOrThrow()).version,
  })
  await press('一戸', 'gatherings.leave', { series: id })
  expect(words(await press('hr', 'gatherings.prepare', await version()))).toContain(
    '内定者の方だけの組を作らない',
  )
  for (const who of ['一戸', '三好'] as const) await press(who, 'gatherings.join', { series: id })
  await prepared(id)
  await publish()
  await told()
  const ofStaff = async () =>
    (await tables()).map(({ status, seats }) => [
      status,
      seats.some(({ personId, status: seat }) => seat === 'coming' && whoIs(personId) !== undefined),
    ])
  expect(await ofStaff()).toEqual([
    ['planned', true],
    ['planned', true],
  ])
  // The table of three loses its member of the staff: the two who remain are not left to themselves.
  const three = (await tables()).find(({ seats }) => seats.length === 3)
  const host = whoIs(three?.hostId ?? 0)
  const card = cardOf(
    await send(host, {
      type: 'click',
      action: { id: 'gatherings.cannot', data: { table: three?.id ?? 0, version: three?.version ?? 0 } },
    }),
  )
  expect(words(card)).not.toContain('見つかりません')
  for (const [status, staffed] of await ofStaff()) expect(status === 'cancelled' || staffed).toBe(true)
})

describe('whom somebody would rather not sit with', () => {
  /** Five rounds of pairs; where `wish` says so 一戸 would rather not sit with 三好. */
  async function live(wish: boolean) {
    await truncateAll(db)
    const made = await city()
    const { series, join, submit, prepared, publish, told, press, people, tables } = made
    const id = await series({ size: '2', cadence: 'weekly' })
    await join(id)
    const apart: FormValues = wish ? { apart1: String(people.三好), apart2: String(people.三好) } : {}
    const saved = await submit('一戸', 'gatherings.apart', { series: id }, apart)
    for (let number = 0; number < 5; number++) {
      await prepared(id)
      await publish()
      await told()
    }
    const all = await tables()
    const together = all.some(({ seats }) => {
      const there = seats.map(({ personId }) => personId)
      return there.includes(people.一戸) && there.includes(people.三好)
    })
    return { ...made, id, saved, together, all, press }
  }

  test('the seating keeps them apart, round after round', async () => {
    expect((await live(true)).together).toBe(false)
  })

  test('no view, message, row, trail or button says so, to HR, to the other or to anybody', async () => {
    const scene = await live(true)
    const { id, press, click, say, log, people, whoIs } = scene
    const readers: readonly Who[] = ['hr', 'taxHr', 'other', '一戸', '三好', '五島']
    for (const who of readers) {
      await say(who)
      for (const action of ['series', 'run', 'figures', 'edit', 'who', 'leaders'] as const)
        await click(who, `gatherings.${action}`, { series: id })
      for (const table of scene.all) await press(who, 'gatherings.table', { table: table.id })
      const rounds = await db.prisma.gatheringRound.findMany()
      for (const round of rounds) await press(who, 'gatherings.round', { round: round.id, page: 1 })
    }
    // Their own form shows it to them; nobody else's does.
    const [own] = await click('一戸', 'gatherings.apart', { series: id })
    expect(JSON.stringify(own)).toContain(`"value":"${people.三好}"`)
    for (const who of readers.filter((each) => each !== '一戸')) {
      const [form] = await click(who, 'gatherings.apart', { series: id })
      expect(JSON.stringify(form), who).not.toContain(`"value":"${people.三好}"`)
    }
    const said = log.filter((each) => !each.includes('"gatherings.apart","title"'))
    expect(said.length).toBeGreaterThan(100)
    // Nobody is named beside anything about seating wishes.
    for (const each of said) expect(each).not.toMatch(/apart\d"?:|避けたい方/)
    const stored = await rows()
    expect(stored).not.toMatch(/apart/)
    expect(await db.prisma.audit.count({ where: { subjectPersonId: people.三好 } })).toBe(0)
    expect(await db.prisma.audit.count({ where: { actorId: people.一戸 } })).toBe(0)
    // Everybody has a sealed list, as long as everybody else's.
    const members = await db.prisma.gatheringMember.findMany()
    expect(new Set(members.map(({ sealed }) => sealed?.length)).size).toBe(1)
    expect(whoIs(people.一戸)).toBe('一戸')
  })

  test('what is forced is done and told nobody; leaving erases the list', async () => {
    const { series, join, submit, prepared, publish, told, people, press, tables } = await city()
    const id = await series({ size: '2' })
    await join(id, ['一戸', '三好'])
    await submit('一戸', 'gatherings.apart', { series: id }, { apart1: String(people.三好) })
    const draft = words(await prepared(id))
    await publish()
    expect((await tables())[0]?.seats).toHaveLength(2)
    const heard = (await told()).map(({ words: said }) => said).join('\n')
    const other = words(await press('hr', 'gatherings.run', { series: id }))
    for (const text of [draft, heard, other]) expect(text).not.toMatch(/避け|配慮|同席できない|apart/)
    await press('一戸', 'gatherings.leave', { series: id })
    const left = await db.prisma.gatheringMember.findFirstOrThrow({ where: { personId: people.一戸 } })
    expect([left.status, left.sealed]).toEqual(['left', null])
  })

  test('two people change places: the mix is counted anew and said; wishes are kept and not said; each try counts', async () => {
    const { series, join, prepared, press, submit, people, sections, whoIs } = await city()
    const id = await series()
    await join(id)
    await prepared(id)
    const draft = () => db.prisma.gatheringRound.findFirstOrThrow({ where: { status: 'draft' } })
    const seats = async () => {
      const all = await db.prisma.gatheringSeat.findMany({ orderBy: { personId: 'asc' } })
      return new Map(all.map(({ personId, tableId }) => [whoIs(personId), tableId]))
    }
    const swap = async (one: Who, other: Who) => {
      const { id: round, version } = await draft()
      const values = { one: `${people[one]}`, other: `${people[other]}` }
      const [reply] = await submit('hr', 'gatherings.swap', { round, version }, values)
      if (reply?.type === 'field-errors') return Object.values(reply.errors).join()
      return reply?.type === 'card' ? words(reply.card) : ''
    }
    // Each department sits apart at first: whoever is swapped joins their colleague.
    const before = await seats()
    const other = staff.find((who) => before.get(who) !== before.get('一戸') && who !== '二宮') ?? '二宮'
    expect(before.get('二宮')).not.toBe(before.get('一戸'))
    const said = await swap('一戸', other)
    expect(said).toContain('同じ課どうしの組合せが')
    const after = await seats()
    expect([after.get('一戸'), after.get(other)]).toEqual([before.get(other), before.get('一戸')])
    expect((await draft()).sameDepartment).toBeGreaterThan(0)
    const table = await db.prisma.gatheringTable.findMany({ include: { seats: true } })
    for (const { hostId, seats: sit, status } of table) {
      expect(sit.map(({ personId }) => personId)).toContain(hostId)
      expect(status).toBe('planned')
    }
    expect(await swap('一戸', '一戸')).toContain('同じ組です')
    expect(await swap('一戸', 'other')).toContain('組にいる方')

    // 二宮 would rather not sit with somebody of the other table, and it is not said.
    const here = await seats()
    const partner = staff.find((who) => here.get(who) !== here.get('二宮')) ?? '二宮'
    const mover = staff.find((who) => here.get(who) === here.get('二宮') && who !== '二宮') ?? '二宮'
    const away = staff.find((who) => here.get(who) === here.get(partner) && who !== partner) ?? partner
    await submit('二宮', 'gatherings.apart', { series: id }, { apart1: `${people[away]}` })
    const tries = (await draft()).tries
    const refused = await swap('二宮', partner)
    expect(refused).toContain('日時などの条件')
    expect(refused).not.toContain('配慮')
    expect(await seats()).toEqual(here)
    expect((await draft()).tries).toBe(tries + 1)
    await swap(mover, partner)
    await swap(mover, partner)
    expect(await swap(mover, partner)).toContain('5回まで')
    expect(sections).toHaveLength(4)
    expect(words(await press('taxHr', 'gatherings.swap', { round: 1, version: 1 }))).toContain(
      '見つかりません',
    )
  })

  test('a draft is seated five times at most: who never sits together cannot be counted out', async () => {
    const { series, join, prepared } = await city()
    const id = await series()
    await join(id)
    for (let turn = 0; turn < 5; turn++) await prepared(id)
    expect(words(await prepared(id))).toContain('5回まで')
  })
})
