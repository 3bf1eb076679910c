// What the demo city runs besides its interviews: the trainings of the year, one of which has been held, what people
// learn by themselves, an announcement, desks for consultation.
import type { FormValues } from '../cards/card.ts'
import type { City } from '../compose.ts'
import type { Actor } from './demo-actor.ts'
import type { PersonEntry } from './wire.ts'

const PLAN = `研修コード,研修名,種別,開催日,時間,会場,定員,受付開始,受付終了,受講期限,所要時間,承認,必修,選考,アンケート,対象級,対象年次,指名,ねらい
K-101,新規採用職員研修,階層別,2027/5/20,9:00〜16:30,第1研修室,30,2027/5/6,2027/5/14,,,不要,要,,要,,1年目,新規採用,市職員としての基礎を身につける
S-201,窓口対応研修,専門,2027/6/8,13:30〜16:00,第2研修室,4,2027/5/6,2027/5/28,,,要,,,要,1-2,,,お客さまに伝わる説明を練習する
L-301,政策法務研修,専門,2027/6/10,10:00〜12:00,第1研修室,3,2027/5/12,2027/5/26,,,要,,抽選,要,3-4,,,条例づくりの基本を学ぶ
L-301,政策法務研修,専門,2027/6/11,10:00〜12:00,第1研修室,3,2027/5/12,2027/5/26,,,要,,抽選,要,3-4,,,条例づくりの基本を学ぶ
B-151,文書事務研修,専門,2027/5/7,13:30〜15:00,第2研修室,20,2027/4/20,2027/4/30,,,不要,,,要,1,,,公文書の作り方と残し方を学ぶ
C-401,情報セキュリティ研修,eラーニング,,,,,2027/5/17,2027/6/30,2027/6/30,45,不要,要,,,5-7,,全員,管理職として情報を守る
`
const WELCOME = 'K-101'
const COUNTER = 'S-201'
const WRITING = 'B-151'

/** HR takes in the plan of the year, publishes it, and nominates whoever is new; one list waits for HR. */
export async function planTrainings(act: Actor, { core }: City, officer: PersonEntry): Promise<void> {
  const seen = await act.give(officer, '研修計画.csv', new TextEncoder().encode(`\ufeff${PLAN}`))
  const applied = await act.press(officer, seen, 'trainings.import-apply')
  const plan = await act.press(officer, applied, 'trainings.plan')
  await act.press(officer, plan, 'trainings.publish-all')
  const { id, version } = await core.db.prisma.course.findFirstOrThrow({ where: { code: WELCOME } })
  const data = { course: id, version }
  const proposed = await act.click(officer, { id: 'trainings.nominations', data })
  await act.press(officer, proposed, 'trainings.nominate')
}

/** The first people whom it is meant for, of the sections whose supervisor approves. */
export async function applyForTraining(
  act: Actor,
  { core }: City,
  cast: readonly PersonEntry[],
  count: number,
): Promise<void> {
  const course = await core.db.prisma.course.findFirstOrThrow({
    where: { code: COUNTER },
    include: { sessions: true },
  })
  const data = { course: course.id, session: course.sessions[0]?.id ?? 0 }
  const young = cast.filter(({ title }) => /^主事/.test(title))
  for (const person of young.slice(0, count)) await act.click(person, { id: 'trainings.apply', data })
}

/** The youngest take the seats of the first course of the year. */
export async function fillFirstCourse(
  act: Actor,
  { core }: City,
  cast: readonly PersonEntry[],
): Promise<void> {
  const { id: course, sessions } = await core.db.prisma.course.findFirstOrThrow({
    where: { code: WRITING },
    include: { sessions: true },
  })
  const data = { course, session: sessions[0]?.id ?? 0 }
  for (const person of cast.filter(({ title }) => title === '主事補').slice(0, 7))
    await act.click(person, { id: 'trainings.apply', data })
}

