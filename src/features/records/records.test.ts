import { readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../test/support/database.ts'
import type { Place } from '../../cli/command.ts'
import { prepare, runCommand } from '../../cli/run.ts'
import { type City, composeCity } from '../../compose.ts'
import { readConfig } from '../../config.ts'
import { Prisma } from '../../db/generated/client.ts'
import { inTransaction } from '../../db/transaction.ts'
import { pruneSettled } from '../../delivery/retention.ts'
import { readSetting } from '../../directory/settings.ts'
import { MovableClock } from '../../kernel/clock.ts'
import { createLog } from '../../kernel/log.ts'
import { secretOf } from '../../kernel/secret.ts'
import { forget as forgetBroadcasts } from '../broadcasts/retention.ts'
import { sizesSetting } from '../broadcasts/settings.ts'
import { sealAnswer } from '../mentoring/answer.ts'
import { feelingLabel, noteLabel, sealText, topicLabel } from '../one-on-ones/sealed.ts'
import { keptMonths } from '../one-on-ones/settings.ts'
import { keepToPeriods } from './night.ts'
import { periods, readPeriods } from './periods.ts'
import { jsonWithIds, jsonWithoutPeople, otherIds, references } from './references.ts'
import { keptTables, tableName } from './tables.ts'

const zone = 'Asia/Tokyo'
const secret = secretOf(Buffer.alloc(32, 3))
const clock = new MovableClock(Temporal.Instant.from('2022-05-10T00:00:00Z'))
let db: TestDatabase
let city: City
let place: Place

beforeAll(async () => {
  db = await freshDatabase()
  city = composeCity({ db, clock, zone, secret, log: createLog('silent') })
  place = { config: readConfig({}), now: () => clock.now(), open: async () => city }
})
afterAll(() => db.drop())
beforeEach(() => truncateAll(db))

/** 1 has left, 2 is employed; one row in every table that is kept for a period, all of the year 2020. */
const rows: Readonly<Record<string, string>> = {
  employment_kind: `VALUES (1, 'reg', '正規')`,
  grade: `VALUES (1, 6, '6級')`,
  section: `(id, code, name, valid_from) VALUES (1, '100', '税務課', '2015-04-01')`,
  person: `(id, number, name, kana, email, hired_on, left_on, employment_kind_id) VALUES
    (1, '1001', '山田 花子', 'ヤマダ ハナコ', 'hanako@example.jp', '2016-04-01', '2021-04-01', 1),
    (2, '1002', '佐藤 次郎', 'サトウ ジロウ', 'jiro@example.jp', '2010-04-01', NULL, 1)`,
  identity: `(person_id, platform, tenant, user_id, conversation) VALUES (1, 'slack', 'T1', 'U1', 'D1'), (2, 'slack', 'T1', 'U2', 'D2')`,
  post: `(person_id, section_id, title, grade_id, valid_from, valid_to) VALUES
    (1, 1, '主事', 1, '2016-04-01', '2021-04-01'), (2, 1, '課長', 1, '2010-04-01', '2020-04-01'), (2, 1, '部長', 1, '2020-04-01', NULL)`,
  route: `(role, subject_person_id, evaluator_id, valid_from, valid_to) VALUES ('first', 1, 2, '2020-04-01', '2021-04-01')`,
  absence: `(person_id, kind, from_on, to_on, deputy_id) VALUES (2, 'leave', '2020-06-01', '2020-07-01', 1)`,
  assembly_member: `VALUES (1, false)`,
  role_grant: `(person_id, role, valid_from, valid_to) VALUES (2, 'clerk', '2019-04-01', '2020-04-01')`,
  account_matter: `(platform, tenant, user_id, kind, person_id, created_at) VALUES ('slack', 'T1', 'U1', 'closed', 1, '2020-05-01Z')`,
  app_installation: `(person_id, asked_by_id, asked_at, next_at, flow) VALUES (1, 2, '2020-05-01Z', '2020-05-01Z', 'f')`,
  booking: `(person_id, subject, starts_at, ends_at, exclusive, status) VALUES (1, 'meeting:1', '2020-05-01T01:00Z', '2020-05-01T02:00Z', true, 'booked')`,
  busy_source: `(person_id, kind, created_at) VALUES (1, 'file', '2020-05-01Z')`,
  invitation: `(booking_id, sequence, status, at) SELECT id, 0, 'sent', '2020-05-01Z' FROM booking`,
  feed: `(person_id, token_hash, created_at, revoked_at) VALUES (2, 'h', '2020-05-01Z', '2020-05-02Z')`,
  outbox: `(id, token, recipient_id, priority, status, next_at, created_at, settled_at, platform, conversation, message_ref)
    VALUES (1, '3f2c1d7e-8a35-4d5e-9a52-0b7a0d7a9d11', 1, 1, 'sent', '2020-05-01Z', '2020-05-01Z', '2020-05-01Z', 'slack', 'D1', 'ref')`,
  notice: `(key, kind, subject, recipient_id, due_at, status, outbox_id, settled_at, detail)
    VALUES ('k', 'x', 'interview:1', 1, '2020-05-01Z', 'sent', 1, '2020-05-01Z', '{"who": 2}')`,
  audit: `(at, actor_id, via, action, subject, subject_person_id, change) VALUES
    ('2020-04-01Z', 2, 'chat', 'staff-list.new', 'person:1', 1, '{"on": "2020-04-01", "name": {"to": "山田 花子"}, "first": {"to": "1002"}}'),
    ('2020-04-01Z', NULL, 'cli', 'staff-list.changed', 'person:2', 2, '{"assistant": {"to": "1001"}, "grade": {"to": "1001"}}')`,
  staff_import: `(status, file_name, file_hash, effective_on, summary, created_by_id, created_at, applied_at) VALUES ('applied', 'f', 'h', '2020-04-01', '{}', 2, '2020-04-01Z', '2020-04-01Z')`,
  training_import: `(kind, status, file_name, file_hash, summary, created_by_id, created_at, applied_at) VALUES ('plan', 'applied', 'f', 'h', '{}', 2, '2020-04-01Z', '2020-04-01Z')`,
  desk: `(id, ordinal, kind, name, person_id) VALUES (1, 1, 'career', '窓口', 1)`,
  desk_count: `VALUES (1, '2020-05', 7)`,
  broadcast: `(id, author_id, status, title, body, released_at, created_at, updated_at) VALUES (1, 2, 'sent', '題', '本文', '2020-05-01Z', '2020-05-01Z', '2020-05-01Z')`,
  broadcast_recipient: `(broadcast_id, person_id, planned) VALUES (1, 1, true)`,
  cycle: `(id, name, name_en, starts_on, ends_on, status, participation) VALUES (1, '令和2年度', '2020', '2020-04-01', '2021-03-31', 'closed', '{}')`,
  step: `(id, cycle_id, ordinal, kind, name, name_en, opens_on, deadline, record_date, conductor_rule)
    VALUES (1, 1, 1, 'goal', '期首', 'goal', '2020-05-01', '2020-05-31', '2020-05-01', 'present')`,
  meeting: `(id, starts_at, ends_at, place, conductor_id, status) VALUES (1, '2020-05-01T01:00Z', '2020-05-01T02:00Z', '会議室', 2, 'held')`,
  interview: `(id, step_id, person_id, deadline, status, meeting_id, held_on) VALUES (1, 1, 1, '2020-05-31', 'held', 1, '2020-05-01')`,
  participant: `(interview_id, person_id, role, from_on) VALUES (1, 2, 'conductor', '2020-04-01')`,
  arrangement: `(id, step_id, owner_id, status, answer_by) VALUES (1, 1, 2, 'cancelled', '2020-05-05')`,
  arrangement_answer: `VALUES (1, 1, '2020-05-02Z')`,
  slot: `(id, owner_id, step_id, starts_at, ends_at, status, meeting_id) VALUES (1, 2, 1, '2020-05-01T01:00Z', '2020-05-01T02:00Z', 'taken', 1)`,
  suits: `VALUES (1, 1, 2)`,
  confirmation: `(meeting_id, person_id, answer, answered_at) VALUES (1, 1, 'held', '2020-05-01Z')`,
  deadline_request: `(interview_id, requested_by_id, deadline, status, asked_at, settled_at, settled_by_id) VALUES (1, 1, '2020-06-30', 'granted', '2020-05-01Z', '2020-05-01Z', 2)`,
  course: `(id, fiscal_year, code, series, name, kind, opens_on, closes_on) VALUES (1, 2020, 'K1', 'K1', '接遇', 'grade', '2020-04-01', '2020-04-30')`,
  course_session: `(id, course_id, ordinal, starts_at, ends_at) VALUES (1, 1, 1, '2020-06-01T01:00Z', '2020-06-01T02:00Z')`,
  seat: `VALUES (1, 1)`,
  sign_up: `(id, course_id, person_id, session_id, seat_number, status, decline_reason, done_on, applied_at) VALUES (1, 1, 1, 1, 1, 'attended', '', '2020-06-01', '2020-04-02Z')`,
  sign_up_wish: `VALUES (1, 1, 1)`,
  nomination: `(course_id, person_id, reason, status, proposed_on, settled_at, settled_by_id) VALUES (1, 1, 'hired', 'accepted', '2020-04-01', '2020-04-02Z', 2)`,
  draw: `(course_id, status, commitment, seed, committed_at) VALUES (1, 'discarded', '${'0'.repeat(64)}', 's', '2020-04-01Z')`,
  survey_answer: `VALUES ('3f2c1d7e-8a35-4d5e-9a52-0b7a0d7a9d12', 1, 1, 5, 5, '')`,
  report: `VALUES (1, '2020-06-15', '2020-06-10', 'https://files.example.jp/hanako')`,
  self_development_budget: `VALUES (2020, 100000, 0)`,
  self_development: `(fiscal_year, person_id, kind, title, from_on, to_on, status, result, result_url, applied_at)
    VALUES (2020, 1, 'leave', '簿記', '2020-05-01', '2020-05-02', 'withdrawn', '', '', '2020-04-01Z')`,
  one_on_one: `(id, lead_id, member_id, status, cadence, weekday, starts_on, time, minutes, ended_on, end_reason) VALUES (1, 2, 1, 'ended', 'monthly', 1, '2020-04-01', '10:00', 30, '2021-03-31', 'left')`,
  one_on_one_meeting: `(id, series_id, due_on, starts_at, ends_at, status) VALUES (1, 1, '2020-05-01', '2020-05-01T03:00Z', '2020-05-01T04:00Z', 'held')`,
  one_on_one_answer: `VALUES (1, 1, true)`,
  ojt_week: `(series_id, week, topic, begins_on) VALUES (1, 1, '起案', '2020-04-01')`,
  mentoring_programme: `(id, name, coordinator_id, contact_id, status, starts_on, ends_on, weights, created_at) VALUES (1, 'メンター', 2, 1, 'closed', '2020-04-01', '2021-03-31', '{}', '2020-04-01Z')`,
  mentoring_pair: `(id, programme_id, mentee_id, mentor_id, status, source, active_on, ended_on, end_reason) VALUES (1, 1, 1, 2, 'ended', 'hand', '2020-05-01', '2021-03-31', 'finished')`,
  mentoring_check_in: `VALUES (1, 1, 'start', true, '2020-06-01Z')`,
  mentoring_survey: `VALUES (1, 'mark', 5)`,
  gathering_series: `(id, name, coordinator_id, status, next_on, created_at, closed_on) VALUES (1, '座談会', 1, 'closed', '2021-04-01', '2020-04-01Z', '2021-03-31')`,
  gathering_member: `(series_id, person_id, status) VALUES (1, 1, 'joined')`,
  gathering_round: `(id, series_id, number, status, due_on, repeats, same_department, least_same) VALUES (1, 1, 1, 'done', '2020-05-01', 0, 0, 0)`,
  gathering_table: `(id, round_id, number, host_id, status, starts_at, ends_at) VALUES (1, 1, 1, 1, 'held', '2020-05-01T05:00Z', '2020-05-01T06:00Z')`,
  gathering_seat: `VALUES (1, 1, 1, 'coming')`,
  handover: `(id, section_id, from_id, to_id, started_by_id, due_on, status, ended_on, created_at) VALUES (1, 1, 1, 2, 2, '2020-04-15', 'done', '2020-04-10', '2020-04-01Z')`,
  handover_item: `(handover_id, ordinal, text) VALUES (1, 1, '台帳')`,
}

async function fill() {
  for (const [table, values] of Object.entries(rows)) await db.pool.query(`INSERT INTO ${table} ${values}`)
  const own = (text: string, label: string) => sealText(secret, text, label)
  const written = { wish: 'listen', createdAt: new Date('2020-05-01') }
  await db.prisma.oneOnOneTopic.createMany({
    data: [
      { ...written, seriesId: 1, authorId: 1, sealed: own('窓口のこと', topicLabel(1)) },
      { ...written, seriesId: 1, authorId: 2, sealed: own('上司の話題', topicLabel(1)) },
    ],
  })
  await db.prisma.oneOnOneFeeling.create({
    data: { meetingId: 1, personId: 1, sealed: own('3', feelingLabel(1)) },
  })
  const note = { seriesId: 1, writtenAt: new Date('2020-05-01'), removeOn: new Date('2021-06-01') }
  await db.prisma.oneOnOneNote.createMany({
    data: [
      { ...note, authorId: 1, sealed: own('本人のノート', noteLabel(1)) },
      { ...note, authorId: 2, sealed: own('上司のノート', noteLabel(1)) },
    ],
  })
  await db.prisma.mentoringMember.create({
    data: {
      programmeId: 1,
      personId: 1,
      role: 'mentee',
      sealed: sealAnswer({ sealing: secret }, 1, 1, {
        topics: ['キャリア'],
        styles: [],
        times: [],
        wishes: [],
        avoidPeople: [],
        avoidSections: [],
      }),
    },
  })
  for (const table of [
    'person',
    'cycle',
    'course',
    'one_on_one',
    'broadcast',
    'desk',
    'section',
    'interview',
  ])
    await db.pool.query(`SELECT setval(pg_get_serial_sequence('${table}', 'id'), 100)`)
}

const countOf = async (table: string) =>
  (await db.pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`)).rows[0]?.n ?? 0
const counts = async (): Promise<Record<string, number>> => {
  const tables = Object.values(Prisma.ModelName).map(tableName)
  const each = tables.map((table) => `SELECT '${table}' AS t, count(*)::int AS n FROM ${table}`)
  const { rows: found } = await db.pool.query<{ t: string; n: number }>(each.join(' UNION ALL '))
  return Object.fromEntries(found.map(({ t, n }) => [t, n]))
}
/** The night as it is: every job that removes something. */
async function nightAt(now: string) {
  const at = Temporal.Instant.from(now)
  clock.set(at)
  await pruneSettled(db, zone, at)
  await inTransaction(db, (tx) => forgetBroadcasts(tx, at, zone))
  for (const feature of city.features)
    for (const job of feature.jobs ?? [])
      if (job.name === 'one-on-ones.forget' && 'inside' in job)
        await inTransaction(db, (tx) => job.inside(tx, at, at))
  return keepToPeriods(db, zone, at, { batch: 2 })
}

/** Every place where this text still is, in any table. */
async function traces(...words: string[]): Promise<string[]> {
  const found: string[] = []
  for (const model of Object.values(Prisma.ModelName)) {
    const table = tableName(model)
    const { rows: hits } = await db.pool.query<{ line: string }>(
      `SELECT to_jsonb(t)::text AS line FROM ${table} t`,
    )
    for (const { line } of hits)
      for (const word of words) if (line.includes(word)) found.push(`${table}: ${word}`)
  }
  return found
}

const typed = async (...argv: string[]) => {
  const prepared = await prepare(argv, tmpdir())
  return prepared.type === 'answered' ? prepared.result : runCommand(prepared.request, place)
}

describe('every table', () => {
  test('is known by its name, and each column that leads to a person is listed', async () => {
    const { rows: columns } = await db.pool.query<{
      table: string
      column: string
      type: string
      to: string | null
    }>(
      `SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, NULL) AS type,
              (SELECT r.relname FROM pg_constraint k JOIN pg_class r ON r.oid = k.confrelid
                WHERE k.contype = 'f' AND k.conrelid = c.oid AND k.conkey[1] = a.attnum LIMIT 1) AS to
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> '_prisma_migrations'`,
    )
    expect([...new Set(columns.map(({ table }) => table))].toSorted()).toEqual(
      Object.keys(keptTables).map(tableName).toSorted(),
    )
    const listed = references.map(({ table, column }) => `${table}.${column}`)
    expect(new Set(listed).size).toBe(listed.length)
    const leading = columns
      .filter(
        ({ column, type, to }) =>
          type === 'integer' && (to === 'person' || (column.endsWith('_id') && to === null)),
      )
      .map(({ table, column }) => `${table}.${column}`)
      .filter((at) => !otherIds.includes(at))
    // A new column: list it in references.ts with what becomes of it when its person is forgotten, or in otherIds.
    expect(listed.toSorted()).toEqual(leading.toSorted())
    const json = columns
      .filter(({ type }) => type.startsWith('json'))
      .map(({ table, column }) => `${table}.${column}`)
    expect([...jsonWithIds, ...jsonWithoutPeople].toSorted()).toEqual(json.toSorted())
  })

  test('that is kept for a period is emptied once it is over, and not a day before', async () => {
    await fill()
    const before = await counts()
    const aged = Object.entries(keptTables).filter(([, kept]) => kept !== 'setup' && kept !== 'technical')
    // A new table: put a row of it into `rows` above.
    expect(aged.filter(([model]) => before[tableName(model)] === 0).map(([model]) => model)).toEqual([])

    await nightAt('2021-04-30T15:00:00Z')
    // What is kept for the shortest time, a year and a month, ended on 1 and 2 May.
    expect(await counts()).toEqual(before)
    await nightAt('2099-05-01T00:00:00Z')
    const after = await counts()
    const left = aged.filter(([model]) => (after[tableName(model)] ?? 0) > 0).map(([model]) => model)
    // Whoever is employed keeps the account and the present post; the trail has this night's lines.
    expect(left.toSorted()).toEqual(['Audit', 'Identity', 'Person', 'Post'])
    expect([after.person, after.post, after.identity]).toEqual([1, 1, 1])
    expect(await db.prisma.audit.findMany({ where: { action: { not: 'records.expired' } } })).toEqual([])
    expect(after).toMatchObject({ section: 1, desk: 1, grade: 1 })

    const again = await keepToPeriods(db, zone, clock.now())
    expect(again).toEqual({ gone: {}, forgotten: 0 })
  })

  test('a night takes a bounded number, may be stopped anywhere, and the next one goes on', async () => {
    await fill()
    await db.pool.query(
      `INSERT INTO booking (person_id, subject, starts_at, ends_at, exclusive, status)
       SELECT 2, 'x:' || n, '2020-05-01Z', '2020-05-02Z', false, 'released' FROM generate_series(1, 50) n`,
    )
    const at = Temporal.Instant.from('2022-01-01T00:00:00Z')
    const first = await keepToPeriods(db, zone, at, { rows: 20, batch: 7 })
    expect(Object.values(first.gone).reduce((sum, n) => sum + n, 0)).toBe(20)
    let asked = 0
    await keepToPeriods(db, zone, at, { batch: 7, stopping: () => ++asked > 2 })
    expect(await countOf('booking')).toBe(51 - 20 - 14)
    await keepToPeriods(db, zone, at, { batch: 7 })
    expect(await countOf('booking')).toBe(0)
    const trail = await db.prisma.audit.findMany({
      where: { action: 'records.expired' },
      orderBy: { id: 'asc' },
    })
    // Each piece says for itself what it took: had the process died after any of them, nothing would be unsaid.
    const took = (table: string, ...counts: number[]) =>
      counts.map((n) => ({ rows: { [table]: n }, leavers: 0 }))
    expect(trail.map(({ change }) => change)).toEqual([
      ...took('booking', 7, 7, 6, 7, 7, 7, 7, 3),
      ...took('feed', 1),
    ])
  })
})

describe('somebody who left', () => {
  test('is nobody after the period: no name, number or address anywhere, and what they did stays done', async () => {
    await fill()
    const words = ['山田', 'ヤマダ', 'hanako', '"1001"}, "g', 'D1', 'U1', '簿記']
    expect((await traces(...words)).length).toBeGreaterThan(5)
    const before = await countOf('interview')
    await keepToPeriods(db, zone, Temporal.Instant.from('2026-03-31T00:00:00Z'))
    expect(await db.prisma.person.findUnique({ where: { id: 1 } })).toMatchObject({ number: '1001' })
    const { forgotten } = await keepToPeriods(db, zone, Temporal.Instant.from('2026-04-02T00:00:00Z'))
    expect(forgotten).toBe(1)
    expect(await traces(...words)).toEqual([])
    expect(await countOf('interview')).toBe(before - 1)
    // Of the other one nothing is missing, and a grade that looks like the number is still a grade.
    const [other] = await db.prisma.person.findMany({ where: { id: 2 } })
    expect(other).toMatchObject({ number: '1002', name: '佐藤 次郎' })
  })

  test('guests who never joined go two months after their time, those who declined the same night, colleagues stay', async () => {
    const on = (text: string) => new Date(`${text}T00:00:00Z`)
    const person = (number: string, rest: object) =>
      db.prisma.person.create({ data: { number, name: `客 ${number}`, ...rest } })
    const guest = (number: string, until: string, email: string | null = `${number}@home.example.jp`) =>
      person(number, { guestUntil: on(until), leftOn: on(until), email })
    await guest('g-invited', '2026-06-01')
    await guest('g-ended', '2026-04-01')
    await guest('g-long-ended', '2026-02-01')
    await guest('g-declined', '2026-04-20', null)
    // Became staff: without an address, and without, gone since.
    await person('s-here', { guestUntil: on('2026-04-01') })
    await person('s-left', { guestUntil: on('2025-04-01'), leftOn: on('2026-04-10') })
    const night = () => keepToPeriods(db, zone, Temporal.Instant.from('2026-04-20T17:30:00Z'))
    expect((await night()).forgotten).toBe(2)
    const left = await db.prisma.person.findMany({
      where: { name: { startsWith: '客' } },
      orderBy: { id: 'asc' },
    })
    expect(left.map(({ number }) => number)).toEqual(['g-invited', 'g-ended', 's-here', 's-left'])
    expect((await night()).forgotten).toBe(0)
  })

  test('the trail says still what was done, without whom', async () => {
    await fill()
    await typed('person', '1001', '--erase', '--reason', '受付 12', '--confirm', '1001')
    const trail = await db.prisma.audit.findMany({ orderBy: { id: 'asc' } })
    expect(trail.map(({ action, change }) => [action, change])).toEqual([
      ['staff-list.new', { on: '2020-04-01', name: '×', first: { to: '1002' } }],
      ['staff-list.changed', { assistant: { to: '×' }, grade: { to: '1001' } }],
      ['records.erased', { reason: '受付 12', rows: expect.any(Number) }],
    ])
    expect(JSON.stringify(trail)).not.toMatch(/山田|ヤマダ|hanako/)
  })
})

describe('a request of a person', () => {
  const base = path.join(tmpdir(), `hagukumi-person-${process.pid}`)
  const remove = () => {
    for (const end of ['json', 'csv']) rmSync(`${base}.${end}`, { force: true })
  }
  beforeEach(remove)
  afterAll(remove)
  const exported = async (number: string) => {
    remove()
    const result = await typed('person', number, '--export', `${path.basename(base)}.json`)
    expect(result).toMatchObject({ code: 0, err: [] })
    const text = readFileSync(`${base}.json`, 'utf8')
    return { text, data: JSON.parse(text) as { parts: { table: string; rows: Record<string, unknown>[] }[] } }
  }

  test('export: every table that speaks of them, what they wrote, and nothing that another wrote or is called', async () => {
    await fill()
    const { text, data } = await exported('1001')
    const held = new Set(data.parts.map(({ table }) => table))
    const expected: string[] = []
    for (const { table, column } of references) {
      const { rows: found } = await db.pool.query(`SELECT FROM ${table} WHERE ${column} = 1`)
      if (found.length > 0) expected.push(table)
    }
    expect(expected.length).toBeGreaterThan(25)
    expect(expected.filter((table) => !held.has(table))).toEqual([])
    for (const word of [
      '山田 花子',
      '窓口のこと',
      '本人のノート',
      'キャリア',
      '税務課',
      '接遇',
      '簿記',
      'メンター',
    ])
      expect(text).toContain(word)
    expect(text).not.toMatch(/佐藤|サトウ|jiro|1002|上司のノート|上司の話題|sealed"|token/)
    expect(statSync(`${base}.json`).mode & 0o777).toBe(0o600)
    const csv = readFileSync(`${base}.csv`, 'utf8')
    expect(csv.startsWith('\ufeff表,立場,件,項目,値\r\n')).toBe(true)
    expect(csv).toContain('本人のノート')
    expect(await db.prisma.audit.findMany({ where: { action: 'records.exported' } })).toMatchObject([
      { via: 'cli', subjectPersonId: 1, change: { rows: expect.any(Number) } },
    ])
  })

  test('export: what is not theirs to know yet stays out', async () => {
    await fill()
    await db.pool.query(
      `INSERT INTO section (id, code, name, valid_from) VALUES (2, '200', '企画課', '2015-04-01');
       UPDATE post SET valid_to = '2022-10-01' WHERE title = '部長';
       INSERT INTO post (person_id, section_id, title, valid_from) VALUES (2, 2, '会計管理者', '2022-10-01');
       INSERT INTO audit (at, via, action, subject, subject_person_id, change)
         VALUES ('2022-05-01Z', 'cli', 'staff-list.changed', 'person:2', 2, '{"on": "2022-10-01", "title": {"to": "会計管理者"}}')`,
    )
    clock.set(Temporal.Instant.from('2022-05-10T00:00:00Z'))
    expect((await exported('1002')).text).not.toMatch(/会計管理者|企画課|2022-10-01/)
    clock.set(Temporal.Instant.from('2022-10-01T00:00:00Z'))
    expect((await exported('1002')).text).toContain('会計管理者')
  })

  test('erase: says first how much it would be, refuses those employed, and is done once', async () => {
    await fill()
    clock.set(Temporal.Instant.from('2022-05-10T00:00:00Z'))
    const before = await counts()
    expect(await typed('person', '1001', '--erase')).toMatchObject({ code: 2 })
    const preview = await typed('person', '1001', '--erase', '--reason', '受付 12')
    expect(preview.code).toBe(1)
    expect(preview.out.join('\n')).toMatch(/identity: 1[\s\S]*まだ何も消していません/)
    expect(await counts()).toEqual(before)
    expect(await typed('person', '1001', '--erase', '--reason', 'x', '--confirm', '1002')).toMatchObject({
      code: 1,
    })
    expect(await counts()).toEqual(before)
    const employed = await typed('person', '1002', '--erase', '--reason', 'x', '--confirm', '1002')
    expect(employed.err.join()).toContain('在職中')
    expect(await typed('person', '１００１', '--erase', '--reason', 'x', '--confirm', '1001')).toMatchObject({
      code: 0,
    })
    expect((await typed('person', '1001', '--erase', '--reason', 'x', '--confirm', '1001')).code).toBe(1)
    expect((await typed('person', '1001', '--export', base)).code).toBe(1)
  })
})

describe('the periods', () => {
  test('are shown with their reasons, changed within their bounds, and audited', async () => {
    const shown = (await typed('retention')).out.join('\n')
    for (const { name, title } of periods) {
      expect(shown).toContain(`${name}  `)
      expect(shown).toContain(title.ja)
    }
    expect(await typed('retention', '--set', 'interviews', '--months', '３６')).toMatchObject({ code: 0 })
    expect((await readPeriods(db.prisma)).get('interviews')).toBe(36)
    for (const [name, months] of [
      ['interviews', '5'],
      ['interviews', '60.5'],
      ['nothing', '60'],
      ['broadcasts', '60'],
    ] as const)
      expect((await typed('retention', '--set', name, '--months', months)).code).toBe(1)
    expect((await typed('retention', '--set', 'interviews')).code).toBe(2)
    expect(await db.prisma.audit.findMany()).toMatchObject([
      { action: 'records.period-changed', change: { from: 60, to: 36 } },
    ])
  })

  test('agree with the programmes that keep theirs themselves', async () => {
    const read = await readPeriods(db.prisma)
    expect(read.get('one-on-ones')).toBe(await readSetting(db.prisma, keptMonths))
    expect(read.get('broadcasts')).toBe((await readSetting(db.prisma, sizesSetting)).keptMonths)
    await db.prisma.setting.create({
      data: {
        key: sizesSetting.key,
        value: { ...sizesSetting.initial, keptMonths: 7 },
        updatedAt: new Date(),
      },
    })
    expect((await readPeriods(db.prisma)).get('broadcasts')).toBe(7)
  })
})
