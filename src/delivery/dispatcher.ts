// Sends what waits in the outbox: claim → ask about what is in doubt → draw → hand over → send → settle. Nothing is
// sent inside a transaction; every write names the fence of its claim.
import type { Address, ChatPlatform, Platform, SendOutcome } from '../chat/chat.ts'
import { accountsOf } from '../directory/accounts.ts'
import type { Clock } from '../kernel/clock.ts'
import { type Backoff, backoffMs, usualBackoff } from './backoff.ts'
import { createDepartures } from './departures.ts'
import type { LeaseClock } from './lease-clock.ts'
import { createOutages, placeKey } from './outage.ts'
import {
  type Claimed,
  claim,
  type Ending,
  type Held,
  nextTry,
  type OutboxReason,
  placesOf,
  reap,
  type Settlement,
  settle,
} from './outbox.ts'
import { createPace } from './pace.ts'
import { type Drawing, type Prepared, prepare } from './prepare.ts'
import { type RatesOf, unpaced } from './rates.ts'

/** What the world may be told of each ending, for metrics. */
export type Told = (ending: Ending['to'], platform: Platform | 'none') => void

export interface DispatcherOptions extends Drawing {
  /** Domain time: what is due. */
  readonly clock: Clock
  readonly leaseClock: LeaseClock
  /** 0 ≤ x < 1 */
  readonly random: () => number
  readonly told?: Told
  /** Messages claimed and settled together, at most; fewer where the pace lets fewer go. */
  readonly batch?: number
  /** Well over `sendTimeoutMs`, so that who still sends also still holds the lease. */
  readonly leaseMs?: number
  /** A port that has not answered by then has an unknown outcome. */
  readonly sendTimeoutMs?: number
  /** How long a message that may have arrived is left before its platform is asked. */
  readonly askAfterMs?: number
  /** Failures after which a message is dead. */
  readonly maxAttempts?: number
  readonly backoff?: Backoff
  /** How fast each platform takes messages; none is paced unless told. */
  readonly rates?: RatesOf
  /**
   * Waits for a moment of the clock: messages then take turns that lie up to two seconds ahead, and leave evenly. Without it (a
   * clock that is moved by hand) only those go whose turn has come, and `again` says when the next ones do.
   */
  readonly waitUntil?: (at: Temporal.Instant) => Promise<void>
  /** Taking up ends after this long, so that what has fallen due meanwhile gets its turn. */
  readonly turnMs?: number
}

/** How far ahead turns may lie where somebody waits for them. */
const usualAheadMs = 2_000

/** When a platform out of reach is tried again before it counts as away. */
const triesAgainMs = 1_000

export interface Drained {
  /** Messages taken up. */
  readonly claimed: number
  readonly sent: number
  /** The earliest moment at which something taken up here wants another try; absent when nothing does. */
  readonly again?: Temporal.Instant
}

export interface Dispatcher {
  /**
   * Sends until nothing is due, or until `stopping`; what is claimed is always finished. Where messages wait for their
   * turns and more is due than goes in `turnMs`, it returns while the last ones still wait: `settled` ends with them.
   */
  drain(stopping?: () => boolean): Promise<Drained>
  settled(): Promise<void>
}

