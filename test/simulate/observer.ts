// Who watches: every message at the moment it arrives is held against the rows, by questions of its own (not the
// product's code): the right person, a matter that is still open, working hours, a card that says what is so.
import type { NoticeDetail } from '../../src/delivery/notice.ts'
import { plainText } from '../support/plain.ts'
import { dayOf } from './clock.ts'
import type { FindingKind, Promised, SimulatedFeature, Told, Wrong } from './features/feature.ts'
import { isWorkingMoment, workingMinutesBetween, zone } from './japan.ts'
import { Departed } from './pace.ts'
import type { Arrival } from './station.ts'
import type { World } from './world.ts'

export interface Finding extends Wrong {
  readonly at: string
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
  readonly reason: string | null
}

const minutes = (n: number) => n * 60_000

/**
 * How late a notice may be, from the rule: eight tries; after one whose outcome is unknown 20 seconds, doubled each
 * time, up to a quarter of an hour (50 minutes together); a process that stands still for five, platforms that refuse
 * for two at a time, one look a minute. A clock that is an hour wrong adds that hour. Whom it reaches, it reaches on
 * the same half day; what can no longer be told within working hours waits for the next morning and is drawn anew there.
 */
const mostLateMs = { usually: minutes(60), clockWrong: minutes(120) }

export class Observer {
  readonly findings: Finding[] = []
  sent = 0
  answers = 0
  repeatedByPolicy = 0
  /** By how many minutes a notice was late at most; and where a clock was wrong since it was due. */
  readonly latest: [number, number] = [0, 0]
  /** How often each notice arrived, by its key. */
  readonly arrived = new Map<string, number>()
  #features: readonly SimulatedFeature[] = []
  readonly #promised: Promised[] = []
  /** Broken promises of programmes, each told once. */
  readonly #said = new Set<string>()
  /** How many notices of each kind arrived. */
  readonly kinds: Record<string, number> = {}
  /** When each notice arrived last, also in troubles so far (-1: its sender was not told). */
  readonly #lastAt = new Map<string, { readonly troubles: number; readonly at: Temporal.ZonedDateTime }>()
  /** Messages that arrived. */
  readonly #seen = new Set<string>()
  readonly #departed = new Departed()

  found(what: FindingKind, world: World, text: string): void {
    this.findings.push({
      what,
      at: world.time.now.toZonedDateTimeISO(zone).toString({ smallestUnit: 'minute' }),
      text,
    })
  }

  /** The programmes whose notices may arrive. */
  watch(features: readonly SimulatedFeature[]): void {
    this.#features = features
  }

