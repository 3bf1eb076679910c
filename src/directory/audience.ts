// An audience: whom something is for, kept as data. Broadcasts are sent to one, trainings are meant for one.
// Words used here: condition (one thing asked of a person; all that are given must hold), member (a member of staff as
// far as audiences go), reach (the part of the city that whoever asks may write to), group (people whom a feature
// names, such as the participants of a course).
import { z } from 'zod'
import { fiscalYearOf } from '../kernel/fiscal-year.ts'
import { normalise } from '../kernel/words.ts'
import type { Actor, Role } from './actor.ts'
import type { Organisation } from './organisation.ts'

/**
 * supervisor: somebody's supervisor or first evaluator · manager: holds a post of the grade from which the city counts
 * managers (`managerRank`) · the others by the right that was given.
 */
export const audienceRoles = ['supervisor', 'manager', 'hr', 'training', 'clerk'] as const
export type AudienceRole = (typeof audienceRoles)[number]

/** More people than this are chosen by conditions, not by name. */
export const namedPeopleLimit = 5_000

const rank = z.int().min(0).max(1_000)
const year = z.int().min(1).max(60)
const people = z.array(z.int().min(1)).max(namedPeopleLimit)
const codes = z.array(z.string().min(1).max(200)).max(500)

/**
 * As JSON columns keep it. Everything left out does not narrow; `{}` is everybody. Sections are named by code, which
 * a renamed section keeps, people by id.
 */
export const audienceSchema = z.object({
  /** Any of these; `below`: with everything below them. */
  sections: z.object({ codes, below: z.boolean() }).optional(),
  /** Ranks, both included; or one of a list. */
  grades: z
    .object({ from: rank.optional(), to: rank.optional(), in: z.array(rank).max(50).optional() })
    .optional(),
  /** 採用N年目: the fiscal year of hiring is the first. Both included. */
  years: z.object({ from: year.optional(), to: year.optional() }).optional(),
  /** 職種, as the title of a post says it: any of these words within it. */
  occupations: z.array(z.string().min(1).max(40)).max(30).optional(),
  /** 任用区分, any of these, by code. */
  employmentKinds: codes.optional(),
  /** Any of these. */
  roles: z.array(z.enum(audienceRoles)).max(audienceRoles.length).optional(),
  /** Only these, by name or staff number. */
  people: people.optional(),
  /** People whom a feature names: { kind: 'trainings.course', id: 12 }. */
  group: z.object({ kind: z.string().min(1).max(60), id: z.int().min(1) }).optional(),
  /** Left out, whatever else holds. */
  except: z
    .object({
      people: people.optional(),
      sections: codes.optional(),
    })
    .optional(),
  /** Those on leave too. They are left out otherwise, and counted apart. */
  withAbsent: z.boolean().optional(),
})
export type Audience = z.infer<typeof audienceSchema>

/** Whether it asks for nothing at all: everybody within reach. */
export const isEverybody = (audience: Audience): boolean =>
  conditionsOf(audience).length === 0 &&
  !audience.except?.people?.length &&
  !audience.except?.sections?.length

/** The conditions that narrow, by name; exceptions are none. */
export function conditionsOf(
  audience: Audience,
): readonly Exclude<keyof Audience, 'except' | 'withAbsent'>[] {
  const { sections, grades, years, occupations, employmentKinds, roles, people: named, group } = audience
  return [
    ...(sections ? (['sections'] as const) : []),
    ...(grades && (grades.in || grades.from !== undefined || grades.to !== undefined)
      ? (['grades'] as const)
      : []),
    ...(years && (years.from !== undefined || years.to !== undefined) ? (['years'] as const) : []),
    ...(occupations ? (['occupations'] as const) : []),
    ...(employmentKinds ? (['employmentKinds'] as const) : []),
    ...(roles ? (['roles'] as const) : []),
    ...(named ? (['people'] as const) : []),
    ...(group ? (['group'] as const) : []),
  ]
}

/** One part of the city: sections, or all of them; where an occupation is named, only posts of it. */
export interface ReachPart {
  readonly sections: 'all' | ReadonlySet<number>
  readonly occupation?: string
}

/** Whom somebody may write to: the parts together. Nobody where there is none. */
export type Reach = readonly ReachPart[]
export const wholeCity: Reach = [{ sections: 'all' }]

/** The reach that a person's grants of these roles give, on the organisation's day. */
export function reachOf(actor: Pick<Actor, 'grants'>, roles: readonly Role[], org: Organisation): Reach {
  return actor.grants
    .filter((grant) => roles.includes(grant.role))
    .map(({ sectionId, occupation }) => ({
      sections: sectionId === null ? 'all' : org.within(sectionId),
      ...(occupation && { occupation }),
    }))
}

/** Whether one of these posts stands within the reach: in its sections, and of its occupation where it names one. */
export const withinReach = (
  reach: Reach,
  posts: readonly { readonly sectionId: number; readonly title: string }[],
): boolean =>
  reach.some(({ sections, occupation }) =>
    posts.some(
      ({ sectionId, title }) =>
        (sections === 'all' || sections.has(sectionId)) &&
        (!occupation || titleKey(title).includes(titleKey(occupation))),
    ),
  )

