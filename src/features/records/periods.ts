// How long each kind of record is kept: the city's own decision, with a usual value and the reason for it. A city's rules
// on documents (文書管理規程) come first; the laws named here say why something may not be kept for ever, or must stay.
//
// 個人情報保護法 61条2項: no personal data beyond what its purpose needs. 65条: it is kept correct.
// 労働基準法 109条・143条: important papers of employment, five years (for now three).
// 地方自治法 236条1項: claims of money against a city end after five years.
import { z } from 'zod'
import type { Tx } from '../../db/transaction.ts'
import { setting, writeSetting } from '../../directory/settings.ts'
import type { Bilingual } from '../../kernel/language.ts'

export const periodNames = [
  'interviews',
  'trainings',
  'self-development',
  'one-on-ones',
  'mentoring',
  'gatherings',
  'handover',
  'broadcasts',
  'notices',
  'calendar',
  'posts',
  'absences',
  'imports',
  'figures',
  'trail',
  'leavers',
  'guests',
] as const
export type PeriodName = (typeof periodNames)[number]

export interface Period {
  readonly name: PeriodName
  readonly title: Bilingual
  /** Why this long and no longer. */
  readonly why: Bilingual
  /** In months. */
  readonly usual: number
  readonly least: number
  readonly most: number
  /** Where the number is kept; the name of a field where it is one of several decisions, changed with them in the chat. */
  readonly key: string
  readonly field?: string
}

const months = (least: number, most: number) => z.int().min(least).max(most)

const of = (
  name: PeriodName,
  usual: number,
  [least, most]: readonly [number, number],
  title: Bilingual,
  why: Bilingual,
  kept: { readonly key: string; readonly field?: string } = { key: `records.${name}.kept-months` },
): Period => ({ name, title, why, usual, least, most, ...kept })

