// HR gives out the seats of a lottery once its window has closed. Held against the result as anybody works it out from
// what everybody may know: the seed, the staff numbers, the wishes, the seats.
import { createHash } from 'node:crypto'
import type { Desk, Said, Wrong } from './feature.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

interface Applicant {
  readonly id: number
  readonly number: string
  readonly wishes: readonly number[]
}

export class Lottery {
  readonly wrong: Wrong[] = []
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Seals a seed that follows from the city's, in the place of one that the product would draw. */
  async seal(course: number): Promise<void> {
    const { world } = this.#desk
    const seed = sha256(`${world.chance.of('seed', course)}`)
    await world.ask(
      `INSERT INTO draw (course_id, status, commitment, seed, committed_at) VALUES ($1, 'committed', $2, $3, $4)`,
      [course, sha256(seed), seed, world.time.now.toString()],
    )
  }

  /** Publishes what is ready. */
  async office(day: string): Promise<void> {
    const { world } = this.#desk
    const [ready] = await world.ask<{ id: number; seed: string; version: number }>(
      `SELECT c.id, d.seed, c.version FROM course c JOIN draw d ON d.course_id = c.id
       WHERE d.status <> 'published' AND c.closes_on < $1 AND c.opens_on <= $1`,
      [day],
    )
    if (!ready) return
    const applicants = await world.ask<Applicant>(
      `SELECT u.id, p.number, ARRAY(SELECT w.session_id FROM sign_up_wish w WHERE w.sign_up_id = u.id ORDER BY w.rank) AS wishes
       FROM sign_up u JOIN person p ON p.id = u.person_id WHERE u.course_id = $1 AND u.status = 'applied'`,
      [ready.id],
    )
    if (applicants.length === 0) return
    const seats = await world.ask<{ id: number; n: number }>(
      `SELECT s.id, count(x.number)::int AS n FROM course_session s JOIN seat x ON x.session_id = s.id
       WHERE s.course_id = $1 GROUP BY s.id`,
      [ready.id],
    )
    const opened: Said = { type: 'click', action: { id: 'trainings.selection', data: { course: ready.id } } }
    await this.#desk.press(await this.#desk.tell(this.#desk.hr, opened), 'trainings.selection-publish')
    await this.#compare(ready.id, ready.seed, applicants, new Map(seats.map(({ id, n }) => [id, n])))
  }

  async #compare(
    course: number,
    seed: string,
    applicants: readonly Applicant[],
    left: Map<number, number>,
  ): Promise<void> {
    const lot = ({ number }: Applicant) => sha256(`${seed}|course-${course}|${number}`)
    const expected = applicants
      .toSorted((a, b) => (lot(a) < lot(b) ? -1 : 1))
      .map(({ id, wishes }) => {
        const session = wishes.find((wish) => (left.get(wish) ?? 0) > 0)
        if (session !== undefined) left.set(session, (left.get(session) ?? 0) - 1)
        return `${id} ${session === undefined ? `waits ${wishes[0]}` : `sits ${session}`}`
      })
    const rows = await this.#desk.world.ask<{ line: string }>(
      `SELECT u.id || CASE u.status WHEN 'confirmed' THEN ' sits ' WHEN 'waitlisted' THEN ' waits ' ELSE u.status END
                || coalesce(u.session_id, 0) AS line FROM sign_up u WHERE u.id = ANY($1)`,
      [applicants.map(({ id }) => id)],
    )
    const found = new Set(rows.map(({ line }) => line))
    for (const line of expected)
      if (!found.has(line))
        this.wrong.push({ what: 'broken', text: `lots of course ${course}: not so: ${line}` })
  }
}
