// The door for people without a chat. A link shows what it would do and does nothing, so that a scanner of links, a
// preview or a curious glance has no effect: only the button of the page acts, once, as an inbound event like any other.
import { timingSafeEqual } from 'node:crypto'
import { type NextFunction, type Request, type Response, Router, urlencoded } from 'express'
import type { Card, Form, Option } from '../../cards/card.ts'
import type { InboundEvent, OutgoingFile, Reply } from '../../chat/chat.ts'
import type { Log } from '../../kernel/log.ts'
import { normalise } from '../../kernel/words.ts'
import type { Receive } from '../once.ts'
import { createLimits } from './limits.ts'
import { type Door, newKey, type Passes } from './links.ts'
import { askPage, cardPage, type Filled, formPage, type Making, postPath, problemPage } from './page.ts'
import { readSent, type Sent } from './parse.ts'
import { textsIn } from './texts.ts'

export interface DoorOptions {
  readonly passes: Passes
  /** Domain time: links expire by it. */
  readonly now: () => Temporal.Instant
  readonly receive: Receive
  readonly mark: (text: string) => string
  readonly log: Log
  /** Milliseconds of a clock that only goes forward. */
  readonly ticks?: () => number
}

/** What a staff number is asked for as: the same on paper and on the page, full width or not. */
export const checkMark = (mark: (text: string) => string, number: string): string =>
  // Short, for the code on the paper: sealed, and tried out five times an hour.
  mark(`paper check ${normalise(number).replace(/\s+/g, '').toLowerCase()}`).slice(0, 16)

const headers = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store, private',
  'x-robots-tag': 'noindex, nofollow, noarchive',
  'referrer-policy': 'no-referrer',
}

/** A sealed form with all its options; what people write is far less. */
const largestBody = '500kb'
/** Pages that are none of ours, from one address; and uses of one link. Each within an hour. */
const wrongAnHour = 60
const usesAnHour = 120
const wrongChecksAnHour = 5

const same = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

export function createDoor(options: DoorOptions): Router {
  const { passes, now, receive, mark, log } = options
  const hourly = (most: number) =>
    createLimits({ most, inMs: 3_600_000, ...(options.ticks && { ticks: options.ticks }) })
  const wrong = hourly(wrongAnHour)
  const uses = hourly(usesAnHour)
  const wrongChecks = hourly(wrongChecksAnHour)

  const show = (response: Response, status: number, html: string) =>
    response.status(status).set(headers).type('html').send(html)
  const problem = (response: Response, kind: Parameters<typeof problemPage>[0], status: number) => {
    if (status === 429) response.set('retry-after', '3600')
    return show(response, status, problemPage(kind))
  }
  const nameOf = ({ key, to }: Door) => mark(JSON.stringify([key, to.platform, to.tenant, to.user]))
  const from = ({ socket }: Request) => socket.remoteAddress ?? ''

  /** Looks at a door before anything is done with it. True: an answer was given already. */
  const refused = (request: Request, response: Response, door: Door | undefined): boolean => {
    if (!door) {
      if (wrong.full(from(request))) problem(response, 'tooMany', 429)
      else {
        wrong.count(from(request))
        problem(response, 'bad', 404)
      }
      return true
    }
    if (Temporal.Instant.compare(door.until, now()) <= 0) {
      problem(response, 'expired', 410)
      return true
    }
    if (uses.full(nameOf(door))) {
      problem(response, 'tooMany', 429)
      return true
    }
    return false
  }

  /** Names that were written, looked up among colleagues as in any chat. */
  const findPeople = async ({ event, people }: Sent & { event: { type: 'submit' } }) => {
    const found: Record<string, readonly Option[]> = {}
    for (const [field, query] of Object.entries(people)) {
      const asked: InboundEvent = {
        type: 'lookup',
        key: newKey(),
        sender: event.sender,
        form: event.form,
        field,
        query,
      }
      const replies = await receive(asked, () => {})
      found[field] = replies.flatMap((reply) => (reply.type === 'options' ? reply.options : []))
    }
    return found
  }

  /** The page that answers what was sent. */
  const answer = async (sent: Sent): Promise<string> => {
    const { door } = sent
    const making: Making = { passes, to: door.to, now: now() }
    const form = door.does.type === 'form' ? door.does.form : undefined
    let { event } = sent
    if (form && event.type === 'submit' && Object.keys(sent.people).length > 0) {
      const found = await findPeople({ ...sent, event })
      const sure = Object.entries(found).flatMap(([field, options]) =>
        options.length === 1 && options[0] ? [[field, options[0].value] as const] : [],
      )
      const { noColleague, whichColleague } = textsIn(door.language)
      const errors = Object.entries(found).flatMap(([field, options]) =>
        options.length === 1 ? [] : [[field, options.length === 0 ? noColleague : whichColleague] as const],
      )
      const values = { ...event.values, ...Object.fromEntries(sure) }
      if (errors.length > 0)
        return formPage(form, making, { values, errors: Object.fromEntries(errors), found })
      event = { ...event, values }
    }
    const replies = await receive(event, () => {})
    return shown(replies, making, door, form, event)
  }

  const shown = (
    replies: readonly Reply[],
    making: Making,
    door: Door,
    form: Form | undefined,
    event: InboundEvent,
  ): string => {
    const cards: Card[] = []
    const files: OutgoingFile[] = []
    for (const reply of replies)
      switch (reply.type) {
        case 'card':
        case 'home':
          cards.push(reply.card)
          break
        case 'file':
          files.push(reply.file)
          break
        case 'form':
          return formPage(reply.form, making)
        case 'field-errors': {
          const filled: Filled = {
            values: event.type === 'submit' ? event.values : {},
            errors: reply.errors,
          }
          if (form) return formPage(form, making, filled)
          break
        }
        case 'options':
          break
        default:
          reply satisfies never
      }
    return cards.length + files.length > 0
      ? cardPage(cards, files, making, door.language)
      : problemPage('failed')
  }

  const safely =
    (handle: (request: Request, response: Response) => Promise<unknown> | unknown) =>
    async (request: Request, response: Response, next: NextFunction) => {
      try {
        await handle(request, response)
      } catch (err) {
        log.error({ err }, 'a page could not be shown')
        if (response.headersSent) next(err)
        else problem(response, 'failed', 500)
      }
    }

  const router = Router()
  router.get(
    `${postPath}/:pass`,
    safely((request, response) => {
      const pass = String(request.params.pass)
      const door = passes.read(pass)
      if (refused(request, response, door) || !door) return
      show(response, 200, askPage(door, pass))
    }),
  )
  // Somebody opens the address of a page again, of which nothing is left.
  router.get(postPath, (_, response) => problem(response, 'bad', 404))
  router.post(
    postPath,
    urlencoded({ extended: false, limit: largestBody, parameterLimit: 500 }),
    safely(async (request, response) => {
      const sent = readSent(request.body, passes)
      if (refused(request, response, sent?.door) || !sent) return
      const { door } = sent
      uses.count(nameOf(door))
      if (door.check !== undefined) {
        if (wrongChecks.full(nameOf(door))) return problem(response, 'tooMany', 429)
        if (!same(checkMark(mark, sent.answer), door.check)) {
          wrongChecks.count(nameOf(door))
          return show(response, 200, askPage(door, sent.pass, 'check'))
        }
      }
      return show(response, 200, await answer(sent))
    }),
  )
  return router
}
