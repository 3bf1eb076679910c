// Outages. A send without any answer says something about the platform before it says anything about the message:
// after three in a row a workspace counts as away. Nothing is sent to it then, no failure is held against a message,
// and one message at a time tries it, at growing intervals, until any answer comes. Each process finds out by itself.
import type { Address } from '../chat/chat.ts'
import type { Log } from '../kernel/log.ts'
import type { Held } from './outbox.ts'

export type Place = Pick<Address, 'platform' | 'tenant'>

const inARow = 3
const firstPauseMs = 15_000
/** After an hour the next message is no further away than this. */
const longestPauseMs = 2 * 60_000

export interface Outages {
  /** How a send, or the question whether a message is there, has ended: with an answer of whatever kind, or none. */
  heard(place: Place, answer: boolean, now: Temporal.Instant): void
  /** Until when nobody tries a place; undefined where it is not away. */
  until(place: Place): Temporal.Instant | undefined
  /** Where everything waits, whatever its urgency. */
  away(): Held[]
  /** Where one message may try. */
  toTry(now: Temporal.Instant): Place[]
}

interface Silence {
  readonly place: Place
  times: number
  pauseMs: number
  until?: Temporal.Instant
}

export const placeKey = ({ platform, tenant }: Place): string => `${platform}:${tenant}`

export function createOutages(log: Log): Outages {
  const silences = new Map<string, Silence>()
  const isOver = ({ until, pauseMs }: Silence, now: Temporal.Instant): boolean => {
    const left = until ? until.since(now).total('milliseconds') : 0
    // More than the whole pause is left where the clock was set back.
    return left <= 0 || left > pauseMs
  }

  return {
    heard({ platform, tenant }, answer, now) {
      const place = { platform, tenant }
      const key = placeKey(place)
      const silence = silences.get(key) ?? { place, times: 0, pauseMs: firstPauseMs }
      if (answer) {
        if (silence.until) log.info({ platform }, 'a platform answers again')
        silences.delete(key)
        return
      }
      silences.set(key, silence)
      silence.times += 1
      // Those that were under way together when it was noticed make it no longer.
      if (silence.times < inARow || (silence.until && !isOver(silence, now))) return
      if (silence.until) silence.pauseMs = Math.min(2 * silence.pauseMs, longestPauseMs)
      else log.warn({ platform }, 'a platform does not answer; messages wait for it')
      silence.until = now.add({ milliseconds: silence.pauseMs })
    },
    until: (place) => silences.get(placeKey(place))?.until,
    away: () => [...silences.values()].flatMap(({ place, until }) => (until ? [{ ...place, from: 0 }] : [])),
    toTry: (now) =>
      [...silences.values()].flatMap((each) => (each.until && isOver(each, now) ? [each.place] : [])),
  }
}