const platformOf = ({ ending }: Settlement) =>
  ending.to === 'sent' || ending.to === 'handed' ? ending.platform : 'none'

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { db, ports, clock, leaseClock, random, log, told } = options
  const { batch = 250, leaseMs = 120_000, sendTimeoutMs = 30_000, askAfterMs = 20_000 } = options
  const { maxAttempts = 8, backoff = usualBackoff, rates = unpaced, waitUntil, turnMs = 3_000 } = options
  const aheadMs = waitUntil ? usualAheadMs : 0
  const pace = createPace(db, rates, aheadMs)
  const departures = createDepartures(rates)
  const outages = createOutages(log)

  /** The earliest next try that this drain has set. */
  let again: Temporal.Instant | undefined
  /** The latest one that any drain has set: until then there may be more to come back to. */
  let putOff: Temporal.Instant | undefined

  const after = (ms: number) => clock.now().add({ milliseconds: Math.ceil(ms) })

  async function write(settlements: readonly Settlement[], leaseUntilAtLeast?: Temporal.Instant) {
    const written = await settle(db, settlements, clock.now(), leaseUntilAtLeast)
    for (const settlement of settlements) {
      if (!written.has(settlement.claimed.id))
        log.warn(
          { outbox: settlement.claimed.id, ending: settlement.ending.to },
          'lease lost, ending not written',
        )
      else if (settlement.ending.to !== 'handed') told?.(settlement.ending.to, platformOf(settlement))
      if ('nextAt' in settlement.ending) {
        again = earlier(again, settlement.ending.nextAt)
        if (!putOff || Temporal.Instant.compare(settlement.ending.nextAt, putOff) > 0)
          putOff = settlement.ending.nextAt
      }
    }
    return written
  }

  /** In doubt until its platform is asked. What it fails while the platform is away is no failure of its own. */
  function doubt(claimed: Claimed, to: Address): Ending {
    const { attempts } = claimed
    if (outages.until(to)) return { to: 'unknown', attempts, nextAt: after(askAfterMs) }
    const wait = Math.min(askAfterMs * 2 ** attempts, Math.max(askAfterMs, backoff.longestMs))
    return { to: 'unknown', attempts: attempts + 1, nextAt: after(wait) }
  }

  /** Not told this time, which says nothing of a time before that it may have arrived. */
  const goBack = ({ doubt }: Claimed, attempts: number, nextAt: Temporal.Instant): Ending => ({
    to: doubt ? 'unknown' : 'waiting',
    attempts,
    nextAt,
  })

  /** Another try after a pause, or the end of trying. */
  function tryAgain(claimed: Claimed, reason: OutboxReason): Ending {
    const attempts = claimed.attempts + 1
    if (attempts >= maxAttempts) return { to: 'dead', reason: claimed.doubt ? 'unknown' : reason }
    return goBack(claimed, attempts, after(backoffMs(attempts, random, backoff)))
  }

  /**
   * Settles what a platform can answer for. What remains must be drawn: messages that are not there, now beyond
   * doubt, and those that nobody can be asked about, still in doubt.
   */
  async function resolveDoubts(claimed: readonly Claimed[]): Promise<Claimed[]> {
    const doubtful = claimed.filter((each) => each.doubt)
    if (doubtful.length === 0) return [...claimed]
    const accounts = await accountsOf(
      db.prisma,
      doubtful.map((each) => each.recipientId),
    )
    const addressOf = ({ recipientId, doubt }: Claimed): Address | undefined => {
      const there = (accounts.get(recipientId) ?? []).filter((each) => each.platform === doubt?.platform)
      const account = there.find((each) => each.conversation === doubt?.conversation) ?? there[0]
      return account && { ...account, ...(doubt?.conversation && { conversation: doubt.conversation }) }
    }
    const settled: Settlement[] = []
    const answered = await Promise.all(
      claimed.map(async (each): Promise<Claimed[]> => {
        const { doubt, ...rest } = each
        const port = doubt && ports.get(doubt.platform)
        const address = addressOf(each)
        if (!doubt || !port?.find || !address) return [each]
        try {
          const ref = await inTime(port.find(address, each.token), sendTimeoutMs)
          if (ref === late) throw new Error('no answer in time')
          // That it is not there says nothing yet of whether messages are taken.
          if (!ref) return [rest]
          outages.heard(address, true, clock.now())
          const place = { platform: doubt.platform, conversation: ref.conversation, messageRef: ref.id }
          settled.push({ claimed: each, ending: { to: 'sent', ...place } })
        } catch (error) {
          log.warn({ err: error, outbox: each.id }, 'asking about a message failed')
          outages.heard(address, false, clock.now())
          // A question that was not answered is no attempt at telling: through an hour without the platform nothing
          // dies, and the oldest stay first.
          const { attempts } = each
          settled.push({ claimed: each, ending: { to: 'unknown', attempts, nextAt: after(askAfterMs) } })
        }
        return []
      }),
    )
    await write(settled)
    return answered.flat()
  }

  /** What a drawn message becomes before it is sent. */
  function beforeSending(prepared: Prepared): Settlement {
    const { claimed, notices } = prepared
    switch (prepared.type) {
      case 'message': {
        const { platform, conversation } = prepared.to
        // A message that was tried to death goes no further, now that it is known not to have arrived.
        if (claimed.attempts >= maxAttempts)
          return { claimed, notices, ending: { to: 'dead', reason: claimed.doubt ? 'unknown' : 'gave-up' } }
        return {
          claimed,
          notices,
          ending: { to: 'handed', platform, ...(conversation && { conversation }) },
          // The record of a repetition that the kind's policy chose.
          ...(prepared.repeats && { reason: 'repeated' }),
        }
      }
      case 'nothing':
        return { claimed, notices, ending: { to: 'obsolete' } }
      case 'cannot':
        return prepared.reason === 'unknown'
          ? { claimed, notices, ending: { to: 'dead', reason: 'unknown' } }
          : { claimed, notices, ending: { to: 'refused', reason: prepared.reason } }
      case 'failed':
        return { claimed, ending: tryAgain(claimed, 'not-drawable') }
      default:
        return prepared satisfies never
    }
  }

  async function whenItMayLeave(to: Address, turn: Temporal.Instant): Promise<void> {
    if (!waitUntil) return
    let until: Temporal.Instant | undefined = turn
    while (until) {
      if (Temporal.Instant.compare(until, clock.now()) > 0) await waitUntil(until)
      until = departures.leave(to, clock.now())
    }
  }

  async function sendOne(port: ChatPlatform, message: Message): Promise<Ending> {
    const { claimed, to, card, turn } = message
    let outcome: SendOutcome
    try {
      if (turn) await whenItMayLeave(to, turn)
      const answer = await inTime(port.send(to, card, claimed.token), sendTimeoutMs)
      outcome = answer === late ? { type: 'unknown' } : answer
    } catch (error) {
      log.warn({ err: error, outbox: claimed.id, platform: port.platform }, 'sending failed')
      // Ports throw only when nothing has left; where the platform can be asked, that costs nothing to verify.
      const ending = tryAgain(claimed, 'gave-up')
      return port.find && ending.to === 'waiting' ? { ...ending, to: 'unknown' } : ending
    }
    outages.heard(to, outcome.type !== 'unknown' && outcome.type !== 'away', clock.now())
    switch (outcome.type) {
      case 'done': {
        const { conversation, id } = outcome.ref
        const known = conversation === to.conversation
        return { to: 'sent', platform: port.platform, conversation, messageRef: id, known }
      }
      case 'refused':
        return { to: 'refused', reason: outcome.reason, by: to }
      case 'later': {
        const nextAt = after(Math.max(1, outcome.afterMs))
        if (pace.paces(to.platform)) await pace.close(to, outcome.of ?? 'workspace', nextAt, clock.now())
        return goBack(claimed, claimed.attempts, nextAt)
      }
      case 'away':
        return goBack(claimed, claimed.attempts, outages.until(to) ?? after(triesAgainMs))
      case 'unknown':
        return doubt(claimed, to)
      default:
        return outcome satisfies never
    }
  }

  /** Sends together; endings are written as they come, those that come during a write with the next one. */
  async function sendAll(messages: readonly Message[]): Promise<number> {
    let sent = 0
    let ready: Settlement[] = []
    let writing: Promise<void> | undefined
    const flush = async () => {
      try {
        while (ready.length > 0) {
          const now = ready
          ready = []
          const written = await write(now).catch((error: unknown) => {
            ready = [...now, ...ready] // the next ending that comes tries again; else the lease runs out
            throw error
          })
          sent += now.filter((each) => each.ending.to === 'sent' && written.has(each.claimed.id)).length
        }
      } finally {
        writing = undefined
      }
    }
    const ends = await Promise.allSettled(
      messages.map(async (message) => {
        const port = ports.get(message.to.platform)
        if (!port) return
        const ending = await sendOne(port, message)
        ready.push({ claimed: message.claimed, ending })
        writing ??= flush()
        await writing
      }),
    )
    if (ready.length > 0) throw ends.find((end) => end.status === 'rejected')?.reason
    return sent
  }

  /**
   * Asks for the turns of what is drawn. What has none yet goes back as it was, until about then; its workspace takes
   * nothing more of its urgency for the moment.
   */
  async function takeTurns(prepared: readonly Prepared[], held: Map<string, Held>): Promise<Prepared[]> {
    const asking = prepared.flatMap((each) =>
      each.type === 'message' && each.claimed.attempts < maxAttempts
        ? [{ id: each.claimed.id, to: each.to, priority: each.claimed.priority }]
        : [],
    )
    const turns = await pace.take(asking, clock.now())
    const back: Settlement[] = []
    const going = prepared.flatMap((each): Prepared[] => {
      const turn = each.type === 'message' ? turns.get(each.claimed.id) : undefined
      if (each.type !== 'message' || !turn) return [each]
      if (turn.go) return [{ ...each, turn: turn.at }]
      const { claimed, to } = each
      const { platform, tenant } = to
      back.push({ claimed, ending: goBack(claimed, claimed.attempts, turn.at) })
      const from = Math.min(claimed.priority, held.get(`${platform}:${tenant}`)?.from ?? claimed.priority)
      held.set(`${platform}:${tenant}`, { platform, tenant, from })
      return []
    })
    await write(back)
    if (back.length > 0) limit = Math.max(1, going.length)
    else if (!isTight(going)) limit = Math.min(batch, limit * 2)
    return going
  }

  /** Whether turns are given for late in the time looked ahead: more would soon get none. */
  const isTight = (going: readonly Prepared[]): boolean => {
    const half = after(aheadMs / 2)
    return going.some(
      (each) => each.type === 'message' && each.turn && Temporal.Instant.compare(each.turn, half) > 0,
    )
  }

  /**
   * Sends each stretch of turns by itself: when the first ones have left, the next ones are drawn while the later ones
   * still wait, so that no turn passes unused.
   */
  function launchInTurn(messages: readonly Message[]): void {
    const now = clock.now()
    const stretches = Map.groupBy(messages, ({ turn }) =>
      turn
        ? Math.max(0, Math.floor((turn.since(now).total('milliseconds') * flightsAtOnce) / (aheadMs + 1)))
        : 0,
    )
    for (const stretch of stretches.values()) launch(sendAll(stretch))
  }

  /** All that comes before sending: what is returned has been handed over in the books. */
  async function makeReady(claimed: readonly Claimed[], held: Map<string, Held>): Promise<Message[]> {
    const drawn = await prepare(options, await resolveDoubts(claimed), clock.now())
    const prepared = await takeTurns(drawn, held)
    // The lease must outlast the sending: who was asleep since the claim lets the next one do it.
    const outlast = (await leaseClock.now()).add({ milliseconds: sendTimeoutMs + aheadMs })
    const still = await write(prepared.map(beforeSending), outlast)
    return prepared
      .filter((each) => each.type === 'message')
      .filter((each) => still.has(each.claimed.id) && each.claimed.attempts < maxAttempts)
  }

  /** Messages taken up together: more as long as all of them may go, and soon. */
  let limit = Math.min(batch, 25)
  /** Where messages wait for their turns the next ones are drawn meanwhile. */
  const flightsAtOnce = waitUntil && rates.size > 0 ? 4 : 1

  const flights = new Set<Promise<void>>()
  const errors: unknown[] = []
  let arrived = 0
  const launch = (sending: Promise<number>) => {
    const flight = sending
      .then((count) => {
        arrived += count
      })
      .catch((error: unknown) => {
        errors.push(error)
      })
      .finally(() => flights.delete(flight))
    flights.add(flight)
  }

  /** Places that are away and are being tried. */
  const trying = new Set<string>()
  /** One message tries each place that is away, where one is due. Returns how many do. */
  async function tryAway(held: Map<string, Held>): Promise<number> {
    let tried = 0
    for (const place of outages.toTry(clock.now())) {
      const key = placeKey(place)
      if (trying.has(key)) continue
      const due = { limit: 1, leaseMs, only: place }
      const claimed = await claim(db, clock.now(), await leaseClock.now(), due)
      if (claimed.length === 0) continue
      tried += 1
      trying.add(key)
      launch(
        makeReady(claimed, held)
          .then(sendAll)
          .finally(() => trying.delete(key)),
      )
    }
    return tried
  }

  return {
    async drain(stopping = () => false) {
      let total = 0
      const before = arrived
      let goesOn = false
      again = undefined
      const held = new Map<string, Held>()
      let places: Awaited<ReturnType<typeof placesOf>> | undefined
      const until = after(turnMs)
      const reaped = await reap(db, clock.now(), await leaseClock.now())
      if (reaped > 0) log.warn({ messages: reaped }, 'took over messages whose process went away')
      try {
        while (!stopping() && errors.length === 0) {
          if (flights.size >= flightsAtOnce) {
            await Promise.race(flights)
            continue
          }
          if (Temporal.Instant.compare(clock.now(), until) >= 0) {
            again = earlier(again, clock.now())
            // Who waits for turns goes on waiting meanwhile, so that none is missed.
            goesOn = waitUntil !== undefined
            break
          }
          total += await tryAway(held)
          const except = [...outages.away(), ...held.values()]
          if (held.size > 0) places ??= await placesOf(db)
          const due = { limit, leaseMs, except, ...(held.size > 0 && boundOf(except, places ?? [])) }
          const claimed = await claim(db, clock.now(), await leaseClock.now(), due)
          if (claimed.length > 0) {
            total += claimed.length
            const ready = await makeReady(claimed, held)
            launchInTurn(ready)
          } else if (held.size + trying.size > 0 && flights.size > 0) {
            await Promise.race(flights)
            held.clear()
          } else break
        }
      } finally {
        if (!goesOn) await Promise.all(flights)
      }
      const failed = errors.splice(0)
      if (failed.length > 0) throw failed[0]
      const now = clock.now()
      if (putOff && Temporal.Instant.compare(putOff, now) > 0) {
        const next = await nextTry(db, now)
        if (next) again = earlier(again, next)
      }
      for (const place of outages.away()) {
        const until = outages.until(place)
        if (until && Temporal.Instant.compare(until, now) > 0) again = earlier(again, until)
      }
      const sent = arrived - before
      return again ? { claimed: total, sent, again } : { claimed: total, sent }
    },
    async settled() {
      await Promise.all(flights)
    },
  }
}

/** Drawn, and with the moment of its turn where its platform is paced. */
type Message = Prepared & { readonly type: 'message' }

/** Where every place is held, what is no more urgent than all of them let go need not be looked at. */
function boundOf(except: readonly Held[], places: readonly Pick<Held, 'platform' | 'tenant'>[]) {
  const froms = places.map((place) => except.find((each) => placeKey(each) === placeKey(place))?.from)
  const all = froms.flatMap((from) => (from === undefined ? [] : [from]))
  return all.length > 0 && all.length === places.length ? { below: Math.max(...all) } : undefined
}

const earlier = (a: Temporal.Instant | undefined, b: Temporal.Instant): Temporal.Instant =>
  a && Temporal.Instant.compare(a, b) <= 0 ? a : b

const late = Symbol('late')

/** What the promise gives, or `late` after so many milliseconds; a later answer is nobody's any more. */
async function inTime<T>(promise: Promise<T>, ms: number): Promise<T | typeof late> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<typeof late>((resolve) => {
    timer = setTimeout(resolve, ms, late)
  })
  try {
    return await Promise.race([promise, limit])
  } finally {
    clearTimeout(timer)
  }
}
