// Who watches: every message at the moment it arrives is held against the rows, by questions of its own (not the
// product's code): the right person, a matter that is still open, working hours, a card that says what is so.
import type { NoticeDetail, WantedNotice } from '../../src/delivery/notice.ts'
import { plainText } from '../support/plain.ts'
import { dayOf, zone } from './clock.ts'
import { isWorkingMoment, workingDaysFrom } from './japan.ts'
import { offeredIn } from './people.ts'
import { type Told, verdictOf } from './rightness.ts'
import type { Arrival } from './station.ts'
import type { World } from './world.ts'

export interface Finding {
  readonly what: 'lost' | 'doubled' | 'misdirected' | 'untimely'
  readonly at: string
  readonly text: string
}

interface NoticeRow {
  readonly key: string
  readonly kind: string
  readonly subject: string
  readonly recipient_id: number
  readonly due_at: Date
  readonly detail: NoticeDetail
  readonly rung: string
  readonly user_id: string | null
}

/** Longer than any trouble of a run lasts. */
const lateAfterMs = 3 * 3_600_000

export class Observer {
  readonly findings: Finding[] = []
  sent = 0
  answers = 0
  repeatedByPolicy = 0
  /** How often each notice arrived, by its key. */
  readonly arrived = new Map<string, number>()
  readonly #expected = new Map<string, number>()
  readonly #promised: { subject: string; recipient: number; rung: string; anchor: string; text: string }[] =
    []
  /** When each message arrived last, in troubles so far; -1: its sender was not told. */
  readonly #lastAt = new Map<string, number>()

  found(what: Finding['what'], world: World, text: string): void {
    this.findings.push({
      what,
      at: world.time.now.toZonedDateTimeISO(zone).toString({ smallestUnit: 'minute' }),
      text,
    })
  }

  expect(subject: string, { recipientId }: WantedNotice): void {
    this.#expected.set(subject, recipientId)
  }

  readonly hear = async (arrival: Arrival, now: Temporal.Instant, world: World): Promise<void> => {
    const rows = await world.ask<NoticeRow>(
      `SELECT n.key, n.kind, n.subject, n.recipient_id, n.due_at, n.detail,
              split_part(substr(n.key, length(concat(n.kind, ':', n.subject, ':', n.recipient_id, ':')) + 1), ':', 1) AS rung,
              i.user_id
       FROM outbox o JOIN notice n ON n.outbox_id = o.id AND n.status = 'queued'
       LEFT JOIN identity i ON i.person_id = o.recipient_id AND i.platform = $2
       WHERE o.token = $1::uuid`,
      [arrival.token, arrival.platform],
    )
    if (rows.length === 0) {
      const [message] = await world.ask<{ status: string }>(
        'SELECT status FROM outbox WHERE token = $1::uuid',
        [arrival.token],
      )
      // An answer to somebody whose event a dead process left behind has no message in the outbox.
      if (!message) this.answers += 1
      else this.found('misdirected', world, `a message that carries nothing (${message.status})`)
      return
    }
    this.sent += 1
    this.#count(arrival, rows, world)
    for (const row of rows) await this.#judge(arrival, row, now, world)
    await this.#fresh(arrival, now, world)
  }

