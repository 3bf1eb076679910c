// A mentoring programme from HR's press on "make pairs" to the proposal on their screen: everybody's answer unsealed and
// compared with everybody's, the matching with its proof, and the pairs saved. Scores tie as they do among people.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { InboundEvent, Reply } from '../../../src/chat/chat.ts'
import { type City, composeCity } from '../../../src/compose.ts'
import { type Database, openDatabase } from '../../../src/db/open.ts'
import { mentoring, sealAnswer } from '../../../src/features/mentoring/index.ts'
import { MovableClock } from '../../../src/kernel/clock.ts'
import { createLog } from '../../../src/kernel/log.ts'
import { secretOf } from '../../../src/kernel/secret.ts'
import { at, TENANT, zone } from '../city.ts'
import { type Bench, median, timed } from '../figure.ts'

const sizes = [
  { mentees: 500, mentors: 250, target: 500, times: 3 },
  { mentees: 1_000, mentors: 500, target: 2_000, times: 3 },
  { mentees: 5_000, mentors: 2_500, target: 30_000, times: 1 },
] as const
const [, , largest] = sizes
const PEOPLE = largest.mentees + largest.mentors
const SECTIONS = 600
const HR = PEOPLE + 1

const topics = ['仕事の進め方', '職場の人間関係', 'キャリア', '生活と仕事の両立', '法令・制度の知識']
const styles = ['じっくり聞いてほしい', '具体的に助言してほしい', '気軽に話したい']
const times = ['始業前後', '昼休み', '午後', '終業前']
/** Some of them, always the same for one person. */
const some = (all: readonly string[], person: number) =>
  all.filter((_, i) => ((person * 7 + i * 3) >> i) % 3 === 0)

export interface Mentored {
  readonly db: Database
  readonly city: City
  say(person: number, event: Body): Promise<readonly Reply[]>
  close(): Promise<void>
}
type Body =
  | { readonly type: 'words'; readonly text: string }
  | {
      readonly type: 'click'
      readonly action: { readonly id: string; readonly data: Record<string, number> }
    }

