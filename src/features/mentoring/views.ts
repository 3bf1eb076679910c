// Pure: programmes, proposals and pairs in, cards out.
import type { Action, Block, Button, Card, Row } from '../../cards/card.ts'
import { addressed, type Person } from '../../directory/people.ts'
import { formatDate, formatDateYear } from '../../kernel/format.ts'
import type { Language } from '../../kernel/language.ts'
import { type Broken, PARTS, type Told } from './matching/rules.ts'
import { comparisonOf, publicOf, type Second, secondBest } from './matching/solve.ts'
import type { Scene } from './scene.ts'
import type { PairState, ProgrammeState } from './state.ts'
import { textsIn } from './texts.ts'

export const showProgramme = (programme: number): Action => ({
  id: 'mentoring.programme',
  data: { programme },
})
export const showProposal = (programme: number, page = 1): Action => ({
  id: 'mentoring.proposal',
  data: { programme, page },
})
export const showPair = (pair: number): Action => ({ id: 'mentoring.pair', data: { pair } })

export const text = (said: string): Block => ({ type: 'text', text: said })
export const bold = (said: string): Block => ({ type: 'text', text: [{ bold: said }] })
export const buttons = (...all: readonly Button[]): Block => ({ type: 'buttons', buttons: all })
export const notes = (lines: readonly string[] | undefined): Block[] =>
  lines && lines.length > 0 ? [bold(lines.join('\n'))] : []

export const nameIn = (people: ReadonlyMap<number, Person>, language: Language) => (id: number) => {
  const person = people.get(id)
  return person ? addressed(person, language) : '—'
}

export function card(
  language: Language,
  blocks: readonly Block[],
  summary = textsIn(language).summary,
): Card {
  return { language, summary, blocks }
}

export const periodOf = (
  programme: Pick<ProgrammeState, 'startsOn' | 'endsOn'>,
  language: Language,
): string =>
  textsIn(language).periodOf(
    formatDateYear(programme.startsOn, language),
    formatDateYear(programme.endsOn, language),
  )

export interface Counts {
  readonly joined: number
  readonly asked: number
  readonly open: number
}

interface Shown {
  readonly programme: ProgrammeState
  readonly language: Language
  readonly lines?: readonly string[] | undefined
  readonly answers: Readonly<Record<'mentee' | 'mentor', Counts>>
  readonly pairs: Readonly<Record<'active' | 'offered' | 'proposed', number>>
  readonly who: Readonly<Record<'mentee' | 'mentor', string | undefined>>
  readonly contact: string | undefined
  /** How many would be asked if the call went out now; undefined: it is not decided whom it is for. */
  readonly toAsk: Readonly<Record<'mentee' | 'mentor', number>> | undefined
  readonly coordinator: string
  readonly isCoordinator: boolean
  readonly isHr: boolean
}

