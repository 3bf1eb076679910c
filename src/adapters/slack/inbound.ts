// From one delivery of Slack to the core and back. Words used here: delivery (one request or envelope, which waits at
// most three seconds for its acknowledgement), recorded (safely on disk at the core: only then is it acknowledged).
import { z } from 'zod'
import type { InboundEvent, Reply } from '../../chat/chat.ts'
import type { Language } from '../../kernel/language.ts'
import type { Log } from '../../kernel/log.ts'
import { FileProblem } from '../file.ts'
import { createOnce, type Receive } from '../once.ts'
import type { Files } from './files.ts'
import { renderFieldErrors, renderForm, renderOptions } from './form.ts'
import { parseAll } from './parse.ts'
import type { People } from './people.ts'
import type { Replies } from './replies.ts'
import type { Sending } from './send.ts'
import { fileProblemCard, mendCard, ownForm, waitingForm } from './texts.ts'

/** One delivery's way back. */
export interface Delivery {
  /** Acknowledges, once; what comes later is not heard. */
  answer(body?: object): void
  /** How often Slack has delivered it before; 0: never. */
  readonly retry: number
  /** Set once it was understood as a delivery at all. */
  reached?: boolean
}

/** The delivery must not be acknowledged: Slack is to send it again. */
export class NotRecorded extends Error {
  constructor() {
    super('an event could not be recorded')
    this.name = 'NotRecorded'
  }
}

export interface Workspace {
  readonly team: string
  readonly botUser: string
}

export interface InboundOptions {
  readonly workspace: () => Workspace
  readonly receive: Receive
  readonly people: People
  readonly files: Files
  readonly largestFile: number
  readonly sending: Sending
  readonly replies: Replies
  readonly mark: (text: string) => string
  readonly log: Log
  /** Submissions are answered by then, ready or not: Slack gives up after three seconds. */
  readonly submitWithinMs?: number
}

const id = z.string().optional().catch(undefined)
const team = z.object({ id }).nullish().catch(undefined)

/** The parts of every kind of delivery that say whose it is. */
const envelope = z.object({
  team_id: id,
  team,
  user_id: id,
  user: z.object({ id, team_id: id }).optional().catch(undefined),
  response_url: id,
  container: z.object({ is_ephemeral: z.boolean().optional() }).optional().catch(undefined),
  view: z.object({ id, root_view_id: id.nullable() }).optional().catch(undefined),
  event: z
    .object({
      type: id,
      user: z
        .union([z.string(), z.object({ id, team_id: id }).loose()])
        .optional()
        .catch(undefined),
      user_team: id,
      team: id,
    })
    .optional()
    .catch(undefined),
})

type Envelope = z.infer<typeof envelope>

/** Slack tells the app of each user whose profile has changed, of new ones, and of those who were switched off. */
const aboutPeople = new Set(['user_change', 'team_join'])

const userOf = ({ user_id, user, event }: Envelope): string | undefined =>
  user_id ?? user?.id ?? (typeof event?.user === 'string' ? event.user : undefined)

/** Of another workspace: shared channels bring people who are not staff. */
const foreign = (from: Envelope, { team }: Workspace): boolean => {
  const ours = from.team_id ?? from.team?.id ?? from.user?.team_id
  if (ours !== undefined && ours !== team) return true
  const senders = [from.user?.team_id, from.event?.user_team, from.event?.team]
  return senders.some((each) => each !== undefined && each !== team)
}

export function createInbound(options: InboundOptions): (body: unknown, delivery: Delivery) => Promise<void> {
  const { workspace, receive, people, files, sending, replies, log, submitWithinMs = 2_400 } = options
  const once = createOnce(receive)

  const submit = async (
    event: InboundEvent & { type: 'submit' },
    delivery: Delivery,
    locale: Language,
    show: (rest: readonly Reply[]) => Promise<void>,
  ): Promise<void> => {
    if (event.form === ownForm) return delivery.answer({ response_action: 'clear' })
    const { recorded, replies: answers, first } = once(event)
    let timer: ReturnType<typeof setTimeout> | undefined
    const patience = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, submitWithinMs, undefined)
    })
    const ready = await Promise.race([answers, patience])
    clearTimeout(timer)
    if (ready) {
      if (!(await recorded)) throw new NotRecorded()
      const errors = ready.find((reply) => reply.type === 'field-errors')
      const form = ready.find((reply) => reply.type === 'form')
      if (errors) delivery.answer(renderFieldErrors(errors.errors))
      else if (form)
        delivery.answer({ response_action: 'update', view: renderForm(form.form, event.message) })
      else delivery.answer({ response_action: 'clear' })
      if (first) await show(ready.filter((reply) => reply.type !== 'form'))
      return
    }
    // The result follows as a message; what was entered is with the core.
    delivery.answer({ response_action: 'update', view: renderForm(waitingForm(locale)) })
    if (!first) return
    const late = await answers
    const mend = late.flatMap((reply) => (reply.type === 'field-errors' ? Object.values(reply.errors) : []))
    await show(mend.length > 0 ? [{ type: 'card', place: 'new', card: mendCard(mend, locale) }] : late)
  }

  return async (body, delivery) => {
    delivery.reached = true
    const here = workspace()
    const from = envelope.safeParse(body).data ?? {}
    if (foreign(from, here)) {
      log.warn('something from another workspace was not listened to')
      return delivery.answer()
    }
    if (aboutPeople.has(from.event?.type ?? '')) {
      await people.changed(from.event?.user)
      return delivery.answer()
    }
    const user = userOf(from)
    const locale = (user && (await people.introduce(user))) || 'ja'
    const refusedFiles: FileProblem['problem'][] = []
    const events = await parseAll(body, {
      locale,
      botUser: here.botUser,
      readFile: async (file) => {
        try {
          return await files.fetch(file)
        } catch (error) {
          // Slack repeats an event at once, after a minute and after five; the last time the person is told.
          if (error instanceof FileProblem && error.problem === 'unreachable' && delivery.retry < 3)
            throw error
          refusedFiles.push(error instanceof FileProblem ? error.problem : 'unreachable')
          return none
        }
      },
    })
    const ephemeral = (event: InboundEvent) =>
      event.type === 'words' ? from.response_url !== undefined : from.container?.is_ephemeral === true
    const showing = (event: InboundEvent) => (rest: readonly Reply[]) =>
      replies.show(rest, {
        event,
        locale,
        ...(from.response_url && { hook: from.response_url }),
        ephemeral: ephemeral(event),
        ...(from.view && { view: from.view.root_view_id ?? from.view.id }),
        again: delivery.retry > 0,
      })

    const [only] = events
    if (!only) return delivery.answer()
    if (only.type === 'submit') return submit(only, delivery, locale, showing(only))
    if (only.type === 'lookup') {
      const found = (await receive(only, () => {})).find((reply) => reply.type === 'options')
      return delivery.answer(renderOptions(found?.options ?? [], locale))
    }
    const wanted = events.filter((event) => event.type !== 'file' || event.bytes !== none)
    const started = wanted.map((event) => ({ event, ...once(event) }))
    const safe = await Promise.all(started.map(({ recorded }) => recorded))
    if (safe.includes(false)) throw new NotRecorded()
    delivery.answer()
    for (const { event, replies: answers, first } of started) if (first) await showing(event)(await answers)
    for (const problem of new Set(refusedFiles)) {
      const token = options.mark(`file:${only.key}:${problem}`)
      await sending.send(only.sender, fileProblemCard(problem, options.largestFile, locale), token)
    }
  }
}

/** Stands for the bytes of a file that could not be had. */
const none = new Uint8Array(0)