  #count(arrival: Arrival, rows: readonly NoticeRow[], world: World): void {
    const before = this.#lastAt.get(arrival.token)
    this.#lastAt.set(arrival.token, arrival.troubles)
    let repeated = false
    for (const { key, kind } of rows) {
      const times = (this.arrived.get(key) ?? 0) + 1
      this.arrived.set(key, times)
      if (times === 1) continue
      const doubtful = before !== undefined && world.chaos.troubles > before
      const forced = arrival.platform === 'teams' && doubtful && kind !== 'simulate.flagged'
      if (forced) repeated = true
      else this.found('doubled', world, `${key} for the ${times}. time on ${arrival.platform}`)
    }
    if (repeated) this.repeatedByPolicy += 1
  }

  async #judge({ to }: Arrival, row: NoticeRow, now: Temporal.Instant, world: World): Promise<void> {
    const local = now.toZonedDateTimeISO(zone)
    const about = `${row.key} at ${local.toString({ smallestUnit: 'minute' })}`
    if (row.user_id !== to.user) this.found('misdirected', world, `${about}: sent to another account`)
    if (!isWorkingMoment(local)) this.found('untimely', world, `${about}: outside working hours`)
    const late = now.epochMilliseconds - row.due_at.getTime()
    if (late > lateAfterMs)
      this.found('untimely', world, `${about}: ${Math.round(late / 3_600_000)} hours late`)
    // A clock that is set back between due and sent makes nothing early.
    if (late < 0 && world.time.now.epochMilliseconds < row.due_at.getTime())
      this.found('untimely', world, `${about}: before it was due`)
    const told: Told = {
      kind: row.kind,
      subject: row.subject,
      recipient: row.recipient_id,
      detail: row.detail,
      now,
      today: dayOf(now),
    }
    const wrong = await verdictOf(world, told)
    if (wrong) this.found('misdirected', world, `${about}: ${wrong}`)
  }

  /** Buttons name the present version of what they act on; hours and dates of the matter are in the text. */
  async #fresh({ card, token }: Arrival, now: Temporal.Instant, world: World): Promise<void> {
    for (const { action } of offeredIn([{ type: 'card', card, place: 'new' }])) {
      const { interview, version } = action.data ?? {}
      if (typeof interview !== 'number') continue
      const [row] = await world.ask<{ version: number; status: string }>(
        'SELECT version, status FROM interview WHERE id = $1',
        [interview],
      )
      if (!row) this.found('misdirected', world, `a button for interview ${interview}, which is not there`)
      else if (typeof version === 'number' && version !== row.version)
        this.found(
          'misdirected',
          world,
          `a button of version ${version} of interview ${interview}: ${row.version}`,
        )
    }
    const text = plainText(card)
    const meetings = await world.ask<{ starts_at: Date; kind: string }>(
      `SELECT m.starts_at, n.kind FROM outbox o JOIN notice n ON n.outbox_id = o.id AND n.status = 'queued'
       JOIN interview i ON i.id = split_part(n.subject, ':', 2)::int
       JOIN meeting m ON m.id = i.meeting_id
       WHERE o.token = $1::uuid AND n.kind = 'interviews.upcoming' AND i.status = 'booked' AND m.starts_at > $2`,
      [token, new Date(now.epochMilliseconds)],
    )
    for (const { starts_at } of meetings) {
      const local = Temporal.Instant.fromEpochMilliseconds(starts_at.getTime()).toZonedDateTimeISO(zone)
      const hour = `${local.hour}:${String(local.minute).padStart(2, '0')}`
      if (!text.includes(hour))
        this.found('misdirected', world, `a meeting at ${hour} whose message says otherwise`)
    }
  }

  /** Before anybody acts: who by the rule of the ladder must hear of what today. */
  async morning(world: World): Promise<void> {
    const today = world.today
    const rows = await world.ask<{
      id: number
      person_id: number
      deadline: string
      opens_on: string
      offered: boolean
      arranging: boolean
    }>(
      `SELECT i.id, i.person_id, i.deadline, s.opens_on,
              EXISTS (SELECT FROM slot l JOIN participant q ON q.person_id = l.owner_id
                WHERE q.interview_id = i.id AND q.role = 'conductor' AND (q.to_on IS NULL OR q.to_on > $1)
                AND l.status = 'offered' AND l.arrangement_id IS NULL AND (l.step_id IS NULL OR l.step_id = i.step_id)
                AND l.starts_at > $2) AS offered,
              EXISTS (SELECT FROM arrangement a WHERE a.step_id = i.step_id AND a.status IN ('collecting', 'proposed'))
                AS arranging
       FROM interview i JOIN step s ON s.id = i.step_id JOIN cycle c ON c.id = s.cycle_id
       JOIN identity d ON d.person_id = i.person_id AND d.state = 'active'
       JOIN person p ON p.id = i.person_id
       WHERE i.status = 'waiting' AND s.status = 'open' AND c.status = 'open' AND s.opens_on < $1
         AND (i.quiet_until IS NULL OR i.quiet_until <= $1) AND (p.left_on IS NULL OR p.left_on > $1)
         AND NOT EXISTS (SELECT FROM deadline_request r WHERE r.interview_id = i.id AND r.status = 'asked')
         AND NOT EXISTS (SELECT FROM absence b WHERE b.person_id = i.person_id AND b.from_on <= $1
                           AND (b.to_on IS NULL OR b.to_on > $1))`,
      [today.toString(), new Date(world.time.now.epochMilliseconds)],
    )
    for (const row of rows) {
      if (row.arranging) continue
      const deadline = Temporal.PlainDate.from(row.deadline)
      for (const days of [-7, -3, -1, 0, 1, 3, 7]) {
        if (!workingDaysFrom(deadline, days).equals(today)) continue
        const rung = days > 0 ? `+${days}` : `${days}`
        const recipients = row.offered ? [row.person_id] : await this.#conductors(world, row.id, today)
        for (const recipient of recipients)
          this.#promised.push({
            subject: `interview-reminders:${row.id}`,
            recipient,
            rung,
            anchor: row.deadline,
            text: `${today}: rung ${rung} of interview ${row.id} to ${recipient}`,
          })
      }
    }
  }

  async #conductors(world: World, interview: number, today: Temporal.PlainDate): Promise<number[]> {
    const rows = await world.ask<{ person_id: number }>(
      `SELECT q.person_id FROM participant q WHERE q.interview_id = $1 AND q.role = 'conductor' AND q.from_on < $2
         AND (q.to_on IS NULL OR q.to_on > $2)
         AND NOT EXISTS (SELECT FROM absence b WHERE b.person_id = q.person_id AND b.from_on <= $2
                           AND (b.to_on IS NULL OR b.to_on > $2))`,
      [interview, today.toString()],
    )
    return rows.map((row) => row.person_id)
  }

  async evening(world: World): Promise<void> {
    for (const { subject, recipient, rung, anchor, text } of this.#promised.splice(0)) {
      const rows = await world.ask<{ status: string }>(
        `SELECT status FROM notice WHERE subject = $1 AND recipient_id = $2 AND key LIKE $3`,
        [subject, recipient, `%:${recipient}:${rung}:${anchor}%`],
      )
      if (!rows.some(({ status }) => ['sent', 'failed', 'obsolete', 'queued', 'cancelled'].includes(status)))
        this.found(
          'lost',
          world,
          `${text}: nobody planned it (${rows.map((r) => r.status).join() || 'no notice'})`,
        )
    }
  }

  /** What the rows say at the end, held against what arrived. */
  async close(world: World): Promise<{ flagged: number; explained: Record<string, number> }> {
    const rows = await world.ask<{ key: string; status: string; reason: string | null; late: boolean }>(
      `SELECT n.key, n.status, o.reason,
              n.status IN ('planned', 'queued') AND coalesce(o.next_at, n.due_at) < $1 AS late
       FROM notice n LEFT JOIN outbox o ON o.id = n.outbox_id`,
      [new Date(world.time.now.epochMilliseconds - lateAfterMs)],
    )
    const explained: Record<string, number> = {}
    let flagged = 0
    const keys = new Set<string>()
    for (const { key, status, reason, late } of rows) {
      keys.add(key)
      if (late) this.found('lost', world, `${key} still ${status} long after it was due`)
      const arrived = this.arrived.get(key) ?? 0
      if (status === 'sent' && arrived === 0)
        this.found('lost', world, `${key} is called sent and never arrived`)
      if (status === 'failed') {
        if (!['no-account', 'left', 'blocked', 'gave-up', 'not-drawable'].includes(reason ?? '')) flagged += 1
        if (reason === 'gave-up' || reason === 'not-drawable') this.found('lost', world, `${key}: ${reason}`)
        explained[reason ?? 'failed'] = (explained[reason ?? 'failed'] ?? 0) + 1
      }
    }
    for (const [subject, recipient] of this.#expected)
      if (![...keys].some((key) => key.includes(`${subject}:${recipient}:`)))
        this.found('lost', world, `${subject} was never planned`)
    return { flagged, explained }
  }
}