/** 7,500 people in 600 sections, and HR; one programme for each size, everybody's answer in. */
export async function openMentored(): Promise<Mentored> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hagukumi-bench-'))
  const db = await openDatabase({ dir: path.join(folder, 'demo') })
  const secret = secretOf(Buffer.alloc(32, 7))
  const clock = new MovableClock(at('2027-05-11T10:00'))
  const log = createLog('error')
  const city = composeCity({ db, clock, zone, secret, log, features: [mentoring], processMetrics: false })
  for (const statement of [
    `INSERT INTO grade (id, rank, name) SELECT g, g, g || '級' FROM generate_series(1, 8) g`,
    `INSERT INTO section (id, code, name, parent_id, valid_from)
     SELECT s, lpad(s::text, 6, '0'), '第' || s || '課', CASE WHEN s > 30 THEN (s - 31) / 20 + 1 END, '2020-04-01'
     FROM generate_series(1, ${SECTIONS}) s`,
    `INSERT INTO person (id, number, name, hired_on)
     SELECT p, lpad(p::text, 6, '0'), '山田 ' || p, date '2027-04-01' - (p % 30) * 365
     FROM generate_series(1, ${HR}) p`,
    // Mentees of the lower grades, mentors above them.
    `INSERT INTO post (person_id, section_id, title, grade_id, valid_from)
     SELECT p, p % ${SECTIONS} + 1, '主事', CASE WHEN p <= ${largest.mentees} THEN p % 3 + 1 ELSE p % 4 + 4 END, '2020-04-01'
     FROM generate_series(1, ${HR}) p`,
    `INSERT INTO route (role, subject_section_id, evaluator_id, valid_from)
     SELECT 'first', s, ${largest.mentees} + s, '2020-04-01' FROM generate_series(1, ${SECTIONS}) s`,
    `INSERT INTO role_grant (person_id, role, valid_from) VALUES (${HR}, 'hr', '2020-04-01')`,
    `INSERT INTO identity (person_id, platform, tenant, user_id)
     SELECT p, 'playground', '${TENANT}', p FROM generate_series(1, ${HR}) p`,
  ])
    await db.pool.query(statement)
  for (const [n, { mentees, mentors }] of sizes.entries()) {
    const programme = n + 1
    await db.pool.query(
      `INSERT INTO mentoring_programme (id, name, coordinator_id, status, starts_on, ends_on, sign_up_until, capacity,
         topics, styles, times, grades_above, weights, created_at)
       VALUES ($1, 'メンター', ${HR}, 'sign_up', '2027-06-01', '2028-03-31', '2027-05-31', 2, $2, $3, $4, 1,
         '{"topics":40,"wish":20,"times":15,"style":15,"years":10}', '2027-04-01')`,
      [programme, topics, styles, times],
    )
    const people = [
      ...Array.from({ length: mentees }, (_, i) => 1 + i),
      ...Array.from({ length: mentors }, (_, j) => largest.mentees + 1 + j),
    ]
    const sealed = people.map((person) =>
      Buffer.from(
        sealAnswer({ sealing: secret }, programme, person, {
          topics: some(topics, person),
          styles: some(styles, person + 1),
          times: some(times, person + 2),
          wishes: person <= mentees && person % 4 === 0 ? [largest.mentees + 1 + (person % mentors)] : [],
          avoidPeople: person % 9 === 0 ? [1 + (person % mentees)] : [],
          avoidSections: [],
        }),
      ),
    )
    await db.pool.query(
      `INSERT INTO mentoring_member (programme_id, person_id, role, status, capacity, sealed, answered_at)
       SELECT $1, p, CASE WHEN p <= ${largest.mentees} THEN 'mentee' ELSE 'mentor' END, 'joined',
              CASE WHEN p > ${largest.mentees} THEN 2 END, s, '2027-05-01'
       FROM unnest($2::int[], $3::bytea[]) AS u (p, s)`,
      [programme, people, sealed],
    )
  }
  await db.pool.query('VACUUM ANALYZE')
  let serial = 0
  return {
    db,
    city,
    say: (person, body) =>
      city.intake.receive({
        ...body,
        key: `bench:${serial++}`,
        sender: { platform: 'playground', tenant: TENANT, user: String(person), locale: 'ja' },
      } as InboundEvent),
    close: async () => {
      await city.delivery.stop()
      await db.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Makes the pairs of a programme; throws unless everybody has one and it is proven the best. */
async function match({ db, say }: Mentored, programme: number, mentees: number) {
  const before = process.cpuUsage()
  const ms = await timed(async () => {
    const replies = await say(HR, { type: 'click', action: { id: 'mentoring.match', data: { programme } } })
    const said = JSON.stringify(replies)
    if (!said.includes(`${mentees}組の案`) || !said.includes('これより良い組合せがない'))
      throw new Error(`no proof of ${mentees} pairs: ${said.slice(0, 400)}`)
  })
  const { user, system } = process.cpuUsage(before)
  await db.pool.query('DELETE FROM mentoring_pair WHERE programme_id = $1', [programme])
  return { ms, cpuMs: (user + system) / 1_000 }
}

const figureOf = (programme: number): Bench<Mentored> => {
  const { mentees, mentors, target, times: turns } = sizes[programme - 1] ?? largest
  return {
    name: `match-${mentees}-${mentors}`,
    unit: 'ms',
    target,
    control: 'its processor time',
    measure: async (scene) => {
      const taken: { ms: number; cpuMs: number }[] = []
      // The first time code is warmed and files are opened.
      if (turns > 1) await match(scene, programme, mentees)
      for (let turn = 0; turn < turns; turn++) taken.push(await match(scene, programme, mentees))
      return {
        value: median(taken.map(({ ms }) => ms)),
        control: median(taken.map(({ cpuMs }) => cpuMs)),
      }
    },
  }
}
export const match500 = figureOf(1)
export const match1000 = figureOf(2)
export const match5000 = figureOf(3)

/** Words from all over the city at an even pace while the largest programme is matched: the hundredth slowest answer. */
const EVERY_MS = 25
export const answersMeanwhile: Bench<Mentored> = {
  name: 'answers-while-matching-5000',
  unit: 'ms',
  target: 100,
  control: 'the same with nothing else to do',
  measure: async (scene) => {
    const { ms } = await match(scene, 2, 1_000)
    const quiet = await slowest(scene, () => new Promise((done) => setTimeout(done, Math.max(ms, 3_000))))
    return { value: await slowest(scene, () => match(scene, 3, largest.mentees)), control: quiet }
  },
}

/** The hundredth slowest answer to words that come at an even pace while something goes on, however long each takes. */
async function slowest(scene: Mentored, meanwhile: () => Promise<unknown>): Promise<number> {
  const taken: number[] = []
  const asked: Promise<void>[] = []
  let person = 1
  const ask = async () => {
    const began = performance.now()
    const replies = await scene.say((person++ % PEOPLE) + 1, { type: 'words', text: 'ヘルプ' })
    if (replies.length === 0) throw new Error('the bot said nothing')
    taken.push(performance.now() - began)
  }
  const timer = setInterval(() => asked.push(ask()), EVERY_MS)
  try {
    await meanwhile()
  } finally {
    clearInterval(timer)
  }
  await Promise.all(asked)
  taken.sort((a, b) => a - b)
  return taken[Math.floor(taken.length * 0.99)] ?? Number.NaN
}
