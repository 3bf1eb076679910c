// A programme from the first form to the last question, through intake as it is; and what nobody may ever read.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { closedFrom } from '../../../test/support/closure.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../test/support/database.ts'
import { fakePlatform } from '../../../test/support/fake-platform.ts'
import { expectLegal } from '../../../test/support/legal.ts'
import { addPerson, addRoute, addSection, at, day } from '../../../test/support/small-city.ts'
import { tellUntil } from '../../../test/support/tell.ts'
import type { ActionData, Card, FormValues } from '../../cards/card.ts'
import { plainCard } from '../../cards/plain.ts'
import type { ChatPlatform, InboundEvent, Reply } from '../../chat/chat.ts'
import { composeCity } from '../../compose.ts'
import { toDbDate } from '../../db/time.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { DomainEvent } from '../../directory/events.ts'
import { becomeStaff } from '../../directory/guests.ts'
import { MovableClock } from '../../kernel/clock.ts'
import { createLog } from '../../kernel/log.ts'
import { secretOf } from '../../kernel/secret.ts'
import { mentoring } from './index.ts'
import { noticeKinds } from './notices.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(() => truncateAll(db))

const words = (card: Card) => plainCard(card, 'ja')

const fields = {
  kind: 'mentor',
  name: '新採用メンター',
  startsOn: '2027-06-01',
  endsOn: '2028-03-31',
  signUpUntil: '2027-05-25',
  cadence: 'monthly',
  capacity: '1',
  topics: '仕事の進め方\nキャリア',
  styles: 'じっくり',
  times: '昼休み\n午後',
}

/** 税務課 with its head and three newcomers, 福祉課 with two who know their way, HR; a bystander in 土木課. */
async function city(platforms: readonly ChatPlatform[] = []) {
  const clock = new MovableClock(at('2027-05-11T10:00'))
  const made = composeCity({
    db,
    clock,
    zone: 'Asia/Tokyo',
    secret: secretOf(Buffer.alloc(32, 5)),
    log: createLog('silent'),
    features: [mentoring],
    platforms,
    // What is due is told by the tests, when they say so.
    intake: { changed: () => {} },
    processMetrics: false,
  })
  const tx = db.prisma
  const low = (await tx.grade.create({ data: { rank: 1, name: '1級' } })).id
  const high = (await tx.grade.create({ data: { rank: 4, name: '4級' } })).id
  const sections = {
    hr: await addSection(tx, '0100', '職員課'),
    tax: await addSection(tx, '0200', '税務課'),
    welfare: await addSection(tx, '0300', '福祉課'),
    roads: await addSection(tx, '0400', '土木課'),
  }
  const young = { gradeId: low, hiredOn: '2027-04-01' }
  const old = { gradeId: high, title: '主査' }
  const people = {
    hr: await addPerson(tx, '人事 一郎', sections.hr, old),
    hr2: await addPerson(tx, '人員 次郎', sections.hr, old),
    head: await addPerson(tx, '税田 課長', sections.tax, { gradeId: high, title: '課長' }),
    a: await addPerson(tx, '赤井 花', sections.tax, young),
    b: await addPerson(tx, '馬場 空', sections.tax, young),
    c: await addPerson(tx, '千葉 海', sections.tax, young),
    m: await addPerson(tx, '松本 森', sections.welfare, old),
    n: await addPerson(tx, '中村 川', sections.welfare, old),
    other: await addPerson(tx, '外野 守', sections.roads, young),
  }
  type Who = keyof typeof people
  for (const who of ['hr', 'hr2'] as const)
    await tx.roleGrant.create({
      data: { personId: people[who], role: 'hr', validFrom: toDbDate(day('2027-04-01')) },
    })
  await addRoute(tx, 'first', { sectionId: sections.tax }, people.head)
  for (const personId of Object.values(people))
    await tx.identity.create({
      data: {
        personId,
        platform: 'playground',
        tenant: 'playground',
        userId: `u${personId}`,
        state: 'active',
      },
    })

  let keys = 0
  type Body<T> = T extends unknown ? Omit<T, 'key' | 'sender'> : never
  type Anybody = Who | `${string}@${string}`
  /** As somebody of the office, or by a link in an e-mail to this address. */
  const send = async (who: Anybody, body: Body<InboundEvent>): Promise<readonly Reply[]> => {
    const sender = who.includes('@')
      ? { platform: 'email', tenant: 'mail', user: who, locale: 'ja' }
      : { platform: 'playground', tenant: 'playground', user: `u${people[who as Who]}`, locale: 'ja' }
    const event = { ...body, key: `k${++keys}`, sender } as InboundEvent
    const replies = (await made.intake.receive(event)) as readonly Reply[]
    for (const reply of replies)
      if (reply.type === 'card') expectLegal(reply.card)
      else if (reply.type === 'form') expectLegal(reply.form)
    return replies
  }
  const cardOf = (replies: readonly Reply[]): Card => {
    const [reply] = replies
    if (reply?.type !== 'card') throw new Error(`no card: ${JSON.stringify(replies)}`)
    return reply.card
  }
  const say = async (who: Anybody, text = 'メンター') => cardOf(await send(who, { type: 'words', text }))
  const click = (who: Anybody, id: string, data: ActionData = {}) =>
    send(who, { type: 'click', action: { id, data } })
  const press = async (who: Anybody, id: string, data: ActionData = {}) => cardOf(await click(who, id, data))
  const submit = (who: Anybody, form: string, data: ActionData, values: FormValues) =>
    send(who, { type: 'submit', form, data, values })
  const kinds = noticeKinds(made.core)
  const told = async (until: Temporal.Instant = clock.now()) => tellUntil(db, kinds, until)
  const openDay = async (on: string) => {
    clock.set(at(`${on}T08:30`))
    await inTransaction(db, (inside) =>
      made.core.tell({ type: 'day-opened', on: day(on) }, inside, clock.now()),
    )
  }
  const programme = async (who: Who = 'hr', more: FormValues = {}) => {
    await submit(who, 'mentoring.save', {}, { ...fields, ...more })
    return tx.mentoringProgramme.findFirstOrThrow({ orderBy: { id: 'desc' } })
  }
  const hand = async (programmeId: number, mentee: Who, mentor: Who, who: Who = 'hr') =>
    submit(
      who,
      'mentoring.hand',
      { programme: programmeId },
      {
        mentee: String(people[mentee]),
        mentor: String(people[mentor]),
      },
    )
  const publish = async (programmeId: number, who: Who = 'hr') => {
    const { version } = await tx.mentoringProgramme.findUniqueOrThrow({ where: { id: programmeId } })
    return press(who, 'mentoring.publish', { programme: programmeId, version })
  }
  const pairOf = (who: Who) =>
    tx.mentoringPair.findFirstOrThrow({
      where: { OR: [{ menteeId: people[who] }, { mentorId: people[who] }] },
      orderBy: { id: 'desc' },
    })
  /** Both sides of the newest pair agree. */
  const agree = async (...who: Who[]) => {
    for (const one of who) {
      const pair = await pairOf(one)
      await press(one, 'mentoring.accept', { pair: pair.id, version: pair.version })
    }
  }
  /** Everybody invited, answers as given. */
  const signUp = async (answers: Partial<Record<Who, FormValues>>) => {
    const made = await programme()
    await tx.mentoringProgramme.update({
      where: { id: made.id },
      data: {
        menteeAudience: { people: [people.a, people.b, people.c] },
        mentorAudience: { people: [people.m, people.n] },
      },
    })
    const before = JSON.stringify(await press('hr', 'mentoring.programme', { programme: made.id }))
    expect(before).toContain('メンティ 3名、メンター 2名のお一人ずつに')
    await press('hr', 'mentoring.start', { programme: made.id, version: made.version })
    for (const [who, values] of Object.entries(answers) as [Who, FormValues][])
      await submit(who, 'mentoring.sign-up', { programme: made.id }, values)
    return made.id
  }
  /** What Home lists, and the second line of each. */
  const homeRows = async (who: Who) => {
    const [reply] = await send(who, { type: 'home' })
    if (reply?.type !== 'home') throw new Error('no Home')
    return reply.card.blocks.flatMap((block) =>
      block.type === 'list' ? block.rows.map(({ text, detail }) => [String(text), String(detail ?? '')]) : [],
    )
  }
  const home = async (who: Who) => (await homeRows(who)).map(([text]) => text)
  const tell = (event: DomainEvent) =>
    inTransaction(db, (inside) => made.core.tell(event, inside, clock.now()))
  const away = async (who: Who, from: string) => {
    await tx.absence.create({
      data: { personId: people[who], kind: 'leave', fromOn: toDbDate(day(from)), toOn: null },
    })
    clock.set(at(`${from}T09:00`))
    await tell({ type: 'absence-changed', personIds: [people[who]] })
  }
  const back = async (who: Who, on: string) => {
    await tx.absence.updateMany({ where: { personId: people[who] }, data: { toOn: toDbDate(day(on)) } })
    await tell({ type: 'absence-changed', personIds: [people[who]] })
    await tell({ type: 'absence-changed', personIds: [people[who]] })
  }
  const transfer = async (who: Who, sectionId: number) => {
    await tx.post.updateMany({ where: { personId: people[who] }, data: { sectionId } })
    const on = clock.now().toZonedDateTimeISO('Asia/Tokyo').toPlainDate()
    await tell({ type: 'transfer-effective', personIds: [people[who]], on })
  }
  return {
    ...made,
    send,
    home,
    homeRows,
    away,
    back,
    transfer,
    tell,
    clock,
    people,
    sections,
    say,
    click,
    press,
    submit,
    told,
    openDay,
    programme,
    hand,
    publish,
    pairOf,
    agree,
    signUp,
  }
}