export const periods: readonly Period[] = [
  of(
    'interviews',
    60,
    [13, 600],
    { ja: '面談の予定と実施の記録', en: 'interviews: when, with whom, held or not' },
    {
      ja: '人事評価の手続の記録。労働関係の重要な書類（労基法109条、5年）にならう。中身は保存していない',
      en: 'proof that evaluation was carried out; five years, after the law on papers of employment (art. 109)',
    },
  ),
  of(
    'trainings',
    180,
    [13, 600],
    { ja: '研修の計画・申込み・受講履歴', en: 'trainings: plan, sign-ups, what was attended' },
    {
      ja: '受講履歴は配置・育成に使うため長く、在職中の見直しができる15年。消すと「未受講」と数えられる',
      en: 'what somebody has learnt serves their placement: fifteen years; once gone it counts as never attended',
    },
  ),
  of(
    'self-development',
    60,
    [13, 600],
    { ja: '自己啓発の補助・休暇の申請', en: 'self-development: subsidies and leave' },
    {
      ja: '補助金の支出の根拠。金銭債権の消滅時効（地方自治法236条、5年）にならう',
      en: 'ground of a payment; five years, after which claims of money end (Local Autonomy Act, art. 236)',
    },
  ),
  of(
    'one-on-ones',
    24,
    [13, 120],
    { ja: '1on1の予定・話題', en: '1on1s: times and topics' },
    {
      ja: '本人同士のためのもので、目的を終えたら残さない（個人情報保護法61条2項）。ノートは書いた時の期限による',
      en: 'for the two alone and no longer than it serves them (APPI art. 61-2); notes have a last day of their own',
    },
    { key: 'one-on-ones.kept-months' },
  ),
  of(
    'mentoring',
    36,
    [13, 120],
    { ja: 'メンター制度の参加・組合せ', en: 'mentoring: who took part, the pairs' },
    {
      ja: '次の年度以降の組合せの重なりを避け、効果を見るため3年',
      en: 'three years: not to pair the same people again, and to see what it brought',
    },
  ),
  of(
    'gatherings',
    36,
    [13, 120],
    { ja: '座談会の参加・組合せ', en: 'round tables: who took part, the tables' },
    {
      ja: '同じ顔ぶれを避け、効果を見るため3年',
      en: 'three years: not to seat the same people together again, and to see what it brought',
    },
  ),
  of(
    'handover',
    36,
    [13, 120],
    { ja: '業務引継のチェック', en: 'checklists of handing work over' },
    {
      ja: '引き継いだことの確認と、次の異動の参考のため3年。引継書そのものは所属の文書による',
      en: 'three years: proof that it was done, and a help at the next transfer; the papers are the section’s',
    },
  ),
  of(
    'broadcasts',
    36,
    [1, 120],
    { ja: 'お知らせと、受け取った方', en: 'announcements and who received them' },
    {
      ja: '周知したことの記録。お知らせの「設定」で変える',
      en: 'proof of what was announced; changed with the settings of announcements in the chat',
    },
    { key: 'broadcasts.sizes', field: 'keptMonths' },
  ),
  of(
    'notices',
    24,
    [13, 120],
    { ja: '個別のお知らせの送信記録（文面はない）', en: 'what was sent to whom (never the words)' },
    {
      ja: '同じことを二度知らせないため、その事柄より長く',
      en: 'longer than the matter itself, so that nothing is told twice',
    },
    { key: 'delivery.kept-months' },
  ),
  of(
    'calendar',
    13,
    [1, 60],
    { ja: '過ぎた予定（予約）と、取り消した購読', en: 'bookings that are past, feeds that were revoked' },
    {
      ja: '空き時間を見るためのもの。過ぎれば要らない（個人情報保護法61条2項）',
      en: 'they serve to find free time; past ones serve nobody (APPI art. 61-2)',
    },
  ),
  of(
    'posts',
    180,
    [60, 600],
    { ja: '在職中の方の、前の所属・職名', en: 'former posts of those who are employed' },
    {
      ja: '10年3部署などの配置の見直しに使うため15年。退職された方のものは下の「退職」による',
      en: 'fifteen years, for placement (three departments in ten years); of those who left see "leavers"',
    },
  ),
  of(
    'absences',
    36,
    [13, 120],
    { ja: '終わった休職・派遣などの期間', en: 'leave and secondment that has ended' },
    {
      ja: '期限の数え方の説明のため3年。理由は保存していない',
      en: 'three years, to explain why a deadline was another; reasons are not kept',
    },
  ),
  of(
    'imports',
    24,
    [1, 120],
    {
      ja: '名簿・研修の取り込みの記録（行は消去済み）',
      en: 'imports of lists (their rows are gone already)',
    },
    { ja: '誰がいつ取り込んだかの確認のため2年', en: 'two years, to see who brought in what, and when' },
  ),
  of(
    'figures',
    60,
    [13, 600],
    { ja: '相談窓口が見られた月ごとの回数', en: 'how often a desk was looked up in a month' },
    { ja: '年度の比較のため5年。個人に結びつかない', en: 'five years, to compare; it belongs to no person' },
  ),
  of(
    'trail',
    60,
    [12, 600],
    { ja: '監査証跡', en: 'the audit trail' },
    {
      ja: '安全管理措置（個人情報保護法66条）の記録。労働関係の重要な書類にならい5年',
      en: 'part of what keeps data safe (APPI art. 66); five years, as for papers of employment',
    },
  ),
  of(
    'leavers',
    60,
    [1, 600],
    { ja: '退職された方の氏名・連絡先など', en: 'names and addresses of those who have left' },
    {
      ja: '退職後の照会に答えるため5年。過ぎれば氏名・番号・アカウントを消し、残る記録は誰のものか分からなくなる',
      en: 'five years, to answer questions; then name, number and accounts are erased, and what stays names nobody',
    },
  ),
  of(
    'guests',
    2,
    [1, 12],
    { ja: '内定者のうち、名簿に引き継がれなかった方', en: 'people invited before joining who never joined' },
    {
      ja: '4月の名簿と照らし合わせるまでの2か月。辞退された方は待たず、その夜に消す',
      en: 'two months, until the list of April has been compared; whoever declines is erased the night after',
    },
  ),
]

export const periodOf = (name: PeriodName): Period => {
  const found = periods.find((each) => each.name === name)
  if (!found) throw new RangeError(`no period is called ${name}`)
  return found
}

const ownSetting = ({ key, least, most, usual }: Period) => setting(key, months(least, most), usual)

/** Months by period, as the city has decided. Throws where what is stored makes no sense: nothing goes by a mistake. */
export async function readPeriods(tx: Tx): Promise<ReadonlyMap<PeriodName, number>> {
  const rows = await tx.setting.findMany({ where: { key: { in: periods.map(({ key }) => key) } } })
  const stored = new Map<string, unknown>(rows.map(({ key, value }) => [key, value]))
  return new Map(
    periods.map(({ name, key, field, usual, least, most }) => {
      if (!stored.has(key)) return [name, usual]
      const value = stored.get(key)
      const number = months(least, most)
      return [
        name,
        field === undefined ? number.parse(value) : z.object({ [field]: number }).parse(value)[field],
      ] as const
    }) as [PeriodName, number][],
  )
}

/** Stores it; the caller audits. Only of a period that is a setting by itself. Throws where it is out of range. */
export async function writePeriod(
  tx: Tx,
  name: PeriodName,
  value: number,
  now: Temporal.Instant,
): Promise<void> {
  const period = periodOf(name)
  if (period.field !== undefined) throw new RangeError(`${name} is changed in the chat`)
  await writeSetting(tx, ownSetting(period), value, now)
}

/** The first day that is kept: what ended before it goes. */
export const keptFrom = (now: Temporal.Instant, zone: string, kept: number): Temporal.PlainDate =>
  now.toZonedDateTimeISO(zone).toPlainDate().subtract({ months: kept })
