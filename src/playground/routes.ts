import { json, type Request, type RequestHandler, Router, raw } from 'express'
import { z } from 'zod'
import { renderFieldErrors } from '../adapters/slack/form.ts'
import type { Form } from '../cards/card.ts'
import type { InboundEvent, MessageRef, Reply } from '../chat/chat.ts'
import type { City } from '../compose.ts'
import { loadCalendars } from '../directory/calendars.ts'
import { addWorkingDays, toWorkingTime } from '../kernel/calendar.ts'
import type { MovableClock } from '../kernel/clock.ts'
import type { Language } from '../kernel/language.ts'
import { clockEntry } from './clock-entry.ts'
import { drawCard, drawForm, drawMessage } from './draw.ts'
import { type Act, inbound } from './inbound.ts'
import { pageFiles } from './page-files.ts'
import { loadCast } from './people.ts'
import type { Workplace } from './platform.ts'
import type { Store } from './store.ts'
import type { Stream } from './stream.ts'
import type { ActResult, State } from './wire.ts'

export interface RouteParts {
  readonly city: City
  readonly clock: MovableClock
  readonly platform: Workplace
  readonly store: Store
  readonly stream: Stream
  /** Sends what is due at the clock's present instant. */
  runDue(): Promise<void>
  /** Whether somebody has an account from now on. */
  setAccount(personId: number, has: boolean): Promise<void>
  /** Moves the clock, with everything that happens on the way. */
  travel(target: Temporal.Instant): Promise<void>
}

/** How far the page may jump at once. */
const FARTHEST = { days: 400 }

const look = z.enum(['slack', 'teams'])
const person = z.coerce.number().int().positive()
const base = { person, look }
const say = z.strictObject({ ...base, text: z.string().max(20_000) })
const click = z.strictObject({ ...base, message: z.string().optional(), element: z.unknown() })
const submit = z.strictObject({ ...base, message: z.string().optional(), submission: z.unknown() })
const lookup = z.strictObject({ ...base, element: z.unknown(), query: z.string().max(1000) })
const home = z.strictObject(base)
const account = z.strictObject({ person, has: z.boolean() })
const given = z.object({ ...base, name: z.string().min(1).max(300) })
const time = z.strictObject({
  to: z.union([z.enum(['hour', 'morning', 'week']), z.strictObject({ date: z.iso.date() })]),
})

const languageOf = (request: Request): Language => (request.query.language === 'en' ? 'en' : 'ja')

