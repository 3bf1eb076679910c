// Where the database speaks of a person: every column that holds a person's id. What is asked under the privacy law
// (開示・消去) and what happens to those who left goes by this list; records.test.ts holds it complete.
import type { Bilingual } from '../../kernel/language.ts'

/**
 * When a person is forgotten: the row goes (`delete`), the id goes (`clear`), the row stays under a number that leads to
 * nobody (`keep`), with `blank` columns emptied.
 */
export interface Reference {
  readonly table: string
  readonly column: string
  /** What the person is in it. */
  readonly as: Bilingual
  readonly forget: 'delete' | 'clear' | 'keep'
  readonly blank?: Readonly<Record<string, string>>
  /** Rows that are not theirs to see yet, or at all: what is proposed, a transfer before its day ($2 is today). */
  readonly unless?: string
  /** Columns that say something of another person. */
  readonly hide?: readonly string[]
  /** What they wrote themselves, sealed: the label to open it under. Without it sealed columns are left out. */
  readonly wrote?: (row: Readonly<Record<string, unknown>>) => string
}

const about: Bilingual = { ja: '本人', en: 'the person' }
const did = (ja: string, en: string): Bilingual => ({ ja, en })
const ref = (
  at: `${string}.${string}`,
  as: Bilingual,
  forget: Reference['forget'],
  more: Partial<Reference> = {},
): Reference => {
  const [table = '', column = ''] = at.split('.')
  return { table, column, as, forget, ...more }
}

const future = 't.valid_from > $2::date'
const draftRound = `EXISTS (SELECT FROM gathering_round r WHERE r.id = t.round_id AND r.status = 'draft')`