export function programmeCard(shown: Shown): Card {
  const { programme, language, answers, pairs, toAsk } = shown
  const t = textsIn(language)
  const { id, version } = programme
  const status = programme.status as keyof typeof t.statuses
  const until = programme.signUpUntil
  const open = status === 'draft' || status === 'sign_up' || status === 'running'
  const data = { programme: id, version }
  const hires = programme.kind === 'hires'
  const called = hires ? t.hires.roles : programme.kind === 'handover' ? t.handoverShort : t.roleShort
  const side = (role: 'mentee' | 'mentor') => ({
    label: (programme.kind === 'mentor' ? t.roles : called)[role],
    value: [
      hires && role === 'mentee'
        ? t.hires.byMail
        : (shown.who[role] ?? (answers[role].asked > 0 ? t.named : t.everybody)),
      ...(answers[role].asked > 0
        ? [t.answers(answers[role].joined, answers[role].asked, answers[role].open)]
        : []),
    ].join('\n'),
  })
  const hasProposal = pairs.proposed + pairs.offered + pairs.active > 0
  const main: Button[] = [
    ...(hasProposal || status !== 'draft'
      ? [
          // As soon as both sides are there the next thing is to match them, not to look at nothing.
          !hasProposal && answers.mentee.joined > 0 && answers.mentor.joined > 0
            ? {
                label: t.match.button,
                style: 'primary' as const,
                action: { id: 'mentoring.match', data: { programme: id } },
              }
            : { label: t.match.proposal, style: 'primary' as const, action: showProposal(id) },
        ]
      : []),
    {
      label: t.hand.button,
      ...(status === 'draft' && !hasProposal && { style: 'primary' as const }),
      action: { id: 'mentoring.hand', data: { programme: id } },
    },
    ...(status === 'draft' || status === 'sign_up'
      ? [
          {
            label: status === 'draft' ? t.start.button : t.start.more,
            action: { id: 'mentoring.start', data },
            // With nobody to ask it says what is missing.
            ...(toAsk &&
              toAsk.mentee + toAsk.mentor > 0 && {
                confirm: {
                  title: t.start.title,
                  text: t.start.confirm(called.mentee, toAsk.mentee, called.mentor, toAsk.mentor),
                  yes: t.yes,
                  no: t.no,
                },
              }),
          },
        ]
      : []),
  ]
  const settings: Button[] = [
    { label: t.form.editTitle, action: { id: 'mentoring.edit', data: { programme: id } } },
    { label: t.rules.button, action: { id: 'mentoring.rules', data: { programme: id } } },
    ...(hires
      ? shown.isHr
        ? [{ label: t.hires.button, action: { id: 'mentoring.guests', data: { programme: id } } }]
        : []
      : [{ label: t.who.mentee, action: { id: 'mentoring.who', data: { programme: id, role: 'mentee' } } }]),
    {
      label: hires ? t.hires.who : t.who.mentor,
      action: { id: 'mentoring.who', data: { programme: id, role: 'mentor' } },
    },
  ]
  const ends: Button[] = [
    { label: t.figures.button, action: { id: 'mentoring.figures', data: { programme: id } } },
    ...(open && !shown.isCoordinator ? [{ label: t.take, action: { id: 'mentoring.take', data } }] : []),
    ...(open
      ? [
          {
            label: t.close.button,
            action: { id: 'mentoring.close', data },
            confirm: { title: t.close.title, text: t.close.confirm, yes: t.yes, no: t.no },
          },
          {
            label: t.cancelling.button,
            action: { id: 'mentoring.cancel', data },
            confirm: { title: t.cancelling.title, text: t.cancelling.confirm, yes: t.yes, no: t.no },
          },
        ]
      : []),
    { label: t.back, action: { id: 'mentoring.home', data: {} } },
  ]
  return card(language, [
    { type: 'heading', text: programme.name },
    ...notes(shown.lines),
    {
      type: 'facts',
      facts: [
        { label: t.status, value: t.statuses[status] },
        ...(hires ? [{ label: t.form.kind, value: t.kinds.hires }] : []),
        { label: t.period, value: periodOf(programme, language) },
        ...(until ? [{ label: t.signUpUntil, value: formatDate(until, language) }] : []),
        { label: t.cadence, value: t.cadences[programme.cadence as keyof typeof t.cadences] },
        { label: hires ? t.hires.capacity : t.capacity, value: String(programme.capacity) },
        side('mentee'),
        side('mentor'),
        { label: t.pairs, value: t.pairsOf(pairs.active, pairs.offered, pairs.proposed) },
        { label: t.coordinator, value: shown.coordinator },
        ...(shown.contact ? [{ label: t.contact, value: shown.contact }] : []),
      ],
    },
    ...(open ? [buttons(...main), buttons(...settings)] : []),
    buttons(...ends),
  ])
}

const perPage = 10
const mostReasons = 8

/** So many at most are gone through for reasons, in a programme of thousands that has not been matched yet. */
const mostCompared = 200
const mostNamed = 3

/**
 * Whoever takes part as a mentee and has no pair, and why: by the rules that may be told and by nothing else. Whether
 * somebody is left out because places are few or for what one of the two said in confidence reads the same.
 */
function withoutPair(scene: Scene, language: Language): { readonly lines: readonly string[]; more: number } {
  const { job } = scene
  const t = textsIn(language)
  const held = new Set(scene.pairs.map((pair) => pair.menteeId))
  const alone = job.mentees.filter(({ personId }) => !held.has(personId))
  const name = nameIn(scene.people, language)
  const few = alone.slice(0, mostCompared)
  if (few.length === 0) return { lines: [], more: 0 }
  const shown = publicOf({ ...job, mentees: few })
  const { broken } = comparisonOf(shown)
  // Whom the same keeps out are named together.
  const why = Map.groupBy(shown.mentees, (mentee) => {
    if (shown.mentors.length === 0) return t.without.nobody(t.without.noMentors)
    const counts = new Map<Broken, number>()
    const possible: number[] = []
    for (const mentor of shown.mentors) {
      const rules = broken(mentee, mentor)
      if (rules.length === 0) possible.push(mentor.personId)
      for (const rule of rules) counts.set(rule, (counts.get(rule) ?? 0) + 1)
    }
    if (possible.length > mostNamed) return t.without.some(possible.length)
    if (possible.length > 0) return t.without.only(possible.map(name).join(t.joint), possible.length)
    const reasons = [...counts].flatMap(([rule, n]) =>
      rule === 'private' ? [] : [t.without.why(t.without.reasons[rule], n)],
    )
    return t.without.nobody(reasons.join(t.joint))
  })
  const lines = [...why].slice(0, mostReasons)
  const told = lines.reduce((sum, [, mentees]) => sum + mentees.length, 0)
  return {
    lines: lines.map(([reason, mentees]) => {
      const names = mentees.slice(0, perPage).map(({ personId }) => name(personId))
      const others = mentees.length - names.length
      return `${[...names, ...(others > 0 ? [t.without.more(others)] : [])].join(t.joint)}: ${reason}`
    }),
    more: alone.length - told,
  }
}

