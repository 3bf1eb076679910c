// What goes wrong, where and how often. A fault is armed for one window of work (a look for due work, one event, one
// import) and counted when it strikes; one that finds no occasion is not.

import type { Decide, Fate, Point } from './process.ts'
import type { Chance } from './random.ts'

export const faultKinds = [
  'kill-before-claim',
  'kill-after-claim',
  'kill-before-send',
  'kill-after-send',
  'kill-after-record',
  'kill-in-gather',
  'kill-in-day',
  'kill-anywhere',
  'kill-in-intake',
  'kill-before-commit',
  'kill-after-commit',
  'kill-in-import',
  'kill-in-migration',
  'stalled',
  'stalled-crosswise',
  'database-lost',
  'database-lost-at-commit',
  'clock-forward',
  'clock-back',
  'rate-limited',
  'answer-lost',
  'request-lost',
  'connection-refused',
  'connection-broke',
  'question-failed',
  'account-refused',
  'duplicate',
  'late-duplicate',
  'reordered',
] as const
export type FaultKind = (typeof faultKinds)[number]

type Matches = (point: Point) => boolean
const at =
  (what: string, when: Point['when'], more: Partial<Point> = {}): Matches =>
  (point) =>
    point.what === what &&
    point.when === when &&
    (more.open === undefined || point.open === more.open) &&
    (more.dayOpens === undefined || point.dayOpens === more.dayOpens)
const database: Matches = ({ what }) => what !== 'send' && what !== 'find'

interface Armed {
  readonly kind: FaultKind
  readonly matches: Matches
  /** How many matching points are let go by. */
  spare: number
  readonly fate: Fate | 'stall' | 'stall-crosswise'
}

const inDelivery: readonly (readonly [FaultKind, Matches, Armed['fate'], mostSpared: number])[] = [
  ['kill-before-claim', at('claim', 'before'), 'die', 2],
  ['kill-after-claim', at('claim', 'after'), 'die', 1],
  ['kill-before-send', at('send', 'before'), 'die', 2],
  ['kill-after-send', at('send', 'after'), 'die', 2],
  ['kill-after-record', at('record', 'after'), 'die', 2],
  ['kill-in-gather', at('queue', 'after'), 'die', 1],
  ['kill-in-day', (point) => point.dayOpens, 'die', 30],
  ['kill-anywhere', () => true, 'die', 40],
  ['stalled', at('claim', 'after', { open: false }), 'stall', 1],
  ['stalled-crosswise', at('claim', 'after', { open: false }), 'stall-crosswise', 1],
  ['database-lost', database, 'cut-off', 30],
  ['database-lost-at-commit', at('commit', 'after'), 'cut-off', 1],
]
const inIntake: readonly (readonly [FaultKind, Matches, Armed['fate'], mostSpared: number])[] = [
  ['kill-in-intake', (point) => database(point) && point.what !== 'commit', 'die', 25],
  ['kill-in-intake', at('inbox', 'after'), 'die', 1],
  ['kill-before-commit', at('commit', 'before'), 'die', 1],
  ['kill-after-commit', at('commit', 'after'), 'die', 1],
  ['database-lost', database, 'cut-off', 25],
  ['database-lost-at-commit', at('commit', 'after'), 'cut-off', 1],
]

export type SendFault =
  | 'none'
  | 'answer-lost'
  | 'request-lost'
  | 'connection-refused'
  | 'connection-broke'
  | 'account-refused'

export class Chaos {
  readonly counts = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>
  /** Counts up with every death, stop and lost connection: what was under way then may or may not be recorded. */
  troubles = 0
  /** Set by the world: another process takes over while this one stands still. */
  stall: (crosswise: boolean) => Promise<void> = async () => {}
  readonly #chance: Chance
  readonly #kinds: ReadonlySet<FaultKind>
  #armed: Armed | undefined
  #stormUntil = 0
  #sends = 0
  #windows = 0

  /** Only faults of these kinds happen. */
  constructor(chance: Chance, kinds: readonly FaultKind[]) {
    this.#chance = chance
    this.#kinds = new Set(kinds)
  }

  get on(): boolean {
    return this.#kinds.size > 0
  }

  /** Counts a fault that has struck. */
  struck: (kind: FaultKind) => void = (kind) => {
    this.counts[kind] += 1
  }

  /** Whether one of the faults that only the world can bring happens here. */
  happens(kind: FaultKind, probability: number, ...name: readonly (string | number)[]): boolean {
    if (!this.#kinds.has(kind) || !this.#chance.hits(probability, kind, ...name)) return false
    this.struck(kind)
    return true
  }

  #arm(choices: typeof inDelivery, probability: number): void {
    this.#windows += 1
    this.#armed = undefined
    if (!this.on || !this.#chance.hits(probability, 'window', this.#windows)) return
    const possible = choices.filter(([kind]) => this.#kinds.has(kind))
    const choice = this.#chance.pick(possible, 'which', this.#windows)
    if (!choice) return
    const [kind, matches, fate, most] = choice
    this.#armed = { kind, matches, fate, spare: this.#chance.below(most, 'spare', this.#windows) }
  }

  armDelivery = (probability: number) => this.#arm(inDelivery, probability)
  armIntake = (probability: number) => this.#arm(inIntake, probability)
  armImport = (probability: number) => this.#arm([['kill-in-import', database, 'die', 40]], probability)
  /** Whether a process dies over the migration that comes next. */
  armMigration(probability: number): boolean {
    this.#arm([['kill-in-migration', database, 'die', 70]], probability)
    return this.#armed !== undefined
  }
  disarm(): void {
    this.#armed = undefined
  }

  readonly decide: Decide = (point) => {
    const armed = this.#armed
    if (!armed?.matches(point)) return 'go-on'
    if (armed.spare > 0) {
      armed.spare -= 1
      return 'go-on'
    }
    this.#armed = undefined
    this.struck(armed.kind)
    this.troubles += 1
    if (armed.fate === 'stall' || armed.fate === 'stall-crosswise')
      return this.stall(armed.fate === 'stall-crosswise').then(() => 'go-on')
    return armed.fate
  }

  /** How a send goes. */
  send(asks: boolean, nowMs: number): SendFault | { readonly later: number } {
    if (!this.on) return 'none'
    this.#sends += 1
    const n = this.#sends
    if (nowMs < this.#stormUntil) {
      this.struck('rate-limited')
      return { later: 1_000 + this.#chance.below(30_000, 'later', n) }
    }
    if (this.#kinds.has('rate-limited') && this.#chance.hits(0.01, 'storm', n))
      this.#stormUntil = nowMs + 120_000
    const x = this.#chance.of('send', n)
    const found: SendFault =
      x < 0.03
        ? 'answer-lost'
        : x < 0.06
          ? 'request-lost'
          : x < 0.09
            ? 'connection-refused'
            : x < 0.12 && asks
              ? 'connection-broke'
              : x < 0.125
                ? 'account-refused'
                : 'none'
    if (found === 'none' || !this.#kinds.has(found)) return 'none'
    this.struck(found)
    return found
  }

  questionFails(): boolean {
    this.#sends += 1
    return this.happens('question-failed', 0.2, this.#sends)
  }
}
