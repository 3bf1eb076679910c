// A fiscal year in a city hall, a day at a time: the programmes' mornings, people acting, afternoons, evenings.
import iconv from 'iconv-lite'
import type { InboundEvent, Reply } from '../../src/chat/chat.ts'
import { grantRole, importFile, sampleCity } from '../../src/features/staff-list/index.ts'
import { formIn, offeredIn } from './cards.ts'
import { at } from './clock.ts'
import type { Desk, Said, SimulatedFeature, Staff } from './features/feature.ts'
import { programmes } from './features/index.ts'
import { isClosed } from './japan.ts'
import type { Observer } from './observer.ts'
import { eventOf, fill, session } from './people.ts'
import type { World } from './world.ts'

export interface YearOptions {
  readonly staff: number
  readonly year: number
  /** The last day to live through; a whole fiscal year and a week of the next unless told. */
  readonly until?: string
}

/** When the tables have grown so much that the database must look at them anew: plans are kept as long as they can. */
const looksAnew = ['05-07', '06-15', '10-04']

export class Year implements Desk {
  readonly world: World
  readonly year: number
  readonly features: readonly SimulatedFeature[]
  staff: readonly Staff[] = []
  rows: readonly (readonly string[])[]
  readonly #observer: Observer
  readonly #until: string
  #officer: Staff | undefined
  #held: InboundEvent | undefined
  #late: InboundEvent[] = []
  #serial = 0

  constructor(world: World, observer: Observer, options: YearOptions) {
    const { staff, year, until = `${year + 1}-04-07` } = options
    this.world = world
    this.year = year
    this.#observer = observer
    this.#until = until
    const seed = world.chance.below(1_000_000, 'city')
    this.rows = sampleCity({ staff, seed, fiscalYear: year }).rows
    this.features = programmes.map((programme) => programme(this))
    observer.watch(this.features)
    world.wakes = this.features.flatMap(({ wakes }) => wakes ?? [])
  }

  get hr(): Staff {
    if (!this.#officer) throw new Error('nobody is HR')
    return this.#officer
  }

  /** Everybody with an e-mail gets an account, some in the one chat, some in the other. */
  async accounts(): Promise<void> {
    const { world } = this
    const people = await world.ask<{ id: number; number: string; email: string | null; conducts: boolean }>(
      `SELECT p.id, p.number, p.email, EXISTS (SELECT FROM route r WHERE r.evaluator_id = p.id) AS conducts
       FROM person p WHERE p.left_on IS NULL OR p.left_on > $1 ORDER BY p.number`,
      [world.today.toString()],
    )
    this.staff = people
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
      [this.staff.map((s) => s.id), this.staff.map((s) => s.number), this.staff.map((s) => s.platform)],
    )
  }

  async importList(effectiveOn: string, all: boolean): Promise<void> {
    const bytes = iconv.encode(`${this.rows.map((row) => row.join(',')).join('\r\n')}\r\n`, 'cp932')
    await this.world.command(async (city) => {
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

  async tell(person: Staff, said: Said): Promise<readonly Reply[]> {
    this.#serial += 1
    return this.world.receive(eventOf(person, `year:${this.#serial}`, said))
  }

  async press(replies: readonly Reply[], actionId: string): Promise<readonly Reply[]> {
    const found = offeredIn(replies).find(({ action }) => action.id === actionId)
    if (!found) throw new Error(`HR finds no button ${actionId}`)
    return this.tell(this.hr, { type: 'click', action: found.action })
  }

  async submit(
    replies: readonly Reply[],
    values: Readonly<Record<string, string>>,
  ): Promise<readonly Reply[]> {
    const form = formIn(replies)
    if (!form) throw new Error(`HR finds no form: ${JSON.stringify(replies).slice(0, 200)}`)
    return this.tell(this.hr, {
      type: 'submit',
      form: form.id,
      data: form.data ?? {},
      values: { ...fill(this.world, form, ['hr', form.id, this.#serial]), ...values },
    })
  }

  async start(): Promise<void> {
    await this.importList(`${this.year}-04-01`, false)
    await this.accounts()
    const office = this.rows.find((row) => /職員課|人事課/.test(row[4] ?? '') && row[8] && row[5] !== '課長')
    const number = office?.[0] ?? this.staff.at(-1)?.number ?? ''
    this.#officer = this.staff.find((person) => person.number === number)
    await this.world.command((city) => grantRole(city.core, { number, role: 'hr', actorId: null }))
    for (const feature of this.features) await feature.start?.()
  }

  /** The step that a session ended in: at once, or after the next one's, as slow networks have it. */
  async #deliver(event: InboundEvent | undefined, name: readonly (string | number)[]): Promise<void> {
    const { world } = this
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
    const { world } = this
    const { chance } = world
    const busy = new Set<number>()
    for (const feature of this.features) for (const id of (await feature.busy?.(day)) ?? []) busy.add(id)
    for (const person of this.staff) {
      const hr = person === this.#officer
      const eager = (person.conducts ? 0.3 : 0.08) + (hr ? 0.2 : 0)
      if (!(busy.has(person.id) || hr) || !chance.hits(eager, 'acts', day.toString(), person.number)) continue
      const name = ['act', day.toString(), person.number]
      world.time.pass(5)
      await this.#deliver(await session(world, this.features, person, hr, name), name)
    }
    await this.#deliver(undefined, ['end', day.toString()])
  }

  /** What a platform sends again days later has no second effect. */
  async #replayLate(): Promise<void> {
    const { chaos } = this.world
    const late = this.#late.splice(0)
    if (!chaos.on) return
    for (const event of late) {
      chaos.struck('late-duplicate')
      await this.world.receive(event)
    }
  }

  /** Lives through the year. */
  async live(): Promise<void> {
    const { world } = this
    const last = Temporal.PlainDate.from(this.#until)
    for (let day = world.today; Temporal.PlainDate.compare(day, last) <= 0; day = day.add({ days: 1 })) {
      if (looksAnew.includes(day.toString().slice(5))) await world.ask('ANALYZE')
      if (!isClosed(day)) {
        await world.until(at(`${day}T09:35`))
        await this.#observer.morning()
        await world.until(at(`${day}T11:55`))
        for (const feature of this.features) await feature.office?.(day.toString())
        await world.until(at(`${day}T12:05`))
        await this.#replayLate()
        await this.#act(day)
        for (const feature of this.features) await feature.afternoon?.(day.toString())
        await world.until(at(`${day}T17:05`))
        await this.#observer.evening(world)
      }
      await world.until(at(`${day}T23:30`))
    }
  }
}
