// 印刷用のご案内: people without any account get a code on paper, by the section clerk or HR. It leads to their own page.
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Card, FieldErrors, Form } from '../../cards/card.ts'
import { writeAudits } from '../../db/audit.ts'
import { toDbInstant } from '../../db/time.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import type { Actor } from '../../directory/actor.ts'
import type { Organisation } from '../../directory/organisation.ts'
import { reach as reachOf } from '../../directory/rights.ts'
import { officeName, readSetting } from '../../directory/settings.ts'
import {
  type Ask,
  action,
  type FormAnswer,
  form,
  openForm,
  type Permission,
  say,
} from '../../intake/handler.ts'
import { formatDate } from '../../kernel/format.ts'
import type { Language } from '../../kernel/language.ts'
import type { Core, Feature } from '../feature.ts'
import { loadReach, type Person } from './reach-repository.ts'
import { sheetFile } from './sheet.ts'
import { reachTexts } from './texts-reach.ts'

/** How long a printed code is good for. */
const codeDays = 60
/** A code that nobody has used or printed anew for so long is forgotten. */
const forgottenAfterDays = 120
const tenant = 'paper'
/** Sections that a menu offers. */
const mostSections = 100

const mayPrint: Permission = {
  who: { ja: '人事担当・庶務担当の方', en: 'HR officers and section clerks' },
  allows: (actor) => actor.grants.some(({ role }) => role === 'hr' || role === 'clerk'),
}

/** The sections that somebody prints for: HR their part of the tree, a clerk their own section and those below it. */
function sectionsOf(actor: Actor, org: Organisation): 'all' | ReadonlySet<number> {
  const [hr, clerk] = [reachOf(actor, 'hr', org), reachOf(actor, 'clerk', org)]
  return hr === 'all' || clerk === 'all' ? 'all' : new Set([...hr, ...clerk])
}

const isWithout = ({ by }: Person): boolean => by === null || by === 'paper'

/** Codes that were not used for long are taken back: nobody can tell who has the paper by now. */
export async function forgetOldCodes(tx: Tx, now: Temporal.Instant): Promise<void> {
  await tx.identity.deleteMany({
    where: {
      platform: 'paper',
      lastSeenAt: { lt: toDbInstant(now.subtract({ hours: 24 * forgottenAfterDays })) },
    },
  })
}

type Made = FormAnswer | { readonly errors: FieldErrors }

