// An announcement for ten thousand: how long the audience takes to count, and until everybody's message is queued.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type City, composeCity } from '../../../src/compose.ts'
import { type Database, openDatabase } from '../../../src/db/open.ts'
import { kindsOf } from '../../../src/delivery/delivery.ts'
import { gather } from '../../../src/delivery/gather.ts'
import { findAudience } from '../../../src/directory/audience/query.ts'
import { wholeCity } from '../../../src/directory/audience.ts'
import { broadcasts } from '../../../src/features/broadcasts/index.ts'
import { release } from '../../../src/features/broadcasts/release.ts'
import { MovableClock } from '../../../src/kernel/clock.ts'
import { createLog } from '../../../src/kernel/log.ts'
import { secretOf } from '../../../src/kernel/secret.ts'
import { at, zone } from '../city.ts'
import { type Bench, medianOf, timed } from '../figure.ts'

const STAFF = 10_000
const SECTIONS = 600
const on = Temporal.PlainDate.from('2027-05-11')

export interface Announcing {
  readonly db: Database
  readonly city: City
  readonly clock: MovableClock
  close(): Promise<void>
}

/** A city of ten thousand in a folder: sections in a tree, grades, kinds of employment, a second post here and there. */
export async function openAnnouncing(): Promise<Announcing> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hagukumi-bench-'))
  const db = await openDatabase({ dir: path.join(folder, 'demo') })
  const clock = new MovableClock(at('2027-05-11T10:00'))
  const city = composeCity({
    db,
    clock,
    zone,
    secret: secretOf(Buffer.alloc(32, 7)),
    log: createLog('error'),
    features: [broadcasts],
    processMetrics: false,
  })
  const numbers = [STAFF, SECTIONS]
  for (const statement of [
    `INSERT INTO grade (id, rank, name) SELECT g, g, g || '級' FROM generate_series(1, 8) g`,
    `INSERT INTO employment_kind (id, code, name) VALUES (1, 'regular', '正規'), (2, 'fiscal-year', '会計年度任用')`,
    `INSERT INTO section (id, code, name, parent_id, valid_from)
     SELECT s, lpad(s::text, 6, '0'), '第' || s || '課', CASE WHEN s > 30 THEN (s - 31) / 20 + 1 END, '2020-04-01'
     FROM generate_series(1, ${numbers[1]}) s`,
    `INSERT INTO person (id, number, name, employment_kind_id, hired_on)
     SELECT p, lpad(p::text, 6, '0'), '山田 ' || p, p % 5 / 4 + 1, date '1990-04-01' + (p % 36) * 365
     FROM generate_series(1, ${numbers[0]}) p`,
    `INSERT INTO post (person_id, section_id, title, grade_id, valid_from)
     SELECT p, p % ${numbers[1]} + 1, '主事', p % 8 + 1, '2020-04-01' FROM generate_series(1, ${numbers[0]}) p`,
    `INSERT INTO post (person_id, section_id, title, main, valid_from)
     SELECT p, (p + 7) % ${numbers[1]} + 1, '主査', false, '2020-04-01'
     FROM generate_series(1, ${numbers[0]}, 20) p`,
    `INSERT INTO role_grant (person_id, role, valid_from) VALUES (1, 'hr', '2020-04-01')`,
    `INSERT INTO identity (person_id, platform, tenant, user_id)
     SELECT p, 'playground', 'T', p FROM generate_series(1, ${numbers[0]}) p`,
    'VACUUM ANALYZE',
  ])
    await db.pool.query(statement)
  const close = async () => {
    await city.delivery.stop()
    await db.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { db, city, clock, close }
}

/** Several conditions over everybody, as the card of a draft counts them. */
export const countAudience: Bench<Announcing> = {
  name: 'audience-10000',
  unit: 'ms',
  target: 300,
  control: 'counting the rows',
  measure: async ({ db }) => {
    const audience = { grades: { from: 1 }, years: { from: 1, to: 60 }, occupations: ['主事', '主査'] }
    const value = await medianOf(9, async () => {
      const found = await findAudience(db.prisma, { audience, reach: wholeCity, on })
      if (found.personIds.length !== STAFF) throw new Error('not everybody was found')
    })
    return { value, control: await medianOf(9, () => db.pool.query('SELECT count(*) FROM post')) }
  },
}

/** From its time to the last message in the outbox. */
export const queueAnnouncement: Bench<Announcing> = {
  name: 'announce-10000',
  unit: 'ms',
  target: 3000,
  control: 'as many rows',
  measure: async ({ db, city, clock }) => {
    const { prisma } = db
    const now = clock.now()
    const { id } = await prisma.broadcast.create({
      data: {
        authorId: 1,
        status: 'scheduled',
        title: '避難訓練',
        body: '金曜に行います。',
        createdAt: new Date(now.epochMilliseconds),
        updatedAt: new Date(now.epochMilliseconds),
      },
    })
    const value = await timed(async () => {
      await release(city.core, id, now)
      await gather({ db, zone, kinds: kindsOf(city.features) }, now)
    })
    const queued = await prisma.notice.count({ where: { status: 'queued' } })
    if (queued !== STAFF) throw new Error(`${queued} messages were queued`)
    const control = await timed(() =>
      db.pool.query(
        `CREATE TEMP TABLE bare AS SELECT n, 'x' || n AS key FROM generate_series(1, ${STAFF}) n`,
      ),
    )
    return { value, control }
  },
}
