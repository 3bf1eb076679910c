// The room shows a code; people send it, twice, wrong, or although they are not on the list. Whoever is on the list and
// sent it was there, and nobody else.
import { plainText } from '../../support/plain.ts'
import { eventOf } from '../people.ts'
import type { Desk, Staff, Wrong } from './feature.ts'

interface Running {
  readonly course: number
  readonly session: number
}

export class Room {
  readonly wrong: Wrong[] = []
  readonly #desk: Desk
  readonly #codes = new Map<number, string>()

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Sessions that are going on. */
  #running(): Promise<Running[]> {
    const { world } = this.#desk
    return world.ask<Running>(
      `SELECT course_id AS course, id AS session FROM course_session
       WHERE status = 'planned' AND starts_at <= $1 AND ends_at > $1 ORDER BY id`,
      [world.time.now.toString()],
    )
  }

  /** An officer has the code shown, once more where the answer was lost: only the mark of a code is kept. */
  async office(): Promise<void> {
    const { world, hr } = this.#desk
    for (const { course, session } of await this.#running()) {
      const action = { id: 'trainings.code-open', data: { course, session } }
      for (let n = 1; n <= 8 && !this.#codes.has(session); n += 1) {
        const replies = await world.receive(eventOf(hr, `code:${session}:${n}`, { type: 'click', action }))
        const shown = replies.map((reply) => ('card' in reply ? plainText(reply.card) : '')).join('\n')
        const code = /「(\d{6})」/.exec(shown)?.[1]
        if (code) this.#codes.set(session, code)
      }
      if (!this.#codes.has(session)) this.#fault(`nobody saw the code of session ${session}`)
    }
  }

  #fault(text: string): void {
    this.wrong.push({ what: 'broken', text })
  }

  async afternoon(): Promise<void> {
    const { world, staff } = this.#desk
    for (const { session } of await this.#running()) {
      const code = this.#codes.get(session)
      if (!code) continue
      for (const person of staff) {
        const listed = (await this.#status(session, person)) === 'confirmed'
        const chance = (p: number, what: string) => world.chance.hits(p, what, session, person.number)
        if (!chance(listed ? 0.8 : 0.1, 'sends')) continue
        if (chance(0.2, 'wrong')) {
          const wrong = `${(Number(code) + 1) % 1_000_000}`.padStart(6, '0')
          await this.#send(person, wrong)
          if ((await this.#status(session, person)) === 'attended')
            this.#fault(`${person.number} was there by a wrong code`)
        }
        for (let n = chance(0.2, 'twice') ? 2 : 1; n > 0; n -= 1) await this.#send(person, code)
        const now = await this.#status(session, person)
        if (listed !== (now === 'attended'))
          this.#fault(`${person.number} sent the code of session ${session}: ${now ?? 'not on the list'}`)
      }
    }
  }

  #send(person: Staff, code: string) {
    return this.#desk.tell(person, { type: 'words', text: `研修 コード ${code}` })
  }

  async #status(session: number, person: Staff): Promise<string | undefined> {
    const [row] = await this.#desk.world.ask<{ status: string }>(
      'SELECT status FROM sign_up WHERE session_id = $1 AND person_id = $2 ORDER BY id DESC LIMIT 1',
      [session, person.id],
    )
    return row?.status
  }
}