export function printing(core: Core): Omit<Feature, 'name'> {
  const { paperLink, zone } = core
  const connected = (core.chats ?? []).map(({ platform }) => platform)
  const t = (language: Language) => reachTexts(language).print

  const load = async (tx: Tx, ask: Ask): Promise<readonly Person[]> =>
    loadReach(tx, (org) => sectionsOf(ask.actor, org), connected, ask.today)

  const note = (text: string, language: Language): Card => ({
    language,
    summary: t(language).summary,
    blocks: [{ type: 'text', text }],
  })

  const printForm = (people: readonly Person[], language: Language): Form | undefined => {
    const words = t(language)
    const sections = [...Map.groupBy(people, ({ sectionId }) => sectionId).values()].filter((each) =>
      each.some(isWithout),
    )
    const all =
      sections.length > 0 ? sections : [...Map.groupBy(people, (person) => person.sectionId).values()]
    const options = all
      .slice(0, mostSections)
      .flatMap(([first]) => (first ? [{ label: first.section, value: String(first.sectionId) }] : []))
    if (options.length === 0) return undefined
    const only = options.length === 1 ? options[0] : undefined
    return {
      id: 'accounts.print',
      language,
      title: words.title,
      submit: words.submit,
      cancel: words.cancel,
      intro: words.intro,
      fields: [
        {
          type: 'select',
          name: 'section',
          label: words.section,
          options,
          ...(only && { value: only.value }),
        },
        {
          type: 'select',
          name: 'who',
          label: words.who,
          value: 'unreached',
          options: [
            { label: words.unreached, value: 'unreached' },
            { label: words.everybody, value: 'everybody' },
          ],
        },
      ],
    }
  }

  /** New codes for these people, each ending the one before. Gives each person's own. */
  const newCodes = async (tx: Tx, people: readonly Person[], ask: Ask) => {
    const codes = people.map(({ id }) => ({ id, user: randomBytes(9).toString('base64url') }))
    await tx.identity.deleteMany({
      where: { platform: 'paper', personId: { in: people.map(({ id }) => id) } },
    })
    await tx.identity.createMany({
      data: codes.map(({ id, user }) => ({
        personId: id,
        platform: 'paper',
        tenant,
        userId: user,
        lastSeenAt: toDbInstant(ask.now),
      })),
    })
    await writeAudits(
      tx,
      people.map(({ id }) => ({
        at: ask.now,
        actorId: ask.actor.id,
        via: 'chat',
        action: 'accounts.code-printed',
        subject: `person:${id}`,
        subjectPersonId: id,
        change: { days: codeDays },
        flow: ask.flow,
      })),
    )
    return new Map(codes.map(({ id, user }) => [id, user]))
  }

  return {
    actions: {
      'accounts.printed': action({
        effect: 'reads',
        permission: mayPrint,
        data: z.object({}),
        handle: async (ask) => say(note(t(ask.language).intro, ask.language)),
      }),
      'accounts.print': action({
        effect: 'reads',
        opensForm: true,
        permission: mayPrint,
        data: z.object({}),
        handle: async (ask) => {
          if (!paperLink) return say(note(t(ask.language).off, ask.language))
          const opened = printForm(await load(core.db.prisma, ask), ask.language)
          return opened ? openForm(opened) : say(note(t(ask.language).none, ask.language))
        },
      }),
    },
    commands: [
      {
        id: 'accounts.print-notices',
        phrases: { ja: ['ご案内の印刷', '印刷用のご案内'], en: ['printed notices', 'print notices'] },
        help: { ja: t('ja').help, en: t('en').help },
        permission: mayPrint,
        handle: async (ask) =>
          say({
            ...note(paperLink ? t(ask.language).intro : t(ask.language).off, ask.language),
            blocks: [
              { type: 'heading', text: t(ask.language).title },
              { type: 'text', text: paperLink ? t(ask.language).intro : t(ask.language).off },
              ...(paperLink
                ? [
                    {
                      type: 'buttons',
                      buttons: [
                        { label: t(ask.language).submit, style: 'primary', action: { id: 'accounts.print' } },
                      ],
                    } as const,
                  ]
                : []),
            ],
          }),
      },
    ],
    forms: {
      'accounts.print': form({
        permission: mayPrint,
        data: z.object({}),
        handle: (ask, _, values) =>
          inTransaction(core.db, async (tx): Promise<Made> => {
            const words = t(ask.language)
            if (!paperLink) return say(note(words.off, ask.language))
            const everybody = values.who === 'everybody'
            // Whoever may not print for a section finds nobody in it.
            const within = (await load(tx, ask)).filter(
              ({ sectionId }) => String(sectionId) === values.section,
            )
            const [first] = within
            if (!first) return { errors: { section: words.sectionError } }
            const people = within.filter((person) => everybody || isWithout(person))
            if (people.length === 0) return { errors: { who: words.nobody } }
            const codes = await newCodes(tx, people, ask)
            const until = ask.now.add({ hours: 24 * codeDays })
            const office = (await readSetting(tx, officeName))[ask.language]
            const slips = people.flatMap(({ id, name, title, number }) => {
              const user = codes.get(id)
              return user ? [{ name, title, url: paperLink({ user, number, language: 'ja', until }) }] : []
            })
            const file = sheetFile(
              {
                section: first.section,
                office,
                made: formatDate(ask.today, ask.language),
                until: formatDate(until.toZonedDateTimeISO(zone).toPlainDate(), ask.language),
                slips,
              },
              ask.language,
            )
            return {
              replies: [{ type: 'file', file }],
              // A second delivery gives no second sheet: printing anew would end the first one.
              again: { id: 'accounts.printed' },
            }
          }),
      }),
    },
    on: async (event, tx, now) => {
      if (event.type === 'day-opened') await forgetOldCodes(tx, now)
    },
  }
}