  readonly hear = async (arrival: Arrival, now: Temporal.Instant, world: World): Promise<void> => {
    // A file is only ever the answer to somebody whose event a dead process left behind.
    if (arrival.file) {
      this.answers += 1
      return
    }
    const rows = await world.ask<NoticeRow>(
      `SELECT n.key, n.kind, n.subject, n.recipient_id, n.due_at, n.detail,
              split_part(substr(n.key, length(concat(n.kind, ':', n.subject, ':', n.recipient_id, ':')) + 1), ':', 1) AS rung,
              i.user_id, o.reason
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
      else if (this.#seen.has(arrival.token))
        this.found('doubled', world, `a message that is ${message.status}`)
      else this.found('misdirected', world, `a message that carries nothing (${message.status})`)
      return
    }
    this.sent += 1
    const { platform, to, leftMs } = arrival
    const clockWrongAt = world.clockWrongAt?.epochMilliseconds ?? Number.NEGATIVE_INFINITY
    this.#departed.add(platform, to.conversation ?? to.user, { at: leftMs, clockWrongAt })
    this.#count(arrival, rows, world)
    for (const row of rows) await this.#judge(arrival, row, now, world)
    const message = { card: arrival.card, text: plainText(arrival.card), token: arrival.token, now }
    for (const feature of this.#features)
      for (const wrong of (await feature.fresh?.(message)) ?? []) this.found('misdirected', world, wrong)
  }

  #count(arrival: Arrival, rows: readonly NoticeRow[], world: World): void {
    this.#seen.add(arrival.token)
    const local = world.time.now.toZonedDateTimeISO(zone)
    let repeated = false
    for (const { key, kind } of rows) {
      const times = (this.arrived.get(key) ?? 0) + 1
      this.arrived.set(key, times)
      this.kinds[kind] = (this.kinds[kind] ?? 0) + 1
      const before = this.#lastAt.get(key)
      this.#lastAt.set(key, { troubles: arrival.troubles, at: local })
      if (!before) continue
      // In doubt since then, and as long as doubts last; it may have gone over into another message meanwhile.
      const doubtful =
        world.chaos.troubles > before.troubles &&
        workingMinutesBetween(before.at, local) * 60_000 <= mostLateMs.clockWrong
      if (arrival.platform === 'teams' && doubtful && world.kindOf(kind)?.ifUnknown === 'repeat')
        repeated = true
      else this.found('doubled', world, `${key} for the ${times}. time on ${arrival.platform}`)
    }
    if (!repeated) return
    this.repeatedByPolicy += 1
    if (rows[0]?.reason !== 'repeated')
      this.found('doubled', world, `${rows[0]?.key}: told again by its kind's policy, without a record of it`)
  }

  async #judge({ to }: Arrival, row: NoticeRow, now: Temporal.Instant, world: World): Promise<void> {
    const local = now.toZonedDateTimeISO(zone)
    const about = `${row.key} at ${local.toString({ smallestUnit: 'minute' })}`
    if (row.user_id !== to.user) this.found('misdirected', world, `${about}: sent to another account`)
    if (!isWorkingMoment(local) && world.kindOf(row.kind)?.hours === 'working')
      this.found('untimely', world, `${about}: outside working hours`)
    // By the true time: the process's own clock may be wrong.
    const late = world.time.now.epochMilliseconds - row.due_at.getTime()
    const clockWrong = world.clockWrongAt && world.clockWrongAt.epochMilliseconds >= row.due_at.getTime()
    const i = clockWrong ? 1 : 0
    this.latest[i] = Math.max(this.latest[i] ?? 0, Math.round(late / 60_000))
    if (late > (clockWrong ? mostLateMs.clockWrong : mostLateMs.usually))
      this.found('untimely', world, `${about}: ${Math.round(late / 60_000)} minutes late`)
    // Whose clock says that it is due sends it in good faith.
    if (late < 0 && now.epochMilliseconds < row.due_at.getTime())
      this.found('untimely', world, `${about}: before it was due`)
    const told: Told = {
      kind: row.kind,
      subject: row.subject,
      recipient: row.recipient_id,
      detail: row.detail,
      now,
      today: dayOf(now),
    }
    const feature = this.#features.find(({ name }) => row.kind.startsWith(`${name}.`))
    const wrong = feature?.verdict ? await feature.verdict(told) : `a kind that nobody watches: ${row.kind}`
    if (wrong) this.found('misdirected', world, `${about}: ${wrong}`)
  }

  /** Before anybody acts. */
  async morning(): Promise<void> {
    for (const feature of this.#features) this.#promised.push(...((await feature.morning?.()) ?? []))
  }

  async evening(world: World): Promise<void> {
    for (const { text, kept } of this.#promised.splice(0))
      if (!(await kept())) this.found('lost', world, text)
    await this.#check(world)
  }

  async #check(world: World): Promise<void> {
    for (const feature of this.#features)
      for (const { what, text } of (await feature.check?.()) ?? []) {
        if (this.#said.has(text)) continue
        this.#said.add(text)
        this.found(what, world, text)
      }
  }

  /** What the rows say at the end, held against what arrived. */
  async close(world: World): Promise<{ flagged: number; explained: Record<string, number> }> {
    const rows = await world.ask<{ key: string; status: string; reason: string | null; late: boolean }>(
      `SELECT n.key, n.status, o.reason,
              n.status IN ('planned', 'queued') AND coalesce(o.next_at, n.due_at) < $1 AS late
       FROM notice n LEFT JOIN outbox o ON o.id = n.outbox_id`,
      [new Date(world.time.now.epochMilliseconds - mostLateMs.clockWrong)],
    )
    const explained: Record<string, number> = {}
    let flagged = 0
    for (const { key, status, reason, late } of rows) {
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
    await this.#check(world)
    for (const defect of world.defects) this.found('broken', world, defect)
    for (const line of this.#departed.tooFast()) this.found('broken', world, `too fast for ${line}`)
    for (const feature of this.#features)
      for (const { what, text } of (await feature.end?.()) ?? []) this.found(what, world, text)
    return { flagged, explained }
  }
}
