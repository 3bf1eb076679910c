// Which training a roster is of: those around today, what the file's name mentions, or what is looked for by name or day.
import { z } from 'zod'
import type { Card, FieldErrors, Form, FormValues } from '../../../cards/card.ts'
import type { Tx } from '../../../db/transaction.ts'
import { titleKey } from '../../../directory/audience.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import type { Ask } from '../../../intake/handler.ts'
import { cutText, normalise } from '../../../kernel/words.ts'
import type { Core } from '../../feature.ts'
import { runs, runsCourse } from '../access.ts'
import { loadCourses } from '../load.ts'
import { type Course, isOnDemand, type Session } from '../state.ts'
import { courseName, sessionTime } from '../words.ts'
import { rollsNear } from './roll.ts'
import { textsIn } from './texts.ts'

/** A select of a message holds so many. */
const mostChoices = 25

/** One time a training was held, or a training without sessions. */
export interface Held {
  readonly course: Course
  readonly session: Session | null
}

function dayIn(text: string): Temporal.PlainDate | undefined | 'bad' {
  if (text === '') return undefined
  const parsed = z.iso.date().safeParse(text)
  return parsed.success ? Temporal.PlainDate.from(parsed.data) : 'bad'
}

/** Which training it is of: what was looked for, else those around today; what the file's name mentions first. */
export async function chooseCard(
  core: Core,
  tx: Tx,
  ask: Ask,
  id: number,
  fileName: string,
  looked?: readonly Held[],
): Promise<Card> {
  const t = textsIn(ask.language).roster
  const held = looked ?? [
    ...(await heldTrainings(core, tx, ask, { mentionedIn: fileName })),
    ...(await rollsNear(core, tx, ask)),
  ]
  const options = [
    ...new Map(held.map((each) => [`${each.course.id}:${each.session?.id ?? 0}`, each])).entries(),
  ].map(([value, { course, session }]) => {
    const when = session ? sessionTime(session, core.zone, ask.language) : textsIn(ask.language).onDemand
    return { label: cutText(`${courseName(course, ask.language)} ${when}`, 75), value }
  })
  return {
    summary: t.summary,
    blocks: [
      { type: 'heading', text: t.heading },
      { type: 'context', text: fileName },
      ...(options.length > 0
        ? [
            { type: 'text', text: t.which } as const,
            {
              type: 'select',
              label: t.training,
              action: { id: 'trainings.roster-of', data: { id } },
              options: options.slice(0, mostChoices),
            } as const,
          ]
        : [{ type: 'text', text: t.none } as const]),
      ...(options.length > mostChoices ? [{ type: 'context', text: t.tooMany(mostChoices) } as const] : []),
      {
        type: 'buttons',
        buttons: [
          { label: t.find, action: { id: 'trainings.roster-find', data: { id } } },
          { label: t.discard, action: { id: 'trainings.roster-discard', data: { id } } },
        ],
      },
    ],
  }
}

/** Trainings of whatever year that this officer runs, by name and days; the latest first. */
export async function heldTrainings(
  core: Pick<Core, 'zone'>,
  tx: Tx,
  ask: Ask,
  wanted: {
    readonly name?: string
    readonly from?: Temporal.PlainDate | undefined
    readonly to?: Temporal.PlainDate | undefined
    /** A text that holds the training's whole name. */
    readonly mentionedIn?: string
  },
): Promise<Held[]> {
  const { from, to, mentionedIn } = wanted
  const name = titleKey(wanted.name ?? '')
  const mine = runs(ask.actor, await loadOrganisation(tx, ask.today, []))
  const at = (day: Temporal.PlainDate) => day.toZonedDateTime(core.zone).toInstant()
  const within = ({ startsAt }: Session) =>
    (!from || Temporal.Instant.compare(startsAt, at(from)) >= 0) &&
    (!to || Temporal.Instant.compare(startsAt, at(to.add({ days: 1 }))) < 0)
  const fits = (course: Course) =>
    mentionedIn === undefined
      ? [course.name, course.nameEn, course.code].some((each) => titleKey(each).includes(name))
      : titleKey(mentionedIn).includes(titleKey(course.name))
  const courses = await loadCourses(tx, { status: { in: ['published', 'closed'] } })
  return courses
    .filter((course) => runsCourse(mine, course) && fits(course))
    .flatMap((course): Held[] =>
      isOnDemand(course)
        ? from || to
          ? []
          : [{ course, session: null }]
        : course.sessions
            .filter((session) => session.status !== 'cancelled' && within(session))
            .map((session) => ({ course, session })),
    )
    .toSorted(
      (a, b) => (b.session?.startsAt.epochMilliseconds ?? 0) - (a.session?.startsAt.epochMilliseconds ?? 0),
    )
}

export function findForm(id: number, { language }: Ask): Form {
  const t = textsIn(language).roster
  return {
    id: 'trainings.roster-found',
    title: t.findTitle,
    submit: t.findSubmit,
    cancel: textsIn(language).cancel,
    data: { id },
    intro: t.findIntro,
    fields: [
      { type: 'text', name: 'name', label: t.findName, optional: true, maxLength: 100 },
      { type: 'date', name: 'from', label: t.findFrom, optional: true },
      { type: 'date', name: 'to', label: t.findTo, optional: true },
    ],
  }
}

export interface Find {
  readonly name: string
  readonly from: Temporal.PlainDate | undefined
  readonly to: Temporal.PlainDate | undefined
}

/** What the form asks for, or what there is to mend. */
export function readFind(values: FormValues, { language }: Ask): Find | { readonly errors: FieldErrors } {
  const t = textsIn(language).roster
  const written = (field: string) => {
    const value = values[field]
    return normalise(typeof value === 'string' ? value : '')
  }
  const [name, from, to] = [written('name'), dayIn(written('from')), dayIn(written('to'))]
  if (from === 'bad') return { errors: { from: t.findDay } }
  if (to === 'bad') return { errors: { to: t.findDay } }
  if (titleKey(name) === '' && !from && !to) return { errors: { name: t.findNothing } }
  if (from && to && Temporal.PlainDate.compare(from, to) > 0) return { errors: { to: t.findOrder } }
  return { name, from, to }
}