/** Every row of every table, as text; in an order of its own, since where a changed row lies is the database's affair. */
async function rows(): Promise<string> {
  const names = await db.pool.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`,
  )
  const all: string[] = []
  for (const { name } of names.rows) {
    const found = await db.pool.query(`SELECT row_to_json(r)::text AS line FROM "${name}" r`)
    all.push(...found.rows.map((row) => `${name} ${row.line}`))
  }
  return all.toSorted().join('\n')
}

describe('a few pairs named by hand', () => {
  test('from the form to both agreeing, with an introduction that offers times', async () => {
    const { core, programme, hand, publish, told, agree, say, people, pairOf, press } = await city()
    const { id } = await programme()
    const [reply] = await hand(id, 'a', 'm')
    expect(JSON.stringify(reply)).toContain('案に加えました')
    expect(words(await say('a'))).not.toContain('松本')
    expect(await told()).toEqual([])
    await publish(id)
    const offers = await told()
    expect(offers.map(({ to, kind }) => [to, kind])).toEqual([
      [people.a, 'mentoring.offer'],
      [people.m, 'mentoring.offer'],
    ])
    expect(offers[0]?.words).toContain('松本')
    await agree('a', 'm')
    const introduced = await told()
    // Whoever agreed last sees it at once.
    expect(introduced.map(({ to, kind }) => [to, kind])).toEqual([[people.a, 'mentoring.introduction']])
    expect((await pairOf('a')).status).toBe('active')
    const minute = /"minute":(\d+)/.exec(JSON.stringify(introduced[0]?.card))?.[1]
    const card = await press('a', 'mentoring.meet', { pair: (await pairOf('a')).id, minute: Number(minute) })
    expect(words(card)).toContain('顔合わせを')
    expect(await db.prisma.booking.count({ where: { status: 'booked' } })).toBe(2)
    const [set] = await told()
    expect([set?.to, set?.kind]).toEqual([people.m, 'mentoring.meeting'])
    // To a mentor it is no meeting with a mentor.
    expect(`${set?.card.summary} ${set?.words}`).not.toContain('メンターとの顔合わせ')
    const subject = `mentoring.meeting:${(await pairOf('a')).id}`
    const called = await mentoring(core).bookings?.(db.prisma, [subject], { id: people.m, language: 'ja' })
    expect(called?.get(subject)?.summary).toBe('顔合わせ(新採用メンター)')
  })

  test('days of rest leave as many to agree in, and put a first meeting on them off', async () => {
    const { programme, hand, publish, told, agree, people, pairOf, press, tell } = await city()
    const { id } = await programme()
    await hand(id, 'a', 'm')
    await publish(id)
    await told()
    const by = async () => (await pairOf('a')).acceptBy?.toISOString().slice(0, 10)
    const before = await by()
    await tell(await closedFrom(db.prisma, '2027-05-12', '2027-05-14', people.hr))
    const later = await by()
    expect(later && before && later > before).toBe(true)
    expect(await db.prisma.audit.count({ where: { action: 'mentoring.accept-by-moved' } })).toBe(1)
    expect(await told()).toEqual([])
    await agree('a', 'm')
    const [introduced] = await told()
    const minute = Number(/"minute":(\d+)/.exec(JSON.stringify(introduced?.card))?.[1])
    await press('a', 'mentoring.meet', { pair: (await pairOf('a')).id, minute })
    await told()
    const on = Temporal.Instant.fromEpochMilliseconds(minute * 60_000)
      .toZonedDateTimeISO('Asia/Tokyo')
      .toPlainDate()
    await tell(await closedFrom(db.prisma, `${on}`, `${on.add({ days: 1 })}`, people.hr))
    expect(await db.prisma.booking.count({ where: { status: 'booked' } })).toBe(0)
    const anew = await told()
    expect(anew.map(({ to, kind }) => [to, kind])).toEqual([
      [people.a, 'mentoring.introduction'],
      [people.m, 'mentoring.introduction'],
    ])
    expect(JSON.stringify(anew)).not.toContain(`"minute":${minute}`)
  })

  test('what a pair breaks is said; a second pair of one mentee, and nobody, is refused', async () => {
    const { programme, hand } = await city()
    const { id } = await programme()
    const said = JSON.stringify(await hand(id, 'a', 'head'))
    expect(said).toContain('△ 所属が近い')
    expect(said).toContain('△ 評価・指揮の関係にある')
    expect(JSON.stringify(await hand(id, 'a', 'm'))).toContain('すでに組があります')
    expect(JSON.stringify(await hand(id, 'b', 'b'))).toContain('別のお二人')
  })

  test('one after the other is named without going back; nobody has answered, so nothing is scored', async () => {
    const { programme, hand, press, pairOf } = await city()
    const { id } = await programme()
    const [named] = await hand(id, 'a', 'm')
    const card = named?.type === 'card' ? named.card : undefined
    const said = card ? words(card) : ''
    expect(said).toContain('次の組を指名する')
    expect(JSON.stringify(card)).toContain(`"mentoring.hand","data":{"programme":${id}}`)
    expect(said).toContain('なし(テーマ、時間、話し方が未回答)')
    expect(said).not.toMatch(/\d点/)
    await hand(id, 'b', 'n')
    expect(await pairOf('b')).toMatchObject({ score: null })
    expect(words(await press('hr', 'mentoring.proposal', { programme: id }))).not.toMatch(/\d点/)
    const shown = words(await press('hr', 'mentoring.pair', { pair: (await pairOf('a')).id }))
    expect(shown).toContain('中村さん(現在: 馬場さん)')
    expect(shown).not.toContain('次の組を指名する')
    // Whoever was named is known, also where it was never said whom the programme is for.
    const programmeCard = words(await press('hr', 'mentoring.programme', { programme: id }))
    expect(programmeCard).toContain('指名した方')
    expect(programmeCard).not.toContain('まだ決めていません')
  })

  test('a head of a section runs programmes for their own people; HR of the city sees them too; others see none', async () => {
    const { programme, hand, say, press, people } = await city()
    const made = await programme('head')
    expect(made.sectionId).not.toBeNull()
    expect(JSON.stringify(await hand(made.id, 'a', 'm', 'head'))).toContain('案に加えました')
    expect(JSON.stringify(await hand(made.id, 'other', 'm', 'head'))).toContain('ご担当の範囲')
    expect(words(await say('hr'))).toContain('新採用メンター')
    for (const who of ['a', 'm', 'other'] as const) {
      expect(words(await say(who)), who).not.toContain('新採用メンター')
      expect(words(await press(who, 'mentoring.programme', { programme: made.id }))).not.toContain('松本')
    }
    const whole = await programme('hr')
    expect(words(await press('head', 'mentoring.programme', { programme: whole.id }))).toContain(
      '見つかりません',
    )
    expect(await db.prisma.audit.count({ where: { actorId: people.head } })).toBeGreaterThan(1)
  })

  test('where the staff list names supervisors person by person, the chief names pairs for their section alone', async () => {
    const { programme, hand, say, people, sections, press } = await city()
    await db.prisma.route.deleteMany()
    for (const who of ['a', 'b', 'c'] as const)
      await addRoute(db.prisma, 'first', { personId: people[who] }, people.head)
    expect(words(await say('head'))).toContain('まだ制度がありません')
    const made = await programme('head')
    expect(made.sectionId).toBe(sections.tax)
    expect(JSON.stringify(await hand(made.id, 'a', 'm', 'head'))).toContain('案に加えました')
    expect(JSON.stringify(await hand(made.id, 'other', 'm', 'head'))).toContain('ご担当の範囲')
    // Leading people makes nobody the head of a section.
    await db.prisma.post.updateMany({ where: { personId: people.head }, data: { title: '係長' } })
    expect(words(await press('head', 'mentoring.programme', { programme: made.id }))).toContain(
      'ご利用いただけません',
    )
  })

  test('silence is agreement after the days given', async () => {
    const { programme, hand, publish, openDay, pairOf } = await city()
    const { id } = await programme()
    await hand(id, 'a', 'm')
    await publish(id)
    await openDay('2027-05-18')
    expect((await pairOf('a')).status).toBe('offered')
    await openDay('2027-05-19')
    expect((await pairOf('a')).status).toBe('active')
  })
})

describe('sign-up and matching', () => {
  const keen = { topics: ['0'], styles: ['0'], times: ['0'] }

  test('only those who have not answered are reminded', async () => {
    const { signUp, told, people, clock } = await city()
    await signUp({ a: keen, m: { ...keen, capacity: '2' } })
    const asked = await told()
    expect(new Set(asked.map(({ to }) => to))).toEqual(new Set([people.b, people.c, people.n]))
    clock.set(at('2027-05-21T12:00'))
    expect(new Set((await told(at('2027-05-25T12:00'))).map(({ to }) => to))).toEqual(
      new Set([people.b, people.c, people.n]),
    )
  })

  test('whoever has answered is not invited again, and reads until when it may be changed', async () => {
    const { signUp, say, press } = await city()
    const id = await signUp({ a: keen })
    expect(words(await say('b'))).toContain('1分で終わります')
    const joined = words(await say('a'))
    expect(joined).not.toContain('1分で')
    expect(joined).toContain('ご回答は5月25日(火)まで直せます')
    const not = words(await press('b', 'mentoring.not-joining', { programme: id }))
    expect(not).not.toContain('1分で')
    expect(not).toContain('5月25日(火)までは、参加に変えられます')
  })

  test('the proposal, its reasons, a lock and a run anew; the next best for the coordinator alone', async () => {
    const { signUp, press, pairOf, people } = await city()
    const id = await signUp({
      a: keen,
      b: keen,
      c: keen,
      m: { ...keen, capacity: '1' },
      n: { ...keen, capacity: '1' },
    })
    const card = words(await press('hr', 'mentoring.match', { programme: id }))
    expect(card).toContain('2組の案')
    expect(card).toContain('しか組めません')
    expect(card).toContain('これより良い組合せがない')
    const pair = await db.prisma.mentoringPair.findFirstOrThrow({ orderBy: { id: 'asc' } })
    expect(words(await press('hr', 'mentoring.pair', { pair: pair.id }))).toContain('次の候補')
    expect(words(await press('hr2', 'mentoring.pair', { pair: pair.id }))).not.toContain('次の候補')
    await press('hr', 'mentoring.forbid', { pair: pair.id, version: pair.version })
    expect(words(await press('hr', 'mentoring.match', { programme: id }))).toContain('前回の案からの変更')
    const now = await db.prisma.mentoringPair.findMany({ where: { status: 'proposed' } })
    expect(now.some((each) => each.menteeId === pair.menteeId && each.mentorId === pair.mentorId)).toBe(false)
    expect(await pairOf('m')).toBeDefined()
    expect(people.a).toBeGreaterThan(0)
  })

  test('a second run at once is told so; one whose process died is over within the minute in which it is tried again', async () => {
    const { signUp, press, clock } = await city()
    const id = await signUp({ a: keen, m: { ...keen, capacity: '1' } })
    await db.prisma.mentoringProgramme.update({
      where: { id },
      data: { matchingUntil: new Date(clock.now().epochMilliseconds + 45_000) },
    })
    expect(words(await press('hr', 'mentoring.match', { programme: id }))).toContain('ほかの方が')
    expect(await db.prisma.mentoringPair.count()).toBe(0)
    clock.set(clock.now().add({ seconds: 46 }))
    expect(words(await press('hr', 'mentoring.match', { programme: id }))).toContain('1組の案ができました')
    expect(await db.prisma.mentoringPair.count()).toBe(1)
  })

  test('nobody but the solver reads whom somebody avoids or wishes for', async () => {
    const { people } = await city()
    const trace = async (answers: FormValues) => {
      await truncateAll(db)
      const made = await city()
      const programmeId = await made.signUp({
        a: { ...keen, ...answers },
        m: { ...keen, capacity: '1' },
        n: { ...keen, capacity: '1' },
      })
      return { made, programmeId }
    }
    const read = async (answers: (ids: Record<string, number>) => FormValues) => {
      const ids = { m: people.m, n: people.n }
      const { made, programmeId } = await trace(answers(ids))
      const cards = [
        words(await made.press('hr2', 'mentoring.programme', { programme: programmeId })),
        words(await made.press('hr2', 'mentoring.proposal', { programme: programmeId })),
        words(await made.press('hr2', 'mentoring.figures', { programme: programmeId })),
        words(await made.say('m')),
        words(await made.say('n')),
        words(await made.say('other')),
      ]
      const stored = (await rows())
        .split('\n')
        .filter((line) => !/^(inbox|notice|audit|job_run|kept|person|mentoring_member) /.test(line))
      const trail = (await rows()).split('\n').filter((line) => line.startsWith('audit '))
      return { cards, stored, trail: trail.map((line) => line.replaceAll(/"(id|at|flow)":[^,}]+/g, '')) }
    }
    const silent = await read(() => ({}))
    const secret = await read(({ m, n }) => ({
      wish1: String(n),
      avoid1: String(m),
      avoidSections: ['0400'],
    }))
    expect(secret).toEqual(silent)
  })

  describe('whom somebody avoids cannot be found out by trying', () => {
    type Made = Awaited<ReturnType<typeof city>>
    const one = { ...keen, capacity: '1' }
    /** a, b, m and n take part; more in confidence as given, and then whatever HR tries. */
    const begun = async (secret: (people: Made['people']) => Partial<Record<'a' | 'm', FormValues>>) => {
      await truncateAll(db)
      const made = await city()
      const said = secret(made.people)
      const id = await made.signUp({ a: { ...keen, ...said.a }, m: { ...one, ...said.m }, n: one })
      await made.told()
      /** Without what differs from one run of the test to the next. */
      const plain = (text: string) => text.replaceAll(/"(id|pair|programme|version)":\d+/g, '')
      const tried = async (replies: Promise<readonly Reply[]>) => plain(JSON.stringify(await replies))
      const looks = async () => {
        const pairs = await db.prisma.mentoringPair.findMany({
          where: { status: { in: ['proposed', 'offered'] } },
        })
        return Promise.all([
          tried(made.click('hr', 'mentoring.programme', { programme: id })),
          tried(made.click('hr', 'mentoring.proposal', { programme: id })),
          ...pairs.map(({ id: pair }) => tried(made.click('hr', 'mentoring.pair', { pair }))),
        ])
      }
      return { ...made, id, tried, looks }
    }
    const silent = () => ({})
    const secrets: Readonly<Record<string, Parameters<typeof begun>[0]>> = {
      'the mentee avoids the mentor': ({ m }) => ({ a: { avoid1: String(m) } }),
      'the mentor avoids the mentee': ({ a }) => ({ m: { avoid1: String(a) } }),
      'the mentee avoids the section': () => ({ a: { avoidSections: ['0300'] } }),
    }

    test.each(Object.keys(secrets))(
      '%s: named by hand, locked, published, it looks like any other',
      async (name) => {
        const probe = async (secret: Parameters<typeof begun>[0]) => {
          const made = await begun(secret)
          const seen: string[][] = [await made.looks()]
          seen.push([await made.tried(made.hand(made.id, 'a', 'm'))], await made.looks())
          const pair = await made.pairOf('a')
          // Would a run keep them? It keeps whoever was named.
          await made.press('hr', 'mentoring.lock', { pair: pair.id, version: pair.version, locked: false })
          seen.push([await made.tried(made.click('hr', 'mentoring.match', { programme: made.id }))])
          await made.publish(made.id)
          seen.push(await made.looks())
          return { made, seen }
        }
        const plain = await probe(silent)
        const hidden = await probe(secrets[name] ?? silent)
        expect(hidden.seen).toEqual(plain.seen)

        // Neither of the two hears of it, by whatever they press; nothing becomes of it by silence.
        const { made } = hidden
        const pair = await made.pairOf('a')
        expect(pair).toMatchObject({ status: 'offered', mentorId: made.people.m })
        for (const who of ['a', 'm'] as const) {
          const cards = [words(await made.say(who))]
          for (const action of ['accept', 'decline'])
            cards.push(
              words(await made.press(who, `mentoring.${action}`, { pair: pair.id, version: pair.version })),
            )
          expect(`${cards.join()}${await made.home(who)}`).not.toMatch(/松本|赤井/)
        }
        expect(await made.told()).toEqual([])
        const days: string[] = []
        for (const on of ['05-12', '05-13', '05-14', '05-15', '05-16', '05-17', '05-18', '05-19']) {
          await made.openDay(`2027-${on}`)
          const gone = await db.prisma.mentoringPair.count({ where: { id: pair.id, status: 'declined' } })
          if (gone > 0) days.push(on)
        }
        const heard = await made.told()
        expect(
          heard.filter(({ kind }) => kind !== 'mentoring.sign-up').map(({ to, kind }) => [to, kind]),
        ).toEqual([[made.people.hr, 'mentoring.coordinator']])
        // On a working morning on which a declined one might have gone as well.
        expect(['05-12', '05-13', '05-14', '05-17', '05-18']).toContain(days[0])
        expect(await db.prisma.mentoringPair.count({ where: { status: 'active' } })).toBe(0)
      },
    )

    test('once it is gone, HR sees what a decline leaves', async () => {
      const after = async (secret: Parameters<typeof begun>[0], declines: boolean) => {
        const made = await begun(secret)
        await made.hand(made.id, 'a', 'm')
        await made.publish(made.id)
        const pair = await made.pairOf('a')
        if (declines) await made.press('m', 'mentoring.decline', { pair: pair.id, version: pair.version })
        await made.openDay('2027-05-18')
        const told = (await made.told()).filter(({ to }) => to === made.people.hr)
        const row = await db.prisma.mentoringPair.findUniqueOrThrow({ where: { id: pair.id } })
        return {
          looks: await made.looks(),
          told: told.map(({ words: said }) => said),
          again: await made.tried(made.hand(made.id, 'a', 'm')),
          row: { ...row, id: 0, programmeId: 0, menteeId: 0, mentorId: 0 },
        }
      }
      const declined = await after(silent, true)
      expect(declined.told).toHaveLength(1)
      // Whoever avoids the whole section has nobody left, so that no new pair can be proposed: the others are compared.
      for (const name of ['the mentee avoids the mentor', 'the mentor avoids the mentee'])
        expect(await after(secrets[name] ?? silent, false), name).toEqual(declined)
    })

    test('a next best, a score and a reason for nobody follow from what may be told alone', async () => {
      const alone = async (secret: Parameters<typeof begun>[0]) => {
        const made = await begun(secret)
        await made.hand(made.id, 'a', 'n')
        const pair = await made.pairOf('a')
        const next = await made.tried(made.click('hr', 'mentoring.pair', { pair: pair.id }))
        await made.press('hr', 'mentoring.drop', { pair: pair.id, version: pair.version })
        await made.hand(made.id, 'b', 'n')
        return { next, ...{ left: await made.looks() } }
      }
      const plain = await alone(silent)
      expect(plain.next).toContain('松本')
      expect(plain.left.join()).toContain('兼ね合い')
      for (const secret of Object.values(secrets)) expect(await alone(secret)).toEqual(plain)
    })

    test('a decline elsewhere is nobody’s here', async () => {
      const elsewhere = async (declined: boolean) => {
        await truncateAll(db)
        const made = await city()
        const first = await made.programme('hr', { name: '去年' })
        if (declined)
          await db.prisma.mentoringPair.create({
            data: {
              programmeId: first.id,
              menteeId: made.people.a,
              mentorId: made.people.m,
              status: 'declined',
              source: 'hand',
            },
          })
        const { id } = await made.programme()
        const named = JSON.stringify(await made.hand(id, 'a', 'm')).replaceAll(/"(pair|programme)":\d+/g, '')
        await made.publish(id)
        const told = (await made.told()).length
        const { id: pair, version, status: offered } = await made.pairOf('a')
        // Ended by HR before its day: who was never asked hears nothing of it either.
        await made.press('hr', 'mentoring.end', { pair, version })
        const ended = (await made.told()).map(({ to, words: said }) => [to, said])
        return { named, told, offered, ended, people: made.people }
      }
      const fresh = await elsewhere(false)
      const again = await elsewhere(true)
      expect(again.named).toBe(fresh.named)
      expect([fresh.told, again.told]).toEqual([2, 0])
      expect(again.offered).toBe('offered')
      expect(again.ended).toEqual([])
      expect(fresh.ended.map(([to]) => to)).toEqual([fresh.people.a, fresh.people.m])
      expect(fresh.ended.join()).not.toMatch(/ここまで|ありがとう/)
    })
  })

  test('a decline is nobody’s in the rows, the trail and the cards, and makes a new proposal for that part alone', async () => {
    const one = async (decliner: 'a' | 'm') => {
      await truncateAll(db)
      const made = await city()
      const id = await made.programme()
      await made.hand(id.id, 'a', 'm')
      await made.hand(id.id, 'b', 'n')
      await made.publish(id.id)
      await made.told()
      const pair = await db.prisma.mentoringPair.findFirstOrThrow({ where: { menteeId: made.people.a } })
      const bystanders = async () => [
        await made.told(),
        ...(await Promise.all(
          (['hr', 'hr2', decliner === 'a' ? 'm' : 'a'] as const).map(async (who) => [
            words(await made.say(who)),
            words(await made.press(who, 'mentoring.programme', { programme: id.id })),
            words(await made.press(who, 'mentoring.proposal', { programme: id.id })),
            words(await made.press(who, 'mentoring.pair', { pair: pair.id })),
            await made.home(who),
          ]),
        )),
      ]
      const before = await bystanders()
      const card = words(
        await made.press(decliner, 'mentoring.decline', { pair: pair.id, version: pair.version }),
      )
      expect(card).toContain('あらためて組を検討します')
      expect(card).not.toContain('お願いする')
      // Until the next working morning nobody else can see that anything has happened, nor is the decliner asked again.
      expect(await bystanders()).toEqual(before)
      expect(await made.home(decliner)).toEqual([])
      await made.press(decliner, 'mentoring.accept', { pair: pair.id, version: pair.version })
      expect(await made.pairOf('a')).toMatchObject({ status: 'offered', menteeAccepted: false })
      await made.press(decliner === 'a' ? 'm' : 'a', 'mentoring.accept', {
        pair: pair.id,
        version: pair.version,
      })
      expect(await made.pairOf('a')).toMatchObject({ status: 'offered' })
      await made.openDay('2027-05-12')
      const kept = await db.prisma.mentoringPair.findMany({ orderBy: { id: 'asc' } })
      const audit = await db.prisma.audit.findMany({ select: { action: true, actorId: true, change: true } })
      const seen = [
        words(await made.press('hr', 'mentoring.proposal', { programme: id.id })),
        words(await made.press('hr2', 'mentoring.proposal', { programme: id.id })),
      ]
      const notices = await db.prisma.notice.findMany({ orderBy: { id: 'asc' } })
      const told = await made.told()
      expect(told.map(({ to, kind }) => [to, kind])).toContainEqual([made.people.hr, 'mentoring.coordinator'])
      const changed = told.filter(({ kind }) => kind === 'mentoring.changed')
      expect(changed.map(({ to }) => to)).toEqual([made.people.a, made.people.m])
      for (const { words: said } of changed) {
        expect(said).toContain('あらためて検討しています')
        // No thanks for what never was, and no cause.
        expect(said).not.toMatch(/ここまで|ありがとう|都合|見送|辞退/)
      }
      const person = (personId: number | null) =>
        Object.entries(made.people).find(([, each]) => each === personId)?.[0] ?? null
      return {
        seen,
        notices: notices.map(({ kind, recipientId, status }) => [kind, person(recipientId), status]),
        kept: kept.map(({ status, menteeId, mentorId, menteeAccepted, mentorAccepted }) => [
          status,
          person(menteeId),
          person(mentorId),
          menteeAccepted,
          mentorAccepted,
        ]),
        audit: audit.map(({ action, actorId }) => [action, person(actorId)]),
      }
    }
    const byMentee = await one('a')
    expect(byMentee.kept[0]).toEqual(['declined', 'a', 'm', false, false])
    expect(byMentee.kept[1]?.[0]).toBe('offered')
    expect(await one('m')).toEqual(byMentee)
  })
})

describe('on the way', () => {
  /** a and m have agreed and were introduced. */
  async function running(platforms: readonly ChatPlatform[] = []) {
    const made = await city(platforms)
    const { id } = await made.programme()
    await made.hand(id, 'a', 'm')
    await made.publish(id)
    await made.agree('a', 'm')
    await made.told()
    return { ...made, id, pair: await made.pairOf('a') }
  }

  test('asked whether they met; three silences bring a gentle question, then the coordinator; an answer ends it', async () => {
    const { told, press, people, pair } = await running()
    await press('m', 'mentoring.check-in', { pair: pair.id, round: 'start', met: true })
    // Two weeks after the first day of the programme, not after the pair was made.
    expect(await told(at('2027-06-14T12:00'))).toEqual([])
    const heard = await told(at('2027-07-14T12:00'))
    expect(heard.map(({ to, kind }) => [to, kind])).toEqual([
      [people.a, 'mentoring.check-in'],
      [people.a, 'mentoring.check-in'],
      [people.a, 'mentoring.check-in'],
      [people.a, 'mentoring.care'],
      [people.hr, 'mentoring.coordinator'],
    ])
    expect(heard.at(-1)?.words).toContain('赤井')
  })

  test('the wish for another partner reaches the coordinator alone', async () => {
    const { press, told, people, pair, id, home } = await running()
    await press('a', 'mentoring.rematch', { pair: pair.id })
    expect((await told()).map(({ to }) => to)).toEqual([people.hr])
    expect(words(await press('hr', 'mentoring.pair', { pair: pair.id }))).toContain('赤井さんから')
    expect(words(await press('hr2', 'mentoring.pair', { pair: pair.id }))).not.toContain('見直したい')
    expect(words(await press('m', 'mentoring.home'))).not.toContain('ご相談があります')
    const list = async (who: 'hr' | 'hr2') =>
      words(await press(who, 'mentoring.proposal', { programme: id, page: 1 }))
    expect(await list('hr')).toContain('見直しのご相談あり')
    expect(await list('hr2')).not.toContain('見直しの')
    expect(await home('hr')).toEqual(['「新採用メンター」の組の見直しのご相談(1件)'])
    for (const who of ['hr2', 'm', 'a'] as const)
      expect((await home(who)).join(), who).not.toContain('見直し')
    expect(await db.prisma.audit.count({ where: { action: { contains: 'rematch' } } })).toBe(0)
  })

  test('a mentor leaves: the pair ends, the mentee hears it kindly, the coordinator is asked', async () => {
    const { openDay, told, people, pair, hand, id } = await running()
    await hand(id, 'b', 'n')
    await db.prisma.person.update({ where: { id: people.m }, data: { leftOn: toDbDate(day('2027-05-20')) } })
    await openDay('2027-05-20')
    const ended = await db.prisma.mentoringPair.findUniqueOrThrow({ where: { id: pair.id } })
    expect([ended.status, ended.endReason]).toEqual(['ended', 'left'])
    const heard = await told()
    expect(heard.map(({ to, kind }) => [to, kind])).toEqual([
      [people.hr, 'mentoring.coordinator'],
      [people.a, 'mentoring.changed'],
    ])
    expect(heard[1]?.words).toContain('あらためて組を検討します')
  })

  test('an open question is on Home and in 「メンター」 until it is answered', async () => {
    const { clock, home, say, press, pair } = await running()
    expect(await home('a')).toEqual(['松本さんとの顔合わせの日時を選ぶ'])
    clock.set(at('2027-06-15T09:00'))
    expect(await home('a')).toEqual(['松本さんと会えましたか'])
    expect(words(await say('a'))).toContain('会えましたか')
    await press('a', 'mentoring.check-in', { pair: pair.id, round: 'start', met: true })
    expect(await home('a')).toEqual([])
    expect(await home('m')).toEqual(['赤井さんと会えましたか'])
  })

  const minutesIn = (card: Card | undefined) =>
    [...JSON.stringify(card).matchAll(/"minute":(\d+)/g)].map(([, minute]) => Number(minute))
  const minuteAt = (local: string) => at(local).epochMilliseconds / 60_000
  const dayOfMinute = (minute: number) =>
    Temporal.Instant.fromEpochMilliseconds(minute * 60_000)
      .toZonedDateTimeISO('Asia/Tokyo')
      .toPlainDate()
  const bookedAt = async () => {
    const rows = await db.prisma.booking.findMany({ where: { status: 'booked' } })
    return [...new Set(rows.map(({ startsAt }) => startsAt.getTime() / 60_000))]
  }

  test('a time chosen meanwhile is not undone by a button of before; either may change it, and the other hears', async () => {
    const { press, say, told, people, pair, click } = await running()
    const [first = 0, second = 0] = minutesIn(await say('a'))
    const meet = async (who: 'a' | 'm', minute: number, instead?: number) =>
      words(await press(who, 'mentoring.meet', { pair: pair.id, minute, ...(instead && { instead }) }))
    expect(await meet('a', first)).toContain('顔合わせを')
    expect(await meet('m', second)).toContain('その間に、顔合わせは')
    expect(await bookedAt()).toEqual([first])
    // Pressed twice: nothing new, and the partner hears once.
    expect(await meet('a', first)).toContain('顔合わせは')
    expect((await told()).map(({ to, kind }) => [to, kind])).toEqual([[people.m, 'mentoring.meeting']])
    const others = await press('m', 'mentoring.times', { pair: pair.id })
    const [third = 0, fourth = 0] = minutesIn(others)
    expect(minutesIn(others)).not.toContain(first)
    expect(await meet('m', third, first)).toContain('に変えました')
    expect(await bookedAt()).toEqual([third])
    // As they were shown before that: the time that these stand for is another one now.
    expect(await meet('a', fourth, first)).toContain('その間に、顔合わせは')
    expect(await bookedAt()).toEqual([third])
    const [moved] = await told()
    expect([moved?.to, moved?.kind]).toEqual([people.a, 'mentoring.meeting'])
    expect(moved?.words).toContain('に変わりました')
    // Back again is news again; a time that was changed before it was told of is not told.
    await meet('a', first, third)
    await meet('a', second, first)
    await meet('a', first, second)
    const news = await told()
    expect(news.map(({ to }) => to)).toEqual([people.m])
    expect(minutesIn(news[0]?.card)).toEqual([])
    expect(await bookedAt()).toEqual([first])
    // It is the pair's affair.
    for (const who of ['b', 'hr'] as const) await click(who, 'mentoring.times', { pair: pair.id })
    expect(await bookedAt()).toEqual([first])
  })

  test('of two who choose at once one does, and the other reads what was chosen', async () => {
    const { press, say, pair } = await running()
    const [first = 0, second = 0] = minutesIn(await say('a'))
    const said = await Promise.all([
      press('a', 'mentoring.meet', { pair: pair.id, minute: first }),
      press('m', 'mentoring.meet', { pair: pair.id, minute: second }),
    ])
    expect(said.filter((card) => words(card).includes('に決めました'))).toHaveLength(1)
    expect(said.filter((card) => words(card).includes('その間に、顔合わせは'))).toHaveLength(1)
    expect(await bookedAt()).toHaveLength(1)
  })

  test('only hours that both work and have free, on days of the programme', async () => {
    const { press, say, pair, people, clock } = await running()
    // It begins on 1 June, three weeks from now.
    const offered = minutesIn(await say('a'))
    expect(offered).toHaveLength(3)
    expect(
      offered.map((minute) => Temporal.PlainDate.compare(dayOfMinute(minute), '2027-06-01')),
    ).not.toContain(-1)
    await db.prisma.booking.create({
      data: {
        personId: people.m,
        subject: 'meeting:99',
        startsAt: new Date(at('2027-06-03T10:00').epochMilliseconds),
        endsAt: new Date(at('2027-06-03T11:00').epochMilliseconds),
        exclusive: true,
        status: 'booked',
      },
    })
    for (const local of [
      '2027-05-31T10:00', // before the programme
      '2027-06-02T03:00', // at night
      '2027-06-02T12:00', // at lunch
      '2027-06-02T10:07', // between the hours offered
      '2027-06-05T10:00', // on a Saturday
      '2027-06-03T10:30', // the other is in an interview
      '2027-07-20T10:00', // long after what is offered
      '2031-06-02T10:00',
    ])
      expect(
        words(await press('a', 'mentoring.meet', { pair: pair.id, minute: minuteAt(local) })),
        local,
      ).toContain('お選びいただけなくなりました')
    expect(await db.prisma.booking.count()).toBe(1)
    // What was offered holds until its hour comes.
    clock.set(at('2027-06-03T13:00'))
    await press('a', 'mentoring.meet', { pair: pair.id, minute: minuteAt('2027-06-03T09:00') })
    expect(await db.prisma.booking.count()).toBe(1)
    await press('a', 'mentoring.meet', { pair: pair.id, minute: minuteAt('2027-06-03T14:00') })
    expect(await db.prisma.booking.count()).toBe(3)
    // Towards its end no day after it is offered.
    await db.prisma.booking.deleteMany()
    clock.set(at('2028-03-29T10:00'))
    expect(minutesIn(await say('a')).map(String)).toHaveLength(1)
    clock.set(at('2028-03-30T10:00'))
    const last = await say('a')
    expect(minutesIn(last)).toEqual([])
    expect(words(last)).toContain('空き時間が見つかりませんでした')
    expect(words(last)).not.toContain('下の候補')
  })

  test('a meeting that is over leaves times for the next; what is said of times below is true', async () => {
    const { press, say, pair, clock, home, told } = await running()
    const [first = 0] = minutesIn(await say('a'))
    await press('a', 'mentoring.meet', { pair: pair.id, minute: first })
    expect(await home('m')).toEqual(['赤井さんとの顔合わせ'])
    const notYet = async () => press('a', 'mentoring.check-in', { pair: pair.id, round: 'start', met: false })
    const ahead = words(await notYet())
    expect(ahead).not.toContain('下の候補')
    expect(ahead).toContain('日時を変える')
    clock.set(Temporal.Instant.fromEpochMilliseconds((first + 30) * 60_000))
    await told()
    const over = await say('a')
    expect(words(over)).toContain('前回の予定は')
    expect(minutesIn(over)).toHaveLength(3)
    expect(JSON.stringify(over)).not.toContain('"instead"')
    const thanked = await notYet()
    expect(words(thanked)).toContain('下の候補')
    const [next = 0] = minutesIn(thanked)
    expect(words(await press('m', 'mentoring.meet', { pair: pair.id, minute: next }))).toContain(
      'に決めました',
    )
    expect(await bookedAt()).toEqual([next])
  })

  test('what waits is on Home: a time to choose, when it is, and for the coordinator a proposal', async () => {
    const { press, say, homeRows, pair, home, hand, id, clock } = await running()
    expect(await homeRows('a')).toEqual([['松本さんとの顔合わせの日時を選ぶ', '6月15日(火)ごろまで']])
    expect(await home('hr')).toEqual([])
    await hand(id, 'b', 'n')
    expect(await home('hr')).toEqual(['「新採用メンター」の組合せ案の確認(1組)'])
    expect(await home('hr2')).toEqual([])
    await press('a', 'mentoring.meet', { pair: pair.id, minute: minutesIn(await say('a'))[0] ?? 0 })
    expect(await homeRows('m')).toEqual([['赤井さんとの顔合わせ', '6月1日(火) 10:00']])
    clock.set(at('2027-06-02T09:00'))
    expect((await home('m')).join()).not.toContain('顔合わせ')
  })

  test('thanks lead back; whoever has met is not asked to choose a time', async () => {
    const { press, pair, home, id } = await running()
    const met = await press('a', 'mentoring.check-in', { pair: pair.id, round: 'start', met: true })
    expect(JSON.stringify(met)).toContain('mentoring.home')
    expect(await home('a')).toEqual([])
    const { version } = await db.prisma.mentoringProgramme.findUniqueOrThrow({ where: { id } })
    await press('hr', 'mentoring.close', { programme: id, version })
    const thanked = await press('a', 'mentoring.survey', { programme: id, useful: 5 })
    expect(JSON.stringify(thanked)).toContain('mentoring.home')
  })

  test('a pair ended because one of them asked says so, and not who', async () => {
    const { press, pair, people, told } = await running()
    await press('a', 'mentoring.rematch', { pair: pair.id })
    await press('hr', 'mentoring.end', { pair: pair.id, version: pair.version })
    const ended = await db.prisma.mentoringPair.findUniqueOrThrow({ where: { id: pair.id } })
    expect([ended.status, ended.endReason, ended.rematch]).toEqual(['ended', 'rematch', null])
    const heard = (await told()).filter(({ kind }) => kind === 'mentoring.changed')
    expect(new Set(heard.map(({ to }) => to))).toEqual(new Set([people.a, people.m]))
    expect(heard.map(({ words }) => words).join()).not.toContain('相談')
  })

  test('whoever takes over as coordinator hears what the one before was asked', async () => {
    const { press, pair, people, told, id } = await running()
    await press('m', 'mentoring.rematch', { pair: pair.id })
    await told()
    const { version } = await db.prisma.mentoringProgramme.findUniqueOrThrow({ where: { id } })
    await press('hr2', 'mentoring.take', { programme: id, version })
    expect((await told()).map(({ to, kind }) => [to, kind])).toEqual([[people.hr2, 'mentoring.coordinator']])
  })

  test('during a leave nobody is asked, of either side, and nothing is taken as agreed', async () => {
    const { hand, publish, openDay, told, away, back, pairOf, id, pair, people, home } = await running()
    expect(await home('a')).toHaveLength(1)
    await away('m', '2027-05-12')
    expect(await home('a')).toEqual([])
    expect(await told(at('2027-06-20T12:00'))).toEqual([])
    await hand(id, 'b', 'n')
    await away('b', '2027-05-12')
    await publish(id)
    expect((await told()).map(({ to, kind }) => [to, kind])).toEqual([[people.n, 'mentoring.offer']])
    await openDay('2027-06-21')
    expect((await pairOf('b')).status).toBe('offered')
    await openDay('2027-07-01')
    await back('b', '2027-07-01')
    const heard = (await told()).filter(({ to }) => to === people.b)
    expect(heard.map(({ kind }) => kind)).toEqual(['mentoring.offer'])
    expect(heard[0]?.words).toContain('7月8日')
    expect((await pairOf('b')).status).toBe('offered')
    await openDay('2027-07-09')
    expect((await pairOf('b')).status).toBe('active')
    expect((await db.prisma.mentoringPair.findUniqueOrThrow({ where: { id: pair.id } })).status).toBe(
      'active',
    )
  })

  test('a transfer into one section is a question for the coordinator; the pair goes on', async () => {
    const { sections, people, told, transfer, pair } = await running()
    await transfer('a', sections.welfare)
    expect((await told()).map(({ to, kind, words }) => [to, kind, words.includes('異動')])).toEqual([
      [people.hr, 'mentoring.coordinator', true],
    ])
    expect((await db.prisma.mentoringPair.findUniqueOrThrow({ where: { id: pair.id } })).status).toBe(
      'active',
    )
  })

  test('a cancelled programme: those who had heard of it are told, nobody is asked anything, nothing is kept of answers', async () => {
    const { hand, publish, press, told, people, id, pair, clock } = await running()
    await hand(id, 'b', 'n')
    await publish(id)
    await hand(id, 'c', 'n')
    await told()
    const { version } = await db.prisma.mentoringProgramme.findUniqueOrThrow({ where: { id } })
    const card = words(await press('hr', 'mentoring.cancel', { programme: id, version }))
    expect(card).toContain('中止しました')
    clock.set(at('2027-05-12T10:00'))
    const heard = await told(at('2028-05-01T12:00'))
    expect(new Set(heard.map(({ kind }) => kind))).toEqual(new Set(['mentoring.cancelled']))
    expect(new Set(heard.map(({ to }) => to))).toEqual(new Set([people.a, people.m, people.b, people.n]))
    const kept = await db.prisma.mentoringPair.findMany()
    expect(kept.map(({ id: pairId, status }) => [pairId, status])).toEqual([[pair.id, 'ended']])
    expect(await db.prisma.mentoringMember.count({ where: { sealed: { not: null } } })).toBe(0)
    // Nothing more can be done to it.
    expect(words(await press('hr', 'mentoring.start', { programme: id, version: version + 1 }))).toContain(
      'その後に変わって',
    )
    expect((await hand(id, 'c', 'm'))[0]).toMatchObject({ type: 'card' })
    expect(await db.prisma.mentoringPair.count()).toBe(1)
  })

  test('two on one chat are led to one conversation; where chats differ the address is given', async () => {
    const gathered: (readonly string[])[] = []
    const gather: NonNullable<ChatPlatform['gather']> = async (both) => {
      gathered.push(both.map(({ user }) => user))
      return { type: 'open', url: 'https://slack.test/talk', greeted: true }
    }
    const slack = Object.assign(fakePlatform({ platform: 'slack' }), { gather })
    const { people, press, pair } = await running([slack])
    const account = (who: 'a' | 'm', platform: string, tenant: string) =>
      db.prisma.identity.updateMany({
        where: { personId: people[who] },
        data: { platform, tenant, userId: `${platform}-${who}` },
      })
    // The tests' own way in stays the playground's: only whom the card is about changes.
    await account('m', 'slack', 'T1')
    await db.prisma.person.update({ where: { id: people.m }, data: { email: 'matsumoto@city.example.jp' } })
    const apart = JSON.stringify(await press('a', 'mentoring.home'))
    expect(apart).toContain('matsumoto@city.example.jp')
    expect(apart).not.toContain('slack.com')
    await db.prisma.identity.create({
      data: { personId: people.a, platform: 'slack', tenant: 'T1', userId: 'Ua', state: 'active' },
    })
    const same = JSON.stringify(await press('a', 'mentoring.home'))
    expect(same).toContain('mentoring.talk')
    expect(same).not.toContain('matsumoto@')
    expect(gathered).toEqual([])
    const opened = JSON.stringify(await press('a', 'mentoring.talk', { pair: pair.id }))
    expect(opened).toContain('https://slack.test/talk')
    expect(gathered).toEqual([['Ua', 'slack-m']])
  })

  test('at the end pairs end, what was said in confidence is erased, and figures wait for five', async () => {
    const { press, told, people, id } = await running()
    const { version } = await db.prisma.mentoringProgramme.findUniqueOrThrow({ where: { id } })
    await press('hr', 'mentoring.close', { programme: id, version })
    expect(new Set((await told()).map(({ to, kind }) => `${kind}:${to}`))).toEqual(
      new Set([`mentoring.survey:${people.a}`, `mentoring.survey:${people.m}`]),
    )
    await press('a', 'mentoring.survey', { programme: id, useful: 5 })
    await press('a', 'mentoring.survey', { programme: id, useful: 4 })
    expect(await db.prisma.mentoringSurvey.count()).toBe(1)
    expect(JSON.stringify(await db.prisma.mentoringSurvey.findMany())).not.toContain(`"${people.a}"`)
    expect(words(await press('hr', 'mentoring.figures', { programme: id }))).toContain('5名に満たない')
    expect(await db.prisma.mentoringMember.count({ where: { sealed: { not: null } } })).toBe(0)
  })
})

describe('what goes wrong', () => {
  const keen = { topics: ['0'], styles: ['0'], times: ['0'], capacity: '1' }

  test('nobody can mentor somebody, or they exclude everyone: no pair, and a reason that names no wish of theirs', async () => {
    const { signUp, press, people } = await city()
    const everyone = { avoid1: String(people.m), avoid2: String(people.n) }
    const id = await signUp({ a: { ...keen, ...everyone }, b: keen, m: keen, n: keen })
    await db.prisma.mentoringMember.update({
      where: { programmeId_personId: { programmeId: id, personId: people.b } },
      data: { role: 'mentor' },
    })
    const card = words(await press('hr', 'mentoring.match', { programme: id }))
    expect(card).toContain('0組の案')
    expect(card).toContain('赤井さん: 松本さん、中村さんの2名としか組めません')
    expect(card).not.toMatch(/避け|事情/)
    expect(await db.prisma.mentoringPair.count()).toBe(0)
  })

  test('an unpublished match cannot be peeked at: not by its people, its id or the list', async () => {
    const { programme, hand, say, press, home, pairOf, told, people } = await city()
    const { id } = await programme()
    await hand(id, 'a', 'm')
    const pair = await pairOf('a')
    const secret = ['松本', '赤井']
    for (const who of ['a', 'm', 'other', 'b'] as const) {
      const cards = [
        words(await say(who)),
        ...(
          await Promise.all([
            press(who, 'mentoring.accept', { pair: pair.id, version: pair.version }),
            press(who, 'mentoring.decline', { pair: pair.id, version: pair.version }),
            press(who, 'mentoring.check-in', { pair: pair.id, round: 'start', met: true }),
            press(who, 'mentoring.rematch', { pair: pair.id }),
            press(who, 'mentoring.pair', { pair: pair.id }),
            press(who, 'mentoring.proposal', { programme: id, page: 1 }),
          ])
        ).map(words),
        (await home(who)).join(),
      ]
      for (const name of secret) expect(cards.join('\n'), who).not.toContain(name)
    }
    expect(await told()).toEqual([])
    expect(await pairOf('a')).toMatchObject({ status: 'proposed', menteeId: people.a, version: pair.version })
  })

  test('two runs at once: one makes the proposal, the other is told so', async () => {
    const { signUp, press } = await city()
    const id = await signUp({ a: keen, b: keen, m: keen, n: keen })
    const cards = await Promise.all(
      (['hr', 'hr2', 'hr'] as const).map((who) => press(who, 'mentoring.match', { programme: id })),
    )
    expect(cards.filter((card) => words(card).includes('組の案ができました')).length).toBeGreaterThan(0)
    expect(await db.prisma.mentoringPair.count()).toBe(2)
    expect(await db.prisma.mentoringProgramme.count({ where: { matchingUntil: { not: null } } })).toBe(0)
  })
})

describe('handing work over', () => {
  test('goes by what somebody can teach, within the section and the line', async () => {
    const { programme, hand, submit, press, click, people } = await city()
    const made = await programme('hr', { kind: 'handover', name: '引継ぎ', topics: '滞納整理\n家屋評価' })
    await db.prisma.mentoringProgramme.update({
      where: { id: made.id },
      data: {
        menteeAudience: { people: [people.a, people.b] },
        mentorAudience: { people: [people.head, people.n] },
      },
    })
    await press('hr', 'mentoring.start', { programme: made.id, version: made.version })
    const answer = (topics: string[]) => ({ topics, styles: [], times: [], capacity: '2' })
    await submit('a', 'mentoring.sign-up', { programme: made.id }, answer(['0']))
    await submit('b', 'mentoring.sign-up', { programme: made.id }, answer(['1']))
    await submit('head', 'mentoring.sign-up', { programme: made.id }, answer(['0']))
    await submit('n', 'mentoring.sign-up', { programme: made.id }, answer(['0']))
    // There is no mentor in a handover.
    const [form] = await click('hr', 'mentoring.hand', { programme: made.id })
    expect(form?.type === 'form' && form.form.fields.map(({ label }) => label)).toEqual([
      '引継ぎを受ける方',
      '引継ぎをする方',
    ])
    expect(words(await press('hr', 'mentoring.programme', { programme: made.id }))).toContain(
      '引継ぎをする方',
    )
    const card = words(await press('hr', 'mentoring.match', { programme: made.id }))
    expect(card).toContain('1組の案')
    expect(card).toContain('馬場さん: 組める方がいません(業務・技能 2名)')
    const [pair] = await db.prisma.mentoringPair.findMany()
    const shown = words(await press('hr', 'mentoring.pair', { pair: pair?.id ?? 0 }))
    expect(shown).toContain('○ 引き継ぎたい業務・技能を教えられる')
    expect(shown).not.toContain('評価・指揮')
    // By hand the chief of the same section is no hindrance either.
    await press('hr', 'mentoring.drop', { pair: pair?.id ?? 0, version: 1 })
    expect(JSON.stringify(await hand(made.id, 'a', 'head'))).not.toContain('△')
  })
})

describe('people who are to join (内定者)', () => {
  const [hanako, taro] = ['hanako@home.example.jp', 'taro@home.example.jp'] as const
  const keen = { topics: ['0'], styles: ['0'], times: ['0'] }

  /** A programme for them in the winter before they join, to which two are invited until 1 April. */
  async function hires(until = '2028-04-01') {
    const made = await city([fakePlatform({ platform: 'email' })])
    const { id } = await made.programme('hr', { kind: 'hires', name: '先輩トーク', endsOn: '2028-03-15' })
    const people = `山田 花子 Hanako@home.example.jp\n鈴木太郎、${taro}`
    const invited = words(
      await made
        .submit('hr', 'mentoring.guests', { programme: id }, { people, until })
        .then(([reply]) => (reply?.type === 'card' ? reply.card : Promise.reject(reply))),
    )
    const guest = async (email: string) => (await db.prisma.person.findUniqueOrThrow({ where: { email } })).id
    const ids = { hanako: await guest(hanako), taro: await guest(taro) }
    const version = async () =>
      (await db.prisma.mentoringProgramme.findUniqueOrThrow({ where: { id } })).version
    const start = async () => {
      const mentorAudience = { people: [made.people.m, made.people.n] }
      await db.prisma.mentoringProgramme.update({ where: { id }, data: { mentorAudience } })
      return words(await made.press('hr', 'mentoring.start', { programme: id, version: await version() }))
    }
    const handed = (mentee: number, mentor: number) =>
      made.submit('hr', 'mentoring.hand', { programme: id }, { mentee: `${mentee}`, mentor: `${mentor}` })
    const pairWith = (menteeId: number) =>
      db.prisma.mentoringPair.findFirstOrThrow({ where: { menteeId }, orderBy: { id: 'desc' } })
    /** Named, published and agreed to by both: a pair that has been introduced. */
    const together = async (mentee: 'hanako' | 'taro', mentor: 'm' | 'n') => {
      await handed(ids[mentee], made.people[mentor])
      await made.publish(id)
      for (const who of [mentor, mentee === 'hanako' ? hanako : taro] as const) {
        const pair = await pairWith(ids[mentee])
        await made.press(who, 'mentoring.accept', { pair: pair.id, version: pair.version })
      }
      await made.told()
      return pairWith(ids[mentee])
    }
    return { ...made, id, ids, invited, version, start, handed, pairWith, together }
  }

  test('from the invitation to "met" and the last question, by links alone, and nothing else of the city', async () => {
    const made = await hires()
    const { id, ids, invited, start, told, people, press, submit, send, clock, publish, openDay, pairWith } =
      made
    expect(invited).toContain('2名を加えました')
    expect(invited).toContain('案内はこれから・2028年4月1日(土)まで')
    expect(await told()).toEqual([])
    expect(await db.prisma.mentoringMember.count({ where: { programmeId: id } })).toBe(2)
    expect(await start()).toContain('内定者 2名、先輩職員 2名に案内します')
    const asked = await told()
    expect(asked.map(({ to, kind }) => [to, kind]).toSorted()).toEqual(
      [people.m, people.n, ids.hanako, ids.taro].map((to) => [to, 'mentoring.sign-up']).toSorted(),
    )
    const letter = asked.find(({ to }) => to === ids.hanako)
    // They know of no mentors: the programme is called by its name, also by the subject of the letter.
    expect(letter?.card.summary).toBe('「先輩トーク」へのご参加のご案内です')
    const call = letter?.words ?? ''
    expect(call).toContain('採用には関わりません')
    expect(call).toContain('2028年4月1日(土)までの限定')

    // They answer by a form of their own: nobody of the office is offered, searched or named in it.
    const [opened] = await made.click(hanako, 'mentoring.sign-up', { programme: id })
    const form = opened?.type === 'form' ? opened.form : undefined
    expect(form?.id).toBe('mentoring.sign-up-guest')
    expect(form?.fields.map(({ name }) => name)).toEqual(['topics', 'styles', 'times', 'avoidNames'])
    expect(JSON.stringify(form)).not.toMatch(/税務課|福祉課|松本/)
    for (const of of ['mentoring.sign-up', 'mentoring.hand', 'mentoring.save', 'mentoring.sign-up-guest'])
      expect(await send(hanako, { type: 'lookup', form: of, field: 'wish1', query: '松本' })).toEqual([
        { type: 'options', options: [] },
      ])
    await submit(
      hanako,
      'mentoring.sign-up-guest',
      { programme: id },
      { ...keen, avoidNames: '松本　森\n誰 か' },
    )
    await submit(taro, 'mentoring.sign-up-guest', { programme: id }, keen)
    for (const who of ['m', 'n'] as const)
      await submit(who, 'mentoring.sign-up', { programme: id }, { ...keen, capacity: '1' })
    expect(await rows()).not.toMatch(/誰 か/)
    // What is not said to be for guests is not there for them, with real ids too.
    for (const one of ['programme', 'proposal', 'match', 'guests', 'hand', 'figures', 'edit', 'talk', 'take'])
      expect(
        words(await press(hanako, `mentoring.${one}`, { programme: id, pair: 1, version: 1 })),
        one,
      ).toContain('ご利用いただけません')

    const proposal = words(await press('hr', 'mentoring.match', { programme: id }))
    expect(proposal).toContain('2組の案')
    expect(proposal).toContain('山田 花子(内定者)')
    // Whom they would rather avoid was heard by the solver alone.
    expect(await pairWith(ids.hanako)).toMatchObject({ mentorId: people.n })
    expect(proposal).not.toContain('事情')
    expect(words(await made.say(hanako))).not.toContain('中村')
    await publish(id)
    const offers = await told()
    for (const { card } of offers) expect(card.summary).toBe('「先輩トーク」の組のご案内です')
    const offer = offers.find(({ to }) => to === ids.hanako)?.words ?? ''
    expect(offer).toContain('あなたの先輩職員は中村さん(福祉課)の予定です')
    expect(offer).toContain('お返事がなければ、この組は見送り')
    expect(offers.find(({ to }) => to === people.n)?.words).toContain('お相手は山田さん(内定者)の予定です')

    const pair = await pairWith(ids.hanako)
    // Another's pair is not theirs, by whatever link.
    for (const action of ['accept', 'decline'])
      await press(taro, `mentoring.${action}`, { pair: pair.id, version: pair.version })
    expect(await pairWith(ids.hanako)).toMatchObject({ status: 'offered', menteeAccepted: false })
    await press('n', 'mentoring.accept', { pair: pair.id, version: pair.version })
    const introduced = await press(hanako, 'mentoring.accept', { pair: pair.id, version: pair.version + 1 })
    expect(words(introduced)).toContain('先輩職員の中村さん(福祉課)と組になりました')
    expect(words(introduced)).toContain('共通していること')
    const minutes = [...JSON.stringify(introduced).matchAll(/"minute":(\d+)/g)].map(([, minute]) =>
      Number(minute),
    )
    expect(minutes).toHaveLength(3)
    const mentorSees = (await told()).find(({ to }) => to === people.n)?.words ?? ''
    expect(mentorSees).toContain('お相手はまだ職員ではなく')
    const atMentor = words(await press('n', 'mentoring.talk', { pair: pair.id }))
    for (const said of [mentorSees, atMentor, words(await made.say('n'))]) expect(said).not.toContain(hanako)
    expect(words(await press(taro, 'mentoring.meet', { pair: pair.id, minute: minutes[0] ?? 1 }))).toContain(
      'その後に変わって',
    )
    expect(
      words(await press(hanako, 'mentoring.meet', { pair: pair.id, minute: minutes[0] ?? 1 })),
    ).toContain('顔合わせを')
    expect((await told()).map(({ to, kind }) => [to, kind])).toEqual([[people.n, 'mentoring.meeting']])

    // Did you meet?
    clock.set(at('2027-06-15T12:00'))
    const questions = await told(clock.now())
    expect(questions.map(({ to }) => to)).toEqual(expect.arrayContaining([ids.hanako, people.n]))
    const met = { pair: pair.id, round: 'start', met: true }
    await press(taro, 'mentoring.check-in', met)
    expect(await db.prisma.mentoringCheckIn.count()).toBe(0)
    expect(words(await press(hanako, 'mentoring.check-in', met))).toContain('ありがとうございます')
    expect(await db.prisma.mentoringCheckIn.findMany({ select: { personId: true, met: true } })).toEqual([
      { personId: ids.hanako, met: true },
    ])
    // Another partner is asked for in private.
    await press(hanako, 'mentoring.rematch', { pair: pair.id })
    expect((await told(clock.now())).map(({ to, kind }) => [to, kind])).toEqual([
      [people.hr, 'mentoring.coordinator'],
    ])
    expect(words(await press('hr', 'mentoring.pair', { pair: pair.id }))).toContain('山田さんから')
    expect(words(await made.say('n'))).not.toContain('見直したい')

    // It ends while they are still invited: the last question is answered by a link as well.
    await db.prisma.notice.deleteMany({ where: { status: 'planned' } })
    await openDay('2028-03-16')
    const last = await told()
    expect(last.filter(({ kind }) => kind === 'mentoring.survey').map(({ to }) => to)).toEqual(
      expect.arrayContaining([ids.hanako, people.n]),
    )
    await press(hanako, 'mentoring.survey', { programme: id, useful: 5 })
    expect(await db.prisma.mentoringSurvey.count()).toBe(1)
  })

  test('are named by HR alone, with staff alone, and only those who were invited to this programme', async () => {
    const made = await hires()
    const { id, ids, handed, people, programme, submit, press, click } = made
    const errorsOf = async (replies: Promise<readonly Reply[]>) => {
      const [reply] = await replies
      return reply?.type === 'field-errors' ? JSON.stringify(reply.errors) : 'taken'
    }
    expect(await errorsOf(handed(ids.hanako, ids.taro))).toContain('見つかりません')
    expect(await errorsOf(handed(people.a, people.m))).toContain('見つかりません')
    const [opened] = await click('hr', 'mentoring.hand', { programme: id })
    const [field] = opened?.type === 'form' ? opened.form.fields : []
    expect(field?.type === 'select' && field.options.map(({ label }) => label)).toEqual([
      '山田 花子',
      '鈴木太郎',
    ])
    expect(await errorsOf(handed(ids.hanako, people.m))).toBe('taken')
    expect(await errorsOf(handed(ids.hanako, people.n))).toContain('すでに組があります')
    const usual = await programme('hr')
    const other = { programme: usual.id }
    for (const [mentee, mentor] of [
      [ids.taro, people.m],
      [people.a, ids.taro],
    ] as const)
      expect(
        await errorsOf(submit('hr', 'mentoring.hand', other, { mentee: `${mentee}`, mentor: `${mentor}` })),
      ).toContain('見つかりません')
    expect(words(await press('hr', 'mentoring.guests', other))).toContain('見つかりません')
    // A programme of another kind does not become one of theirs, nor theirs another; heads of sections make none.
    await submit('hr', 'mentoring.save', { ...other, version: usual.version }, { ...fields, kind: 'hires' })
    expect(await db.prisma.mentoringProgramme.findUniqueOrThrow({ where: { id: usual.id } })).toMatchObject({
      kind: 'mentor',
      version: usual.version + 1,
    })
    expect((await programme('head', { kind: 'hires' })).kind).toBe('mentor')
    for (const [who, values, said] of [
      ['hr', { people: `一 ${people.a}`, until: '2028-04-01' }, '1行目'],
      ['hr', { people: `花 ${hanako}`, until: '2030-01-01' }, '1年以内'],
    ] as const)
      expect(await errorsOf(submit(who, 'mentoring.guests', { programme: id }, values))).toContain(said)
    await db.prisma.person.update({ where: { id: people.a }, data: { email: 'akai@city.example.jp' } })
    expect(
      await errorsOf(
        submit(
          'hr',
          'mentoring.guests',
          { programme: id },
          { people: '赤井 akai@city.example.jp', until: '2028-04-01' },
        ),
      ),
    ).toContain('職員名簿にある方')
    expect(words(await press('head', 'mentoring.guests', { programme: id }))).toContain(
      'ご利用いただけません',
    )
  })

  test('do not agree by silence; whoever declines is not told of to the other', async () => {
    const { id, ids, handed, people, press, publish, told, openDay, pairWith } = await hires()
    await handed(ids.hanako, people.m)
    await handed(ids.taro, people.n)
    await publish(id)
    await told()
    const pair = await pairWith(ids.taro)
    await press(taro, 'mentoring.decline', { pair: pair.id, version: pair.version })
    expect(await told()).toEqual([])
    await openDay('2027-05-12')
    const after = await told()
    const texts = after.filter(({ kind }) => kind === 'mentoring.changed')
    expect(texts.map(({ to }) => to)).toEqual([people.n, ids.taro].toSorted((a, b) => a - b))
    await openDay('2027-05-19')
    expect(await pairWith(ids.hanako)).toMatchObject({ status: 'declined' })
    const lapsed = await told()
    expect(
      lapsed.filter(({ to }) => to === people.m).map(({ words }) => words.replaceAll(/山田|鈴木/g, '')),
    ).toEqual(
      texts.filter(({ to }) => to === people.n).map(({ words }) => words.replaceAll(/山田|鈴木太郎/g, '')),
    )
    expect(await db.prisma.mentoringMember.count({ where: { status: 'not_joining' } })).toBe(1)
  })

  test('go at any time: name, address and answers at once, and the mentor hears once, without a name or a reason', async () => {
    const made = await hires()
    const { id, ids, start, submit, together, press, told, people, say, clock } = made
    await start()
    await submit(hanako, 'mentoring.sign-up-guest', { programme: id }, { ...keen, avoidNames: '誰 か' })
    await told()
    const pair = await together('hanako', 'm')
    expect(words(await say(hanako))).toContain('案内を終わりにする')
    expect(words(await press(hanako, 'mentoring.guest-end'))).toContain('消去しました')
    expect(await rows()).not.toMatch(/山田 花子|hanako@home/)
    expect(await db.prisma.mentoringMember.count({ where: { sealed: { not: null } } })).toBe(0)
    expect(await db.prisma.mentoringPair.findUniqueOrThrow({ where: { id: pair.id } })).toMatchObject({
      status: 'ended',
      endReason: 'left',
    })
    const heard = await told()
    expect(heard.map(({ to, kind }) => [to, kind]).toSorted()).toEqual(
      [
        [people.hr, 'mentoring.coordinator'],
        [people.m, 'mentoring.changed'],
      ].toSorted(),
    )
    const said = heard.find(({ to }) => to === people.m)?.words ?? ''
    expect(said).toContain('「先輩トーク」の内定者の方との組は')
    expect(said).not.toMatch(/山田|辞退|退職/)
    expect(heard.find(({ to }) => to === people.hr)?.words).toContain('ご案内が終わり')
    // A link of before opens nothing.
    for (const [action, data] of [
      ['meet', { pair: pair.id, minute: 30_000_000 }],
      ['check-in', { pair: pair.id, round: 'start', met: true }],
      ['home', {}],
    ] as const)
      expect(words(await press(hanako, `mentoring.${action}`, data))).not.toMatch(/先輩トーク|松本/)
    expect(await db.prisma.mentoringCheckIn.count()).toBe(0)

    // HR takes the other invitation back; what somebody else has invited them to stays theirs.
    const second = await made.programme('hr', { kind: 'hires', name: 'もう一つ' })
    await submit(
      'hr',
      'mentoring.guests',
      { programme: second.id },
      { people: `鈴木太郎 ${taro}`, until: '2028-04-01' },
    )
    // Nor does one of them cut the other's time short.
    const untilOf = async () =>
      (await db.prisma.person.findUniqueOrThrow({ where: { email: taro } })).guestUntil
        ?.toISOString()
        .slice(0, 10)
    const again = (programme: number, until: string) =>
      submit('hr', 'mentoring.guests', { programme }, { people: `鈴木太郎 ${taro}`, until })
    await again(second.id, '2027-12-01')
    expect(await untilOf()).toBe('2028-04-01')
    await again(second.id, '2028-04-20')
    expect(await untilOf()).toBe('2028-04-20')
    const off = (programme: number) => press('hr', 'mentoring.guest-off', { programme, person: ids.taro })
    expect(words(await off(id))).toContain('情報は残ります')
    expect(await rows()).toMatch(/鈴木太郎/)
    expect(words(await off(second.id))).toContain('消去しました')
    expect(await rows()).not.toMatch(/鈴木太郎|taro@home/)
    expect(words(await off(second.id))).not.toContain('消去しました')
    // Not a way to take staff out of anything.
    expect(words(await press('hr', 'mentoring.guest-off', { programme: id, person: people.m }))).toContain(
      '内定者',
    )
    expect(await db.prisma.person.count({ where: { leftOn: { not: null } } })).toBe(2)
    expect(clock.now()).toBeDefined()
  })

  test('whose time is over are nobody here: the pair ends, the mentor hears once, old links say nothing', async () => {
    const { together, openDay, told, people, press, pairWith, ids, say } = await hires('2027-08-01')
    const pair = await together('hanako', 'm')
    await openDay('2027-07-31')
    expect(await pairWith(ids.hanako)).toMatchObject({ status: 'active' })
    await db.prisma.notice.deleteMany({ where: { status: 'planned' } })
    await openDay('2027-08-01')
    await openDay('2027-08-01')
    expect(await pairWith(ids.hanako)).toMatchObject({ status: 'ended' })
    expect((await told()).filter(({ to }) => to === people.m).map(({ kind }) => kind)).toEqual([
      'mentoring.changed',
    ])
    for (const said of [
      words(await say(hanako)),
      words(await press(hanako, 'mentoring.rematch', { pair: pair.id })),
    ])
      expect(said).not.toMatch(/先輩トーク|松本|案内を終わり/)
  })

  test('who have become staff go on as a pair, and both are told, once', async () => {
    const { together, openDay, told, people, ids, say, press, sections, pairWith } = await hires('2027-08-01')
    const pair = await together('hanako', 'm')
    // As the list does it: under their number, without the private address, guests until their first day.
    await inTransaction(db, (tx) => becomeStaff(tx, [{ number: '9001', guestId: ids.hanako }], '2027-08-01'))
    // Who waits for their first day is the list's, and not a guest who could be forgotten at a press.
    expect(words(await press(hanako, 'mentoring.guest-end'))).toContain('人事の担当へ直接')
    expect(await pairWith(ids.hanako)).toMatchObject({ status: 'active' })
    await db.prisma.post.create({
      data: {
        personId: ids.hanako,
        sectionId: sections.tax,
        title: '主事',
        main: true,
        validFrom: toDbDate(day('2027-08-01')),
      },
    })
    await db.prisma.notice.deleteMany({ where: { status: 'planned' } })
    await openDay('2027-08-01')
    await openDay('2027-08-02')
    const heard = (await told()).filter(({ kind }) => kind === 'mentoring.joined')
    expect(heard.map(({ to }) => to).toSorted((a, b) => a - b)).toEqual(
      [ids.hanako, people.m].toSorted((a, b) => a - b),
    )
    expect(heard.find(({ to }) => to === people.m)?.words).toContain('山田さんが着任されました(税務課)')
    expect(await pairWith(ids.hanako)).toMatchObject({ status: 'active' })
    expect(words(await say('m'))).toContain('山田さん(税務課)と組になりました')
    await press('m', 'mentoring.check-in', { pair: pair.id, round: 'start', met: true })
    await openDay('2027-08-03')
    expect((await told()).filter(({ kind }) => kind === 'mentoring.joined')).toEqual([])
  })
})