/** A post in force on the day. */
export interface MemberPost {
  readonly sectionId: number
  readonly title: string
  readonly gradeRank: number | null
  readonly main: boolean
}

/** Somebody employed on the day, as far as audiences go. */
export interface Member {
  readonly personId: number
  readonly posts: readonly MemberPost[]
  readonly employmentKind: string | null
  /** ISO day. */
  readonly hiredOn: string | null
  readonly absent: boolean
}

/** What a day's directory says, once for all members. */
export interface Setting {
  readonly on: Temporal.PlainDate
  readonly org: Pick<Organisation, 'sections' | 'within' | 'chain'>
  /** The grade from which on posts are managers'. */
  readonly managerRank: number
  /** Who holds each role; those that the audience does not ask for may be missing. `manager` follows from the posts. */
  readonly holders: Readonly<Partial<Record<AudienceRole, ReadonlySet<number>>>>
  /** The people of the audience's group. */
  readonly group?: ReadonlySet<number>
}

/** Sections in force that these codes mean. */
export function sectionIdsOf(
  named: readonly string[],
  org: Pick<Organisation, 'sections' | 'within'>,
  below: boolean,
): ReadonlySet<number> {
  const wanted = new Set(named)
  const tops = org.sections().filter(({ code }) => wanted.has(code))
  return new Set(tops.flatMap(({ id }) => (below ? [...org.within(id)] : [id])))
}

/** 1 in the fiscal year of hiring, 2 in the next: 採用2年目. Below 1 for somebody who has not yet come. */
export const yearOfService = (hiredOn: Temporal.PlainDate, on: Temporal.PlainDate): number =>
  fiscalYearOf(on) - fiscalYearOf(hiredOn) + 1

/** Titles and occupations are compared without regard to width and case. */
export const titleKey = (title: string): string => normalise(title).replace(/\s/g, '').toLowerCase()

/**
 * The rule, made ready for many members: whether each belongs to the audience and to the reach. Section, grade and
 * occupation must hold of one and the same post (a post without a grade counts with that of the main one), and that
 * post must be within reach. Absence is not looked at: who is on leave is counted apart.
 */
export function matcher(audience: Audience, reach: Reach, setting: Setting): (member: Member) => boolean {
  const {
    sections,
    grades,
    years,
    occupations,
    employmentKinds,
    roles,
    people: named,
    group,
    except,
  } = audience
  const { org, on, managerRank, holders } = setting
  const inSections = sections && sectionIdsOf(sections.codes, org, sections.below)
  const notIn = except?.sections && sectionIdsOf(except.sections, org, true)
  const words = occupations?.map(titleKey)
  const kinds = employmentKinds && new Set(employmentKinds)
  const only = named && new Set(named)
  const without = new Set(except?.people ?? [])
  const ranks = grades?.in && new Set(grades.in)
  const parts = reach.map((part) => ({ ...part, word: part.occupation && titleKey(part.occupation) }))
  const inGroup = group && (setting.group ?? new Set<number>())
  const fiscalYear = fiscalYearOf(on)

  const within = (post: MemberPost, title: string) =>
    parts.some(
      (part) =>
        (part.sections === 'all' || part.sections.has(post.sectionId)) &&
        (!part.word || title.includes(part.word)),
    )
  const graded = (found: number | null): boolean => {
    if (!grades || (!ranks && grades.from === undefined && grades.to === undefined)) return true
    if (found === null) return false
    return (
      (!ranks || ranks.has(found)) &&
      (grades.from === undefined || found >= grades.from) &&
      (grades.to === undefined || found <= grades.to)
    )
  }
  const served = (hiredOn: string | null): boolean => {
    if (!years || (years.from === undefined && years.to === undefined)) return true
    if (hiredOn === null) return false
    const hired = Number(hiredOn.slice(0, 4)) - (Number(hiredOn.slice(5, 7)) < 4 ? 1 : 0)
    const nth = fiscalYear - hired + 1
    return (years.from === undefined || nth >= years.from) && (years.to === undefined || nth <= years.to)
  }

  return (member) => {
    const { personId, posts } = member
    if (without.has(personId) || (only && !only.has(personId)) || (inGroup && !inGroup.has(personId)))
      return false
    if (kinds && (member.employmentKind === null || !kinds.has(member.employmentKind))) return false
    if (!served(member.hiredOn)) return false
    const main = posts.find((post) => post.main)
    const rankOf = (post: MemberPost) => post.gradeRank ?? main?.gradeRank ?? null
    // Whoever mainly works in a section that is left out is left out; a second post there does not matter.
    if (notIn && main && notIn.has(main.sectionId)) return false
    if (roles) {
      const holds = roles.some((role) =>
        role === 'manager'
          ? posts.some((post) => (rankOf(post) ?? -1) >= managerRank)
          : (holders[role]?.has(personId) ?? false),
      )
      if (!holds) return false
    }
    return posts.some((post) => {
      const title = words || parts.some((part) => part.word) ? titleKey(post.title) : ''
      return (
        within(post, title) &&
        (!inSections || inSections.has(post.sectionId)) &&
        graded(rankOf(post)) &&
        (!words || words.some((word) => title.includes(word)))
      )
    })
  }
}
