// From one activity of Teams to the core and back. Words used here: invoke (an activity that waits for its answer: a
// press, a dialog, a search), recorded (safely on disk at the core: only then is an activity acknowledged).
import { z } from 'zod'
import type { FieldErrors, Form } from '../../cards/card.ts'
import { languageOf as shownLanguage } from '../../cards/fit.ts'
import type { InboundEvent, Reply } from '../../chat/chat.ts'
import type { Language } from '../../kernel/language.ts'
import type { Log } from '../../kernel/log.ts'
import { FileProblem } from '../file.ts'
import { createOnce, type Receive } from '../once.ts'
import { type Files, readConsent } from './files.ts'
import { renderForm, renderFormMessage, renderOptions } from './form.ts'
import type { Forms } from './forms.ts'
import { isCancel, languageOf, parseAll } from './parse.ts'
import type { People } from './people.ts'
import type { Replies } from './replies.ts'
import type { Sending } from './send.ts'
import { fileProblemCard, givenCard, mendCard, note, say, takenCard } from './texts.ts'

/** What an activity is answered with over HTTP. */
export interface Answer {
  readonly status: number
  readonly body?: object
}

/** What is still to be shown once the activity has its answer. */
type Rest = readonly Reply[]

export interface InboundOptions {
  readonly tenant: string
  readonly receive: Receive
  readonly people: People
  readonly files: Files
  readonly largestFile: number
  readonly sending: Sending
  readonly replies: Replies
  readonly log: Log
  readonly forms: Forms
  /** Work that goes on after the answer. */
  readonly later: (work: Promise<void>) => void
  /** Invokes are answered by then, ready or not: Teams tells the person that the app does not respond. */
  readonly invokeWithinMs?: number
}

const envelope = z.object({
  type: z.string(),
  name: z.string().optional(),
  locale: z.string().optional(),
  serviceUrl: z.string(),
  replyToId: z.string().optional(),
  from: z.object({ id: z.string(), aadObjectId: z.string().nullish() }),
  conversation: z.object({ id: z.string(), conversationType: z.string().optional() }),
})
type Envelope = z.infer<typeof envelope>

const ok: Answer = { status: 200 }
const notRecorded: Answer = { status: 503 }
const invoked = (body: object): Answer => ({ status: 200, body })
const inPlace = (content: object): Answer =>
  invoked({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: content })
const toast = (value: string): Answer =>
  invoked({ statusCode: 200, type: 'application/vnd.microsoft.activity.message', value })
const dialog = (value: object): Answer => invoked({ task: { type: 'continue', value } })
const closing = (value: string): Answer => invoked({ task: { type: 'message', value } })