export function proposalCard(
  scene: Scene,
  language: Language,
  page: number,
  lines?: readonly string[],
  forCoordinator = false,
): Card {
  const t = textsIn(language)
  const name = nameIn(scene.people, language)
  // Among many people the section says which 木村さん is meant.
  const placed = (personId: number) => {
    if (scene.guests.has(personId)) return `${scene.people.get(personId)?.name ?? '—'}(${t.hires.short})`
    const section = scene.org.section(scene.people.get(personId)?.sectionId ?? 0)?.name
    return section ? `${name(personId)}(${section})` : name(personId)
  }
  const { id, version } = scene.programme
  const order = { proposed: 0, offered: 1, active: 2 } as Record<string, number>
  // Of an offer the same bytes say who has declined it, which is for nobody.
  const wantsOther = ({ status, rematch }: Scene['pairs'][number]) =>
    forCoordinator && status === 'active' && rematch !== null
  const asks = (pair: Scene['pairs'][number]) => Number(wantsOther(pair))
  const pairs = [...scene.pairs].sort(
    (a, b) =>
      asks(b) - asks(a) ||
      (order[a.status] ?? 3) - (order[b.status] ?? 3) ||
      (a.score ?? 101) - (b.score ?? 101),
  )
  const pages = Math.max(1, Math.ceil(pairs.length / perPage))
  const at = Math.min(Math.max(1, page), pages)
  const rows = pairs.slice((at - 1) * perPage, at * perPage).map(
    (pair): Row => ({
      text: t.pair.row(placed(pair.menteeId), placed(pair.mentorId)),
      detail: [
        t.pair.states[pair.status] ?? pair.status,
        ...(pair.source === 'hand' ? [t.pair.byHand] : pair.locked ? [t.pair.locked] : []),
        ...(pair.score === null ? [] : [t.pair.points(pair.score)]),
        // Whoever runs the programme beside the coordinator does not know that somebody asked.
        ...(wantsOther(pair) ? [t.pair.wantsOther] : []),
      ].join(t.joint),
      button: { label: t.pair.details, action: showPair(pair.id) },
    }),
  )
  const alone = withoutPair(scene, language)
  const proposed = pairs.filter(({ status }) => status === 'proposed').length
  return card(language, [
    { type: 'heading', text: `${t.match.proposal}: ${scene.programme.name}` },
    ...notes(lines),
    ...(rows.length > 0 ? [{ type: 'list', rows } satisfies Block] : []),
    ...(pages > 1
      ? [
          { type: 'context', text: t.pageOf(at, pages) } satisfies Block,
          buttons(
            ...(at > 1 ? [{ label: t.previous, action: showProposal(id, at - 1) }] : []),
            ...(at < pages ? [{ label: t.next, action: showProposal(id, at + 1) }] : []),
          ),
        ]
      : []),
    ...(alone.lines.length > 0
      ? [
          bold(t.without.heading),
          text([...alone.lines, ...(alone.more > 0 ? [t.without.more(alone.more)] : [])].join('\n')),
          { type: 'context', text: t.without.next } satisfies Block,
        ]
      : []),
    buttons(
      ...(proposed > 0
        ? [
            {
              label: t.publish.button,
              style: 'primary' as const,
              action: { id: 'mentoring.publish', data: { programme: id, version } },
              confirm: { title: t.publish.title, text: t.publish.confirm(proposed), yes: t.yes, no: t.no },
            },
          ]
        : []),
      {
        label: proposed > 0 ? t.match.again : t.match.button,
        action: { id: 'mentoring.match', data: { programme: id } },
      },
      { label: t.hand.button, action: { id: 'mentoring.hand', data: { programme: id } } },
      { label: t.back, action: showProgramme(id) },
    ),
    { type: 'context', text: t.match.unpublished },
  ])
}

/** What a pair breaks of what may be told; nothing that somebody said in confidence. */
export function brokenOf(scene: Scene, menteeId: number, mentorId: number): Broken[] {
  const shown = publicOf(scene.job)
  const mentee = shown.mentees.find(({ personId }) => personId === menteeId)
  const mentor = shown.mentors.find(({ personId }) => personId === mentorId)
  return mentee && mentor ? comparisonOf(shown).broken(mentee, mentor) : []
}