export const references: readonly Reference[] = [
  ref('identity.person_id', about, 'delete'),
  ref('post.person_id', about, 'delete', { unless: future }),
  ref('route.subject_person_id', about, 'delete', { unless: future }),
  ref('route.evaluator_id', did('評価者・上司', 'evaluator or supervisor'), 'delete', { unless: future }),
  ref('absence.person_id', about, 'delete'),
  ref('absence.deputy_id', did('代理', 'deputy'), 'clear'),
  ref('role_grant.person_id', about, 'delete'),
  ref('account_matter.person_id', about, 'delete'),
  ref('app_installation.person_id', about, 'delete'),
  ref('app_installation.asked_by_id', did('アプリの導入を頼んだ方', 'asked for the app'), 'keep'),
  ref('booking.person_id', about, 'delete'),
  ref('feed.person_id', about, 'delete'),
  ref('busy_source.person_id', about, 'delete'),
  ref('busy_time.person_id', about, 'delete'),
  ref('notice.recipient_id', did('お知らせの宛先', 'recipient'), 'keep', { blank: { detail: `'{}'` } }),
  ref('outbox.recipient_id', did('送信の宛先', 'recipient'), 'keep', {
    blank: { conversation: 'NULL', message_ref: 'NULL' },
  }),
  ref('audit.actor_id', did('操作した方', 'who did it'), 'keep', { hide: ['change'] }),
  ref('audit.subject_person_id', did('変更された方', 'whose data it was'), 'keep', {
    unless: `coalesce(t.change->>'on', '') > $2::text`,
  }),
  ref('closure.created_by_id', did('休止を決めた方', 'who set the pause'), 'keep'),
  ref('assembly_session.created_by_id', did('議会の会期を入れた方', 'who entered the assembly'), 'keep'),
  ref('assembly_member.person_id', about, 'delete'),
  ref('staff_import.created_by_id', did('取り込んだ方', 'who brought it in'), 'keep'),
  ref('training_import.created_by_id', did('取り込んだ方', 'who brought it in'), 'keep'),
  ref('desk.person_id', did('相談窓口の担当', 'contact of a desk'), 'clear'),
  ref('broadcast.author_id', did('お知らせの作成者', 'author'), 'keep'),
  ref('broadcast.approver_id', did('お知らせの承認者', 'approver'), 'keep'),
  ref('broadcast_list.author_id', did('宛先の一覧を入れた方', 'who brought in a list'), 'delete'),
  ref('broadcast_recipient.person_id', did('お知らせの対象', 'recipient'), 'keep'),
  ref('interview.person_id', about, 'keep'),
  ref('participant.person_id', did('面談者・同席者', 'conductor or observer'), 'keep'),
  ref('slot.owner_id', did('候補日を出した方', 'who offered the hour'), 'keep', { blank: { place: `''` } }),
  ref('meeting.conductor_id', did('面談者', 'conductor'), 'keep', { blank: { place: `''` } }),
  ref('confirmation.person_id', about, 'keep'),
  ref('arrangement.owner_id', did('日程調整をした方', 'who arranged'), 'keep'),
  ref('deadline_request.requested_by_id', about, 'keep'),
  ref('deadline_request.settled_by_id', did('期限を決めた方', 'who decided'), 'keep'),
  ref('sign_up.person_id', about, 'keep', { blank: { decline_reason: `''` } }),
  ref('sign_up.approver_id', did('承認者', 'approver'), 'clear'),
  ref('sign_up.decided_by_id', did('決めた方', 'who decided'), 'keep'),
  ref('sign_up.recommended_by_id', did('推薦した方', 'who recommended'), 'keep'),
  ref('nomination.person_id', about, 'keep', { unless: `t.status = 'proposed'` }),
  ref('nomination.settled_by_id', did('指名を決めた方', 'who decided'), 'keep'),
  ref('attendance_code.created_by_id', did('出席コードを作った方', 'who made the code'), 'keep'),
  ref('code_tries.person_id', about, 'delete'),
  ref('self_development.person_id', about, 'keep', {
    blank: { title: `'-'`, decline_reason: `''`, result: `''`, result_url: `''` },
  }),
  ref('self_development.approver_id', did('承認者', 'approver'), 'clear'),
  ref('self_development.decided_by_id', did('決めた方', 'who decided'), 'keep'),
  ref('one_on_one.lead_id', did('1on1の上司・トレーナー', 'supervisor or trainer'), 'keep', {
    blank: { place: `''` },
  }),
  ref('one_on_one.member_id', did('1on1の本人', 'member'), 'keep', { blank: { place: `''` } }),
  ref('one_on_one_answer.person_id', about, 'keep'),
  ref('one_on_one_topic.author_id', did('話題を書いた方', 'author'), 'delete', {
    wrote: (row) => `one-on-one topic ${row.series_id}`,
  }),
  ref('one_on_one_feeling.person_id', about, 'delete', {
    wrote: (row) => `one-on-one feeling ${row.person_id}`,
  }),
  // May be a public record (行政文書): it stays, sealed, to the day that was set when it was written.
  ref('one_on_one_note.author_id', did('ノートを書いた方', 'author'), 'keep', {
    wrote: (row) => `one-on-one note ${row.series_id}`,
  }),
  ref('mentoring_programme.coordinator_id', did('メンター制度の担当', 'coordinator'), 'keep'),
  ref('mentoring_programme.contact_id', did('メンター制度の相談先', 'contact'), 'clear'),
  ref('mentoring_member.person_id', about, 'keep', {
    blank: { sealed: 'NULL' },
    wrote: (row) => `mentoring.answer:${row.programme_id}:${row.person_id}`,
  }),
  // What is only being considered is the coordinator's; who asks for another partner is told to nobody else.
  ref('mentoring_pair.mentee_id', did('メンティ', 'mentee'), 'keep', {
    blank: { rematch: 'NULL' },
    unless: `t.status IN ('proposed', 'forbidden')`,
  }),
  ref('mentoring_pair.mentor_id', did('メンター', 'mentor'), 'keep', {
    blank: { rematch: 'NULL' },
    unless: `t.status IN ('proposed', 'forbidden')`,
  }),
  ref('mentoring_check_in.person_id', about, 'keep'),
  ref('gathering_series.coordinator_id', did('座談会の運営担当', 'coordinator of round tables'), 'clear'),
  // Whom they would rather not sit with is opened for nobody.
  ref('gathering_member.person_id', about, 'keep', { blank: { sealed: 'NULL' } }),
  // A draft is nobody's to see yet.
  ref('gathering_table.host_id', did('座談会の進行役', 'host of a round table'), 'keep', {
    unless: draftRound,
  }),
  ref('gathering_seat.person_id', about, 'keep', { unless: draftRound }),
  ref('handover.from_id', did('業務を引き継いだ方', 'handed work over'), 'keep'),
  ref('handover.to_id', did('業務を引き受けた方', 'took work over'), 'keep'),
  ref('handover.started_by_id', did('引継ぎを始めた方', 'who started the handover'), 'keep'),
]