/** The page, and what it asks: everything under /playground. Local browsers only (see `localOnly`). */
export function playgroundRoutes(parts: RouteParts): Router {
  const { city, clock, platform, store, stream, runDue, setAccount, travel } = parts
  const { core, intake } = city
  const { zone } = core
  const opened = new Map<string, { form: Form; message: MessageRef | undefined }>()
  const router = Router()
  let moving: Promise<unknown> = Promise.resolve()

  const draw = (message: Parameters<typeof drawMessage>[0]) => drawMessage(message, intake.opensForm)
  const calendar = async () => (await loadCalendars(core.db.prisma)).city

  /** One act of a person through the platform's payload, its parser and intake; replies are shown or returned. */
  async function act(
    who: number,
    language: Language,
    payload: Act,
    clicked: string | undefined,
  ): Promise<ActResult> {
    const event = await inbound(who, language, payload)
    if (!event) return {}
    const replies = await intake.receive(event)
    const ref = clicked ? { conversation: `D${who}`, id: clicked } : messageOf(event)
    platform.show(who, replies, ref)
    const result = atOnce(who, replies, event, ref)
    await runDue()
    return result
  }

  function atOnce(
    who: number,
    replies: readonly Reply[],
    event: InboundEvent,
    message: MessageRef | undefined,
  ): ActResult {
    let result: ActResult = {}
    for (const reply of replies) {
      switch (reply.type) {
        case 'form':
          opened.set(`${who}:${reply.form.id}`, { form: reply.form, message })
          result = { ...result, form: drawForm(reply.form, message) }
          break
        case 'field-errors': {
          const form = event.type === 'submit' ? opened.get(`${who}:${event.form}`) : undefined
          const values = event.type === 'submit' ? event.values : {}
          result = {
            ...result,
            fieldErrors: {
              slack: renderFieldErrors(reply.errors),
              teams: form && drawForm(form.form, form.message, { values, errors: reply.errors }).teams,
            },
          }
          break
        }
        case 'options':
          result = { ...result, options: reply.options }
          break
        case 'home':
          result = { ...result, home: drawCard(reply.card, intake.opensForm, true) }
          break
        case 'card':
        case 'file':
          break
        default:
          reply satisfies never
      }
    }
    return result
  }

  /** Answers JSON; a body that makes no sense is 400, never a stack trace. */
  const post = (route: string, work: (body: unknown, request: Request) => Promise<unknown>) => {
    router.post(`/playground/${route}`, localOnly, json({ limit: '1mb' }), async (request, response) => {
      if (!request.is('application/json')) {
        response.status(415).json({ error: 'application/json' })
        return
      }
      try {
        response.json(await work(request.body, request))
      } catch (error) {
        if (!(error instanceof z.ZodError)) throw error
        response.status(400).json({ error: 'unreadable' })
      }
    })
  }

  router.use(pageFiles())

  router.get('/playground/state', localOnly, async (request, response) => {
    const language = languageOf(request)
    const today = clock.now().toZonedDateTimeISO(zone).toPlainDate()
    const state: State = {
      clock: clockEntry(clock.now(), zone, await calendar(), language),
      zone,
      people: await loadCast(core.db.prisma, today),
      messages: store.messages
        .filter((message) => message.arrived)
        .slice(-150)
        .map(draw),
    }
    response.json(state)
  })
  router.get('/playground/messages', localOnly, (request, response) => {
    const who = person.safeParse(request.query.person)
    response.json(
      store.messages
        .filter((message) => message.personId === who.data)
        .slice(-200)
        .map(draw),
    )
  })
  router.get('/playground/stream', localOnly, (request, response) => {
    stream.open(response, languageOf(request), draw)
  })
  router.get('/playground/files/:id', localOnly, (request, response) => {
    const file = store.messages.find((message) => message.id === request.params.id)?.file
    if (!file) {
      response.status(404).end()
      return
    }
    response
      .set('content-type', file.mimeType)
      .set('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`)
      .send(Buffer.from(file.base64, 'base64'))
  })

  // In a page of its own that can load and run nothing; its links lead to the pages behind them.
  router.get('/playground/letters/:id', localOnly, (request, response) => {
    const letter = store.messages.find((message) => message.id === request.params.id)?.letter
    if (letter === undefined) {
      response.status(404).end()
      return
    }
    response
      .set('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
      .type('html')
      .send(letter)
  })

  post('say', async (body, request) => {
    const { person: who, look: as, text } = say.parse(body)
    platform.said(who, text)
    return act(who, languageOf(request), { kind: 'say', look: as, text }, undefined)
  })
  post('click', async (body, request) => {
    const { person: who, look: as, message, element } = click.parse(body)
    return act(who, languageOf(request), { kind: 'click', look: as, element, message }, message)
  })
  post('submit', async (body, request) => {
    const { person: who, look: as, message, submission } = submit.parse(body)
    return act(who, languageOf(request), { kind: 'submit', look: as, submission }, message)
  })
  post('lookup', async (body, request) => {
    const { person: who, look: as, element, query } = lookup.parse(body)
    return act(who, languageOf(request), { kind: 'lookup', look: as, element, query }, undefined)
  })
  post('home', async (body, request) => {
    const { person: who, look: as } = home.parse(body)
    return act(who, languageOf(request), { kind: 'home', look: as }, undefined)
  })
  post('account', async (body) => {
    const { person: who, has } = account.parse(body)
    await setAccount(who, has)
    return {}
  })
  router.post(
    '/playground/file',
    localOnly,
    raw({ type: 'application/octet-stream', limit: '25mb' }),
    async (request, response) => {
      const query = given.safeParse(request.query)
      if (!query.success || !Buffer.isBuffer(request.body)) {
        response.status(400).json({ error: 'unreadable' })
        return
      }
      const { person: who, look: as, name } = query.data
      platform.said(who, `📎 ${name}`)
      const act_: Act = { kind: 'file', look: as, name, bytes: new Uint8Array(request.body) }
      response.json(await act(who, languageOf(request), act_, undefined))
    },
  )

  /** Two browsers that move the clock at once move it one after the other. */
  post('time', (body) => {
    const { to } = time.parse(body)
    const moved = moving.then(() => move(to))
    moving = moved.catch(() => {})
    return moved
  })

  async function move(to: z.infer<typeof time>['to']): Promise<{ arrived: number }> {
    const before = new Set(store.messages.map((message) => message.id))
    const now = clock.now()
    const target = await targetOf(to, now)
    if (Temporal.Instant.compare(target, now) > 0) await travel(target)
    store.save()
    const city_ = await calendar()
    stream.tell((language) => ({ type: 'clock', clock: clockEntry(clock.now(), zone, city_, language) }))
    return { arrived: store.messages.filter((message) => message.arrived && !before.has(message.id)).length }
  }

  async function targetOf(to: z.infer<typeof time>['to'], now: Temporal.Instant): Promise<Temporal.Instant> {
    const local = now.toZonedDateTimeISO(zone)
    const city_ = await calendar()
    const morning = (date: Temporal.PlainDate) =>
      date.toZonedDateTime({ timeZone: zone, plainTime: '09:00' }).toInstant()
    if (to === 'hour') return now.add({ hours: 1 })
    if (to === 'week') return local.add({ days: 7 }).toInstant()
    if (to === 'morning') {
      const opening = morning(local.toPlainDate())
      const today =
        toWorkingTime(city_, zone, opening).equals(opening) && Temporal.Instant.compare(now, opening) < 0
      return today ? opening : morning(addWorkingDays(city_, local.toPlainDate(), 1))
    }
    const date = Temporal.PlainDate.from(to.date)
    const last = local.toPlainDate().add(FARTHEST)
    return morning(Temporal.PlainDate.compare(date, last) > 0 ? last : date)
  }

  return router
}

/** The message from which a form was opened, as its platform brought it back. */
const messageOf = (event: InboundEvent): MessageRef | undefined =>
  event.type === 'click' || event.type === 'submit' ? event.message : undefined

/**
 * Anybody's web page can make a browser on this machine send requests here; only our own page, under a loopback name,
 * may. (A foreign name that resolves to 127.0.0.1 is a foreign name.)
 */
const localOnly: RequestHandler = (request, response, next) => {
  const loopback = (host: string) => /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host)
  const origin = request.headers.origin
  const site = request.headers['sec-fetch-site']
  const own = origin === undefined || (URL.canParse(origin) && new URL(origin).host === request.headers.host)
  if (
    loopback(request.headers.host ?? '') &&
    own &&
    (site === undefined || site === 'same-origin' || site === 'none')
  )
    next()
  else response.status(403).type('text/plain').send('The playground answers its own page only.\n')
}