const toldRules = ['same-section', 'in-line', 'past-pair', 'grade'] as const
/** What a handover is judged by. */
const toldOfHandover = ['skill', 'past-pair'] as const
/** Until they join there is no section, grade or line to compare. */
const toldOfHires = ['in-line', 'past-pair'] as const

/** What nobody has answered is said to be so, and no score is made of the rest. */
function scoreLines({ total, parts }: Told, language: Language): string {
  const all = textsIn(language)
  const told = PARTS.filter((part) => part !== 'wish')
  const unknown = told.filter((part) => parts[part] === undefined)
  if (total === undefined) return all.pair.noPoints(unknown.map((part) => all.parts[part]).join(all.joint))
  return [
    all.pair.points(total),
    ...told.map((part) => all.pair.partLine(all.parts[part], parts[part] ?? 0)),
  ].join('\n')
}

export function pairCard(
  scene: Scene,
  pair: PairState,
  language: Language,
  {
    forCoordinator,
    asks,
    lines,
    named = false,
  }: {
    forCoordinator: boolean
    asks?: number | undefined
    lines?: readonly string[] | undefined
    /** Just now, by hand: a dozen are named one after the other. */
    named?: boolean
  },
): Card {
  const t = textsIn(language)
  const name = nameIn(scene.people, language)
  const { id, version, menteeId, mentorId, programmeId } = pair
  const mentee = scene.job.mentees.find(({ personId }) => personId === menteeId)
  const mentor = scene.job.mentors.find(({ personId }) => personId === mentorId)
  const broken = new Set(brokenOf(scene, menteeId, mentorId))
  const held = scene.pairs.filter((each) => each.mentorId === mentorId).length
  const told =
    scene.programme.kind === 'hires' ? toldOfHires : scene.job.rules.bySkill ? toldOfHandover : toldRules
  const rules = [
    ...told.map((rule) => (broken.has(rule) ? `△ ${t.broken[rule]}` : `○ ${t.passed[rule]}`)),
    ...(mentor && held > mentor.capacity ? [`△ ${t.full(name(mentorId), mentor.capacity)}`] : []),
  ]
  const score = mentee && mentor ? comparisonOf(publicOf(scene.job)).told(mentee, mentor) : undefined
  const second: Second | undefined =
    forCoordinator && mentee
      ? secondBest(scene.job, new Map(scene.pairs.map((each) => [each.menteeId, each.mentorId])), menteeId)
      : undefined
  const nextBest = ({ mentorId, score }: Second) =>
    score === undefined ? name(mentorId) : t.pair.withPoints(name(mentorId), t.pair.points(score))
  const data = { pair: id, version }
  const sure = (title: string, said: string) => ({ title, text: said, yes: t.yes, no: t.no })
  const proposed: Button[] = [
    // Who was named by hand stays as they are.
    ...(pair.source === 'hand'
      ? []
      : [
          {
            label: pair.locked ? t.pair.unlock : t.pair.lock,
            action: { id: 'mentoring.lock', data: { ...data, locked: !pair.locked } },
          },
        ]),
    { label: t.pair.drop, action: { id: 'mentoring.drop', data } },
    {
      label: t.pair.forbid,
      action: { id: 'mentoring.forbid', data },
      confirm: sure(t.pair.forbid, t.pair.forbidConfirm),
    },
  ]
  const published: Button[] = [
    {
      label: t.pair.end,
      action: { id: 'mentoring.end', data },
      confirm: sure(t.pair.end, t.pair.endConfirm),
    },
  ]
  return card(language, [
    { type: 'heading', text: t.pair.row(name(menteeId), name(mentorId)) },
    ...notes(lines),
    ...(named
      ? [
          buttons({
            label: t.hand.next,
            style: 'primary',
            action: { id: 'mentoring.hand', data: { programme: programmeId } },
          }),
        ]
      : []),
    ...(forCoordinator && asks !== undefined ? [bold(t.pair.asks(name(asks)))] : []),
    {
      type: 'facts',
      facts: [
        { label: t.status, value: t.pair.states[pair.status] ?? pair.status },
        { label: t.pair.rules, value: rules.join('\n') },
        ...(score
          ? [
              {
                label: t.pair.score,
                value: scoreLines(score, language),
              },
            ]
          : []),
        ...(forCoordinator
          ? [
              {
                label: t.pair.second,
                value: !second
                  ? t.pair.noSecond
                  : second.free || second.heldBy.length === 0
                    ? t.pair.secondFree(nextBest(second))
                    : t.pair.secondHeld(nextBest(second), second.heldBy.map(name).join(t.joint)),
              },
            ]
          : []),
      ],
    },
    buttons(...(pair.status === 'proposed' ? proposed : published), {
      label: t.back,
      action: showProposal(programmeId),
    }),
  ])
}