/** In the trail of a person: whose evaluators others are, by staff number. */
export const ofTheirLine = ['supervisor', 'assistant', 'first', 'second', 'adjuster', 'decider']

/** Rows that hang on one of the above and say more of the same person: by which column they hang on it. */
export interface Attached {
  readonly table: string
  readonly column: string
  readonly to: string
  /** Only where the person is this in it. */
  readonly by: string
}

export const attached: readonly Attached[] = [
  { table: 'report', column: 'sign_up_id', to: 'sign_up', by: 'person_id' },
  { table: 'sign_up_wish', column: 'sign_up_id', to: 'sign_up', by: 'person_id' },
  { table: 'arrangement_answer', column: 'interview_id', to: 'interview', by: 'person_id' },
  { table: 'suits', column: 'interview_id', to: 'interview', by: 'person_id' },
  { table: 'ojt_week', column: 'series_id', to: 'one_on_one', by: 'member_id' },
  { table: 'one_on_one_meeting', column: 'series_id', to: 'one_on_one', by: 'member_id' },
  { table: 'course', column: 'id', to: 'sign_up', by: 'person_id' },
  { table: 'meeting', column: 'id', to: 'interview', by: 'person_id' },
]

/** Columns that another person wrote, or that no export may hold: secrets, sealed content, marks. */
export const neverShown: ReadonlySet<string> = new Set([
  'sealed',
  'rematch',
  'detail',
  'token',
  'token_hash',
  'hash',
  'salt',
  'seed',
  'proposal',
  'rows',
  'audience',
  'weights',
  'participation',
  'mentee_audience',
  'mentor_audience',
  'priority',
  'target',
  'nomination',
  'score',
  'fence',
  'leased_until',
])

/**
 * Columns whose JSON may name people by id: pseudonymous once the person is forgotten. Any other JSON column names
 * nobody. records.test.ts holds both lists complete.
 */
export const jsonWithIds: readonly string[] = [
  'arrangement.proposal',
  'audit.change',
  'broadcast.audience',
  'broadcast_list.rows',
  'course.nomination',
  'course.priority',
  'course.target',
  'cycle.participation',
  'draw.result',
  'gathering_series.audience',
  'inbox.again',
  'mentoring_programme.mentee_audience',
  'mentoring_programme.mentor_audience',
  'notice.detail',
  'setting.value',
  'staff_import.rows',
  'staff_import.summary',
  'training_import.rows',
  'training_import.summary',
]
export const jsonWithoutPeople: readonly string[] = ['mentoring_programme.weights']

/** Integer columns that end in `_id` and lead to no person. */
export const otherIds: readonly string[] = [
  'arrangement_answer.interview_id',
  'course.lecturer_section_id',
  'course.section_id',
  'interview.post_id',
  'gathering_seat.round_id',
  'gathering_series.section_id',
  'handover.section_id',
  'handover_template.section_id',
  'mentoring_programme.section_id',
  'suits.interview_id',
  'training_import.course_id',
]