export function createInbound(options: InboundOptions): (activity: unknown) => Promise<Answer> {
  const { receive, people, files, forms, sending, replies, log, later, invokeWithinMs = 8_000 } = options
  const once = createOnce(receive)

  const card = (shown: Parameters<Sending['draw']>[0]): object =>
    sending.draw(shown).attachments[0]?.content ?? {}

  const refill = (event: InboundEvent & { type: 'submit' }, errors: FieldErrors) => ({
    values: event.values,
    errors,
    ...(event.message && { message: event.message }),
  })

  const messageOf = (event: InboundEvent) =>
    event.type === 'click' || event.type === 'submit' ? event.message : undefined

  /** A form as it was opened, to be drawn again with what was typed. */
  const openedForm = (event: InboundEvent & { type: 'submit' }): Promise<Form | undefined> =>
    forms.find(event.sender.user, event.form, event.data)

  /** As the core speaks to this person, where it has said something: their choice may not be their client's. */
  const languageFor = (event: InboundEvent, given: readonly Reply[]): Language => {
    const spoken = given.flatMap((reply) =>
      reply.type === 'card'
        ? shownLanguage(reply.card)
        : reply.type === 'form'
          ? shownLanguage(reply.form)
          : [],
    )
    return spoken[0] ?? event.sender.locale
  }

  const keepForms = async (event: InboundEvent, given: readonly Reply[]) => {
    for (const reply of given) if (reply.type === 'form') await forms.keep(event.sender.user, reply.form)
  }

  /** The answer to a press on a card, in its place, and what else is to be shown. */
  const toPress = async (
    event: InboundEvent,
    given: readonly Reply[],
    pressed?: string,
  ): Promise<[Answer, Rest]> => {
    const locale = languageFor(event, given)
    const errors = given.find((reply) => reply.type === 'field-errors')
    if (errors && event.type === 'submit') {
      const form = await openedForm(event)
      if (!form) return [inPlace(card(mendCard(Object.values(errors.errors), locale))), []]
      return [
        inPlace(renderFormMessage(form, refill(event, errors.errors)).attachments[0]?.content ?? {}),
        [],
      ]
    }
    const at = given.findIndex((reply) => reply.type === 'card' && reply.place === 'replace')
    const found = given[at]
    if (found?.type === 'card') {
      // A form in the chat stands below the card from which it came: both are brought up to date.
      if (event.type === 'submit' && event.message && event.message.id !== pressed)
        return [inPlace(card(takenCard(found.card.summary, locale))), given]
      return [inPlace(card(found.card)), given.filter((_, index) => index !== at)]
    }
    // The form itself was the pressed card: it is not to be sent twice.
    if (event.type === 'submit') {
      const first = given.find((reply) => reply.type === 'card')
      if (first) return [inPlace(card(first.card)), given.filter((reply) => reply !== first)]
    }
    return [toast(say('below', locale)), given]
  }

  const toDialog = async (event: InboundEvent, given: readonly Reply[]): Promise<[Answer, Rest]> => {
    const locale = languageFor(event, given)
    const message = messageOf(event)
    const errors = given.find((reply) => reply.type === 'field-errors')
    if (errors && event.type === 'submit') {
      const form = await openedForm(event)
      if (form) return [dialog(renderForm(form, refill(event, errors.errors))), []]
      const mend = mendCard(Object.values(errors.errors), locale)
      return [closing(say('mend', locale)), [{ type: 'card', place: 'new', card: mend }]]
    }
    const form = given.find((reply) => reply.type === 'form')
    const rest = given.filter((reply) => reply !== form)
    if (form?.type === 'form') return [dialog(renderForm(form.form, message ? { message } : {})), rest]
    if (event.type === 'submit') return [ok, rest]
    const first = rest.find((reply) => reply.type === 'card')
    return [closing(first?.type === 'card' ? first.card.summary : say('below', locale)), rest]
  }

  const invoke = async (event: InboundEvent, from: Envelope): Promise<Answer> => {
    const { locale } = event.sender
    const inDialog = from.name === 'task/fetch' || from.name === 'task/submit'
    const { recorded, replies: answers, first } = once(event)
    let timer: ReturnType<typeof setTimeout> | undefined
    const patience = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, invokeWithinMs, undefined)
    })
    const ready = await Promise.race([answers, patience])
    clearTimeout(timer)
    const make = async (given: readonly Reply[]): Promise<[Answer, Rest]> => {
      await keepForms(event, given)
      return inDialog ? toDialog(event, given) : toPress(event, given, from.replyToId)
    }
    if (ready) {
      if (!(await recorded)) return notRecorded
      const [answer, rest] = await make(ready)
      if (first) later(replies.show(rest, event))
      return answer
    }
    // The result follows as a message; what was entered is with the core.
    if (first)
      later(
        answers.then(async (late) => {
          const mend = late.flatMap((reply) =>
            reply.type === 'field-errors' ? Object.values(reply.errors) : [],
          )
          const shown: Reply = { type: 'card', place: 'new', card: mendCard(mend, locale) }
          await replies.show(mend.length > 0 ? [shown] : late, event)
        }),
      )
    const waiting = say('waiting', locale)
    return inDialog ? closing(waiting) : toast(waiting)
  }

  /** A person's answer to a file that was offered. */
  const consented = async (
    activity: unknown,
    from: Envelope,
    locale: Language,
  ): Promise<Answer | undefined> => {
    const consent = readConsent(activity)
    if (!consent) return undefined
    const user = from.from.aadObjectId ?? from.from.id
    const { id: conversation } = from.conversation
    const to = { platform: 'teams', tenant: options.tenant, user, conversation } as const
    const work = async () => {
      const given = await files.give(user, consent)
      await sending.post(
        to,
        given.type === 'put' ? given.message : sending.draw(givenCard(given.type, locale)),
      )
      if (given.type !== 'failed' && consent.replyToId)
        await sending.remove({ conversation, id: consent.replyToId })
    }
    later(work())
    return ok
  }

  return async (activity) => {
    const read = envelope.safeParse(activity)
    if (!read.success) return ok
    const from = read.data
    const locale = languageOf(from.locale)
    if (from.conversation.conversationType === 'personal')
      sending.remember(from.conversation.id, from.serviceUrl)
    if (from.type === 'invoke' && isCancel(activity))
      return inPlace(card(note(say('cancelled', locale), locale)))
    const file = from.type === 'invoke' ? await consented(activity, from, locale) : undefined
    if (file) return file
    await people.introduce(activity)

    const refusedFiles: FileProblem['problem'][] = []
    const events = await parseAll(activity, {
      readFile: async (each) => {
        try {
          return await files.fetch(each)
        } catch (error) {
          refusedFiles.push(error instanceof FileProblem ? error.problem : 'unreachable')
          return none
        }
      },
    })
    const [only] = events
    if (!only) {
      if (from.name === 'adaptiveCard/action') return toast(say('old', locale))
      if (from.name === 'task/fetch' || from.name === 'task/submit') return closing(say('old', locale))
      return from.name === 'application/search' ? invoked(renderOptions([])) : ok
    }
    if (only.type === 'lookup') {
      const found = (await receive(only, () => {})).find((reply) => reply.type === 'options')
      return invoked(renderOptions(found?.options ?? []))
    }
    if (from.type === 'invoke') return invoke(only, from)

    const wanted = events.filter((event) => event.type !== 'file' || event.bytes !== none)
    const started = wanted.map((event) => ({ event, ...once(event) }))
    const safe = await Promise.all(started.map(({ recorded }) => recorded))
    if (safe.includes(false)) return notRecorded
    const work = async () => {
      for (const { event, replies: answers, first } of started) {
        const given = await answers
        await keepForms(event, given)
        if (first && event.type !== 'uninstalled') await replies.show(given, event)
      }
      for (const problem of new Set(refusedFiles)) {
        const outcome = await sending.send(
          only.sender,
          fileProblemCard(problem, options.largestFile, locale),
          '',
        )
        if (outcome.type !== 'done') log.warn({ end: outcome.type }, 'a remark about a file did not go')
      }
    }
    later(work())
    return ok
  }
}

/** Stands for the bytes of a file that could not be had. */
const none = new Uint8Array(0)