/** HR ticks off who was there; the last one is still to be recorded. */
export async function recordFirstCourse(act: Actor, { core }: City, officer: PersonEntry): Promise<void> {
  const signUps = await core.db.prisma.signUp.findMany({
    where: { status: 'confirmed', course: { code: WRITING } },
    orderBy: { id: 'asc' },
  })
  const [first] = signUps
  if (!first) throw new Error('nobody takes part in the first course of the demo city')
  const ids = signUps.map(({ id }) => String(id))
  const data = { course: first.courseId, session: first.sessionId ?? 0 }
  const opened = await act.click(officer, { id: 'trainings.tick', data })
  await act.fill(officer, opened, { present: ids.slice(0, -2), away: ids.slice(-2, -1) })
}

/** The first of those who were there answer the three questions. */
export async function answerSurvey(act: Actor, { core }: City, count: number): Promise<void> {
  const attended = await core.db.prisma.signUp.findMany({
    where: { status: 'attended', course: { code: WRITING } },
    orderBy: { id: 'asc' },
    take: count,
  })
  for (const [n, { id: signUp, personId }] of attended.entries())
    await act.submit(
      { id: personId },
      'trainings.survey-send',
      { useful: String(4 + (n % 2)), applied: String(3 + (n % 3)) },
      { signUp },
    )
}

/** What people learn by themselves: the year's budget, one application that waits for HR, one for the supervisor. */
export async function applyForSelfDevelopment(
  act: Actor,
  { core }: City,
  cast: readonly PersonEntry[],
  officer: PersonEntry,
): Promise<void> {
  const year = 2027
  await act.submit(officer, 'trainings.self-budget-save', { yen: '500000' }, { year })
  const staff = cast.filter(({ title }) => /^主任/.test(title))
  const wanted = [
    ['簿記2級の受験', '30000'],
    ['手話講座（全10回）', '12000'],
  ]
  for (const [n, [title = '', yen = '']] of wanted.entries()) {
    const person = staff[n]
    if (!person) continue
    const dates = { from: '2027-06-01', to: '2027-06-30' }
    await act.submit(person, 'trainings.self-save', { kind: 'subsidy', title, yen, ...dates })
  }
  const first = await core.db.prisma.selfDevelopment.findFirst({ orderBy: { id: 'asc' } })
  if (first?.approverId)
    await act.click(
      { id: first.approverId },
      { id: 'trainings.self-approve', data: { application: first.id, version: first.version } },
    )
}

/** The last of the city have read the announcement. */
export async function acknowledge(
  act: Actor,
  { core }: City,
  cast: readonly PersonEntry[],
  count: number,
): Promise<void> {
  const { id: broadcast } = await core.db.prisma.broadcast.findFirstOrThrow()
  for (const person of cast.slice(-count))
    await act.click(person, { id: 'broadcasts.acknowledge', data: { broadcast } })
}

/** To everybody, so that the number is typed. */
export async function announce(act: Actor, officer: PersonEntry): Promise<void> {
  const written = await act.submit(officer, 'broadcasts.text', {
    title: '夏の軽装のお知らせ',
    body: '6月1日(火)から9月30日(木)まで、軽装での勤務ができます。来庁される方への応対では、名札の着用をお願いします。',
    options: ['acknowledge'],
  })
  const opened = await act.press(officer, written, 'broadcasts.send')
  const form = opened.find((reply) => reply.type === 'form')?.form
  await act.fill(officer, opened, { count: String(form?.data?.count ?? '') })
}

export async function listDesks(act: Actor, officer: PersonEntry): Promise<void> {
  const desks: FormValues[] = [
    { kind: 'harassment', name: 'ハラスメント相談窓口', phone: '内線 2345', hours: '平日 9:00〜17:00' },
    { kind: 'health', name: '健康相談（保健師）', phone: '内線 2350', place: '本庁舎2階 健康管理室' },
    { kind: 'career', name: 'キャリア相談', phone: '内線 2346', about: '異動希望や資格の取得など' },
  ]
  const english = ['Harassment', 'Health (public health nurse)', 'Career']
  for (const [at, desk] of desks.entries())
    await act.submit(officer, 'consultation.save', { ...desk, nameEn: english[at] ?? '' })
}
