// A fiscal year in a city hall: the list imported, the cycle of four steps started, people acting every working day,
// and what a personnel office does meanwhile — leave and return, a deadline moved, a step cancelled, transfers in
// October and April.
import iconv from 'iconv-lite'
import type { InboundEvent, Reply } from '../../src/chat/chat.ts'
import { grantRole, importFile, sampleCity } from '../../src/features/staff-list/index.ts'
import { at } from './clock.ts'
import { isClosed } from './japan.ts'
import { noteFor } from './notes.ts'
import type { Observer } from './observer.ts'
import { eventOf, fill, formIn, offeredIn, type Staff, session } from './people.ts'
import type { World } from './world.ts'

export interface YearOptions {
  readonly staff: number
  readonly year: number
  /** The last day to live through; a whole fiscal year and a week of the next unless told. */
  readonly until?: string
}

export class Year {
  readonly #world: World
  readonly #observer: Observer
  readonly #options: YearOptions
  #staff: Staff[] = []
  #rows: string[][]
  #officer: Staff | undefined
  #held: InboundEvent | undefined
  #late: InboundEvent[] = []
  #serial = 0
  #notes = 0

  constructor(world: World, observer: Observer, options: YearOptions) {
    this.#world = world
    this.#observer = observer
    this.#options = options
    const { staff, year } = options
    this.#rows = sampleCity({
      staff,
      seed: world.chance.below(1_000_000, 'city'),
      fiscalYear: year,
    }).rows.map((row) => [...row])
  }

  get #hr(): Staff {
    if (!this.#officer) throw new Error('nobody is HR')
    return this.#officer
  }

  /** Everybody with an e-mail gets an account, some in the one chat, some in the other. */
  async #accounts(): Promise<void> {
    const world = this.#world
    const people = await world.ask<{ id: number; number: string; email: string | null; conducts: boolean }>(
      `SELECT p.id, p.number, p.email, EXISTS (SELECT FROM route r WHERE r.evaluator_id = p.id) AS conducts
       FROM person p WHERE p.left_on IS NULL OR p.left_on > $1 ORDER BY p.number`,
      [world.today.toString()],
    )
    this.#staff = people
      .filter((each) => each.email)
      .map(({ id, number, conducts }) => ({
        id,
        number,
        conducts,
        platform: world.chance.hits(0.6, 'platform', number) ? 'slack' : 'teams',
      }))
    await world.ask(
      `INSERT INTO identity (person_id, platform, tenant, user_id, conversation)
       SELECT id, platform, 'T1', 'U' || number, 'D' || number
       FROM unnest($1::int[], $2::text[], $3::text[]) AS s(id, number, platform) ON CONFLICT DO NOTHING`,
      [this.#staff.map((s) => s.id), this.#staff.map((s) => s.number), this.#staff.map((s) => s.platform)],
    )
  }

  async #import(effectiveOn: string, all: boolean): Promise<void> {
    const bytes = iconv.encode(`${this.#rows.map((row) => row.join(',')).join('\r\n')}\r\n`, 'cp932')
    await this.#world.command(async (city) => {
      const done = await importFile(city.core, {
        bytes,
        name: '職員名簿.csv',
        effectiveOn: Temporal.PlainDate.from(effectiveOn),
        apply: true,
        markMissingAsLeft: all,
        actorId: null,
      })
      if (!done.usable) throw new Error(`the list is not usable: ${done.code}`)
      const errors = done.problems.filter((problem) => problem.severity === 'error')
      if (errors.length > 0) throw new Error(`the list has errors: ${JSON.stringify(errors[0])}`)
    })
  }

  async #tell(person: Staff, said: Parameters<typeof eventOf>[2]): Promise<readonly Reply[]> {
    this.#serial += 1
    return this.#world.receive(eventOf(person, `year:${this.#serial}`, said))
  }

  /** HR presses the first button with this action in what was answered. */
  async #press(replies: readonly Reply[], actionId: string): Promise<readonly Reply[]> {
    const found = offeredIn(replies).find(({ action }) => action.id === actionId)
    if (!found) throw new Error(`HR finds no button ${actionId}`)
    return this.#tell(this.#hr, { type: 'click', action: found.action })
  }

  async start(): Promise<void> {
    const { year } = this.#options
    const world = this.#world
    await this.#import(`${year}-04-01`, false)
    await this.#accounts()
    const office = this.#rows.find((row) => /職員課|人事課/.test(row[4] ?? '') && row[8] && row[5] !== '課長')
    const number = office?.[0] ?? this.#staff.at(-1)?.number ?? ''
    this.#officer = this.#staff.find((person) => person.number === number)
    await world.command((city) => grantRole(city.core, { number, role: 'hr', actorId: null }))
    const values = { preset: 'four-steps', year: String(year) }
    await this.#tell(this.#hr, { type: 'submit', form: 'interviews.cycle-create', data: {}, values })
    // Whose process died over it is told that it is done, not shown it: HR looks it up.
    const [cycle] = await world.ask<{ id: number }>('SELECT id FROM cycle')
    const action = { id: 'interviews.cycle', data: { cycle: cycle?.id ?? 0 } }
    const draft = await this.#tell(this.#hr, { type: 'click', action })
    const preview = await this.#press(draft, 'interviews.cycle-preview')
    await this.#press(preview, 'interviews.cycle-start')
    const [open] = await world.ask<{ n: number }>('SELECT count(*)::int AS n FROM interview')
    if (!open?.n) throw new Error('the year did not start')
  }

  async #stepId(ordinal: number): Promise<number> {
    const [row] = await this.#world.ask<{ id: number }>('SELECT id FROM step WHERE ordinal = $1', [ordinal])
    return row?.id ?? 0
  }

  async #moveDeadline(ordinal: number, deadline: string): Promise<void> {
    const card = await this.#tell(this.#hr, {
      type: 'click',
      action: { id: 'interviews.step', data: { step: await this.#stepId(ordinal) } },
    })
    const form = formIn(await this.#press(card, 'interviews.step-move'))
    if (!form) throw new Error('HR finds no form for the deadline')
    await this.#tell(this.#hr, {
      type: 'submit',
      form: form.id,
      data: form.data ?? {},
      values: { ...fill(this.#world, form, ['deadline', ordinal]), deadline, section: '' },
    })
  }

  async #cancelStep(ordinal: number): Promise<void> {
    const card = await this.#tell(this.#hr, {
      type: 'click',
      action: { id: 'interviews.step', data: { step: await this.#stepId(ordinal) } },
    })
    await this.#press(card, 'interviews.step-cancel')
  }

  /** Some go on leave and come back, each with or without a deputy; one of them conducts. */
  async #leaves(name: string, from: string, to: string): Promise<void> {
    const world = this.#world
    const others = this.#staff.filter((person) => person !== this.#officer)
    const chosen = [
      world.chance.pick(
        others.filter((person) => person.conducts),
        'leave-conductor',
        name,
      ),
      world.chance.pick(others, 'leave', name),
    ]
    for (const person of new Set(chosen)) {
      if (!person) continue
      const deputy = world.chance.pick(others, 'deputy', name, person.number)
      await this.#tell(this.#hr, {
        type: 'submit',
        form: 'staff-list.leave',
        data: {},
        values: {
          person: String(person.id),
          kind: 'leave',
          from,
          to,
          ...(deputy && deputy !== person && { deputy: String(deputy.id) }),
        },
      })
    }
  }

  /** The next list: some in other sections, some gone, some new. */
  #transfers(name: string): void {
    const { chance } = this.#world
    const [titles = [], ...rows] = this.#rows
    const hr = this.#hr.number
    const plain = (row: readonly string[]) => row[0] !== hr && !/長|副市長/.test(row[5] ?? '')
    const chiefs = new Set(rows.flatMap((row) => [row[10], row[11], row[12]]))
    const gone = new Set(
      rows
        .filter((row) => plain(row) && !chiefs.has(row[0]) && chance.hits(0.05, 'gone', name, row[0] ?? ''))
        .map((row) => row[0]),
    )
    const kept = rows.filter((row) => !gone.has(row[0]))
    const moved = kept.map((row) => {
      if (!plain(row) || chiefs.has(row[0]) || !chance.hits(0.12, 'moved', name, row[0] ?? '')) return row
      const there = chance.pick(kept.filter(plain), 'where', name, row[0] ?? '')
      if (!there) return row
      // Section, supervisor and evaluators as a colleague there has them; grade and address stay.
      return row.map((cell, i) => ([3, 4, 10, 11, 12].includes(i) ? (there[i] ?? cell) : cell))
    })
    // The heads of two sections change places, and their people get the other as evaluator.
    const heads = kept.filter((row) => row[5] === '課長')
    const [one, two] = [chance.pick(heads, 'head', name), chance.pick(heads, 'head-2', name)]
    const swap = new Map(
      one && two && one !== two
        ? [
            [one[0], two[0]],
            [two[0], one[0]],
          ]
        : [],
    )
    const swapped = moved.map((row) => {
      const head = row === one ? two : row === two ? one : undefined
      return row.map((cell, i) => {
        if (head && (i === 3 || i === 4)) return head[i] ?? cell
        if (head) return cell
        return i >= 10 ? (swap.get(cell) ?? cell) : cell
      })
    })
    const model = chance.pick(kept.filter(plain), 'new', name)
    const day = name === 'october' ? `${this.#options.year}/10/1` : `${this.#options.year + 1}/4/1`
    const fresh = [0, 1].flatMap((n) => {
      if (!model) return []
      const row = [...model]
      row[0] = name === 'october' ? `99000${n}` : `99100${n}`
      row[1] = `新人 ${n === 0 ? '一郎' : '花子'}`
      row[2] = 'シンジン'
      row[7] = day
      row[8] = `new-${name}-${n}@city.example.lg.jp`
      return [row]
    })
    this.#rows = [titles, ...swapped, ...fresh]
  }

  async #sendNotes(): Promise<void> {
    const world = this.#world
    this.#notes += 1
    const n = this.#notes
    // At any hour of the next days: telling it within working hours is delivery's business.
    const due = world.time.now.add({ minutes: 3 + world.chance.below(3 * 24 * 60, 'note-due', n) })
    const chosen = this.#staff.filter((person) => world.chance.hits(0.15, 'note', n, person.number))
    const wanted = chosen.map((person) => ({
      subject: `note:${n}:${person.number}`,
      wanted: [noteFor(person.id, world.chance.hits(0.4, 'flag', n, person.number), due)],
    }))
    if (wanted.length === 0) return
    const plan = () =>
      world.command((city) =>
        city.core.db.prisma.$transaction((tx) => city.core.notices.reconcile(tx, wanted, world.time.now)),
      )
    await plan()
    // Wanted again, as every replan does: planned once all the same.
    if (world.chance.hits(0.5, 'again', n)) await plan()
    for (const {
      subject,
      wanted: [only],
    } of wanted)
      if (only) this.#observer.expect(subject, only)
  }

  /** The step that a session ended in: at once, or after the next one's, as slow networks have it. */
  async #deliver(event: InboundEvent | undefined, name: readonly (string | number)[]): Promise<void> {
    const world = this.#world
    if (event && !this.#held && world.chance.hits(0.08, 'reorder', ...name)) {
      this.#held = event
      return
    }
    const now = event ? [event] : []
    if (this.#held) {
      if (event && world.chaos.on) world.chaos.struck('reordered')
      now.push(this.#held)
      this.#held = undefined
    }
    for (const each of now) {
      await world.receive(each)
      if ((await world.outcomeOf(each)) !== 'changed') continue
      if (world.chaos.happens('duplicate', 0.1, each.key)) await world.receive(each)
      else if (world.chance.hits(0.05, 'late', each.key)) this.#late.push(each)
    }
  }

  async #act(day: Temporal.PlainDate): Promise<void> {
    const world = this.#world
    const { chance } = world
    const open = new Set(
      (
        await world.ask<{ person_id: number }>(
          `SELECT person_id FROM interview i JOIN step s ON s.id = i.step_id
           WHERE i.status IN ('waiting', 'booked', 'unclear') AND s.opens_on <= $1
             AND i.deadline > $1::date - 40
           UNION SELECT q.person_id FROM participant q JOIN interview i ON i.id = q.interview_id
             JOIN step s ON s.id = i.step_id
           WHERE i.status IN ('waiting', 'booked', 'unclear') AND q.role = 'conductor' AND q.to_on IS NULL
             AND s.opens_on <= $1 AND i.deadline > $1::date - 40`,
          [day.toString()],
        )
      ).map((row) => row.person_id),
    )
    for (const person of this.#staff) {
      const hr = person === this.#officer
      const eager = (person.conducts ? 0.3 : 0.08) + (hr ? 0.2 : 0)
      if (!(open.has(person.id) || hr) || !chance.hits(eager, 'acts', day.toString(), person.number)) continue
      const name = ['act', day.toString(), person.number]
      world.time.pass(5)
      await this.#deliver(await session(world, person, hr, name), name)
    }
    await this.#deliver(undefined, ['end', day.toString()])
  }

  /** What a platform sends again days later has no second effect. */
  async #replayLate(): Promise<void> {
    const { chaos } = this.#world
    const late = this.#late.splice(0)
    if (!chaos.on) return
    for (const event of late) {
      chaos.struck('late-duplicate')
      await this.#world.receive(event)
    }
  }

  async #office(day: string): Promise<void> {
    const { year } = this.#options
    const next = year + 1
    switch (day) {
      case `${year}-05-13`:
        return this.#moveDeadline(1, `${year}-06-11`)
      case `${year}-05-17`:
        return this.#leaves('spring', `${year}-05-24`, `${year}-06-07`)
      case `${year}-06-14`:
        return this.#leaves('year', `${year}-07-01`, `${next}-02-01`)
      case `${year}-09-15`:
        this.#transfers('october')
        return this.#import(`${year}-10-01`, true)
      case `${year}-10-01`:
      case `${next}-04-03`:
        return this.#accounts()
      case `${next}-03-13`:
        return this.#cancelStep(4)
      case `${next}-03-21`:
        this.#transfers('april')
        return this.#import(`${next}-04-01`, true)
    }
  }

  /** Lives through the year, a day at a time. */
  async live(): Promise<void> {
    const { year, until = `${year + 1}-04-07` } = this.#options
    const world = this.#world
    const last = Temporal.PlainDate.from(until)
    for (let day = world.today; Temporal.PlainDate.compare(day, last) <= 0; day = day.add({ days: 1 })) {
      const open = !isClosed(day)
      if (open) {
        await world.until(at(`${day}T09:35`))
        await this.#observer.morning(world)
        await world.until(at(`${day}T11:55`))
        await this.#office(day.toString())
        await world.until(at(`${day}T12:05`))
        await this.#replayLate()
        await this.#act(day)
        if (world.chance.hits(0.15, 'notes', day.toString())) await this.#sendNotes()
        await world.until(at(`${day}T17:05`))
        await this.#observer.evening(world)
      }
      await world.until(at(`${day}T23:30`))
    }
  }
}
