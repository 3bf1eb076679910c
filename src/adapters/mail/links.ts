// What travels in an address or in a page and comes back: who was written to, what they may do with it, and until when.
// Sealed (AES-256-GCM under the installation's key), so that it says nothing to whoever sees it on its way, and cannot be
// made, changed or used for anything else. Words used here: pass (the sealed text), door (what it lets one do).
import { createHash, randomUUID } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { z } from 'zod'
import type { Action, Form } from '../../cards/card.ts'
import { fit, fitLabel } from '../../cards/fit.ts'
import type { Language } from '../../kernel/language.ts'
import type { Secret } from '../../kernel/secret.ts'
import { actionSchema, readJson, wireAction } from '../codec.ts'

/** To whom it was given; they alone act with it. `paper`: by a printed code, without any account. */
export interface Holder {
  readonly platform: 'email' | 'paper'
  readonly tenant: string
  readonly user: string
}

export type Doing =
  | { readonly type: 'home' }
  /** `options`: the values among which one must be chosen. */
  | {
      readonly type: 'press'
      readonly action: Action
      readonly selected?: string
      readonly options?: readonly string[]
    }
  | { readonly type: 'form'; readonly form: Form }

export interface Door {
  readonly to: Holder
  /** The inbound event's own key: all copies of a message, and all uses of a link, are one event. */
  readonly key: string
  readonly label: string
  /** What is asked before it is done. */
  readonly ask?: string
  readonly language: Language
  readonly until: Temporal.Instant
  readonly does: Doing
  /** Something the holder is asked for first, as its mark. */
  readonly check?: string
}

/** Less than the month for which intake remembers an event: a link that still opens is known when it comes again. */
export const linkDays = 21
/** What a page shows is pressed soon, or the page is opened again. */
export const pageHours = 24

const short = z.string().max(200)
const shape = z.strictObject({
  p: z.enum(['email', 'paper']),
  t: short,
  u: z.string().max(320),
  k: short,
  n: short,
  q: z.string().max(400).optional(),
  l: z.enum(['ja', 'en']),
  x: z.int(),
  a: actionSchema.optional(),
  o: z.array(z.string()).optional(),
  /** A form that we drew ourselves; the seal vouches for its shape. */
  f: z.custom<Form>((value) => typeof value === 'object' && value !== null).optional(),
  c: short.optional(),
})
type Wire = z.infer<typeof shape>

const purpose = 'mail link'
const packedFrom = 300
/** No card of ours comes near it. */
const largestPass = 400_000

const wireOf = (door: Door): Wire => {
  const { to, does } = door
  return {
    p: to.platform,
    t: to.tenant,
    u: to.user,
    k: door.key,
    n: fitLabel(door.label, 80),
    ...(door.ask !== undefined && { q: fit(door.ask, 300) }),
    l: door.language,
    x: Math.floor(door.until.epochMilliseconds / 1000),
    ...(does.type === 'press' && {
      a: wireAction(does.action, does.selected),
      ...(does.options && { o: [...does.options] }),
    }),
    ...(does.type === 'form' && { f: does.form }),
    ...(door.check !== undefined && { c: door.check }),
  }
}

function doingOf({ a, o, f }: Wire): Doing {
  if (f) return { type: 'form', form: f }
  if (!a) return { type: 'home' }
  const { selected, ...action } = a
  return {
    type: 'press',
    action,
    ...(selected !== undefined && { selected }),
    ...(o && { options: o }),
  }
}

export interface Passes {
  write(door: Door): string
  /** Undefined: none of ours, changed, or sealed under another key. Whether it has expired is the reader's to look at. */
  read(pass: string): Door | undefined
}

export function createPasses({ seal, open }: Pick<Secret, 'seal' | 'open'>): Passes {
  return {
    write(door) {
      const text = Buffer.from(JSON.stringify(wireOf(door)))
      const packed = text.length > packedFrom
      const body = Buffer.concat([Buffer.from([packed ? 1 : 0]), packed ? deflateRawSync(text) : text])
      return seal(body, purpose).toString('base64url')
    },
    read(pass) {
      if (pass.length > largestPass || !/^[\w-]{40,}$/.test(pass)) return undefined
      try {
        const body = open(Buffer.from(pass, 'base64url'), purpose)
        const text =
          body[0] === 1
            ? inflateRawSync(body.subarray(1), { maxOutputLength: 8 * largestPass })
            : body.subarray(1)
        const wire = shape.safeParse(readJson(text.toString('utf8'))).data
        return (
          wire && {
            to: { platform: wire.p, tenant: wire.t, user: wire.u },
            key: wire.k,
            label: wire.n,
            ...(wire.q !== undefined && { ask: wire.q }),
            language: wire.l,
            until: Temporal.Instant.fromEpochMilliseconds(wire.x * 1000),
            does: doingOf(wire),
            ...(wire.c !== undefined && { check: wire.c }),
          }
        )
      } catch {
        return undefined
      }
    },
  }
}

/** The key of what one button of one message asks for: the same in every copy of it. */
export const keyOf = (message: string, action: Action, selected?: string): string =>
  `${message || randomUUID()} ${createHash('sha256')
    .update(JSON.stringify([action, selected ?? null]))
    .digest('base64url')}`

export const newKey = (): string => `page ${randomUUID()}`
