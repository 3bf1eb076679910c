import { z } from 'zod'
import { setting } from '../../directory/settings.ts'
import { cadences } from './cadence.ts'

/** Where a member and their supervisor get a 1on1 without asking for it. Nowhere until the city says so. */
export const optIn = setting(
  'one-on-ones.opt-in',
  z.object({
    city: z.boolean(),
    /** Sections with everything below them. */
    sections: z.array(z.int().positive()).max(500),
    cadence: z.enum(cadences),
    minutes: z.int().min(5).max(240),
  }),
  { city: false, sections: [], cadence: 'monthly', minutes: 30 },
)

/** Shared notes: off unless the city turns them on and says how long they are kept. They may be public records. */
export const notesSetting = setting(
  'one-on-ones.notes',
  z.object({ on: z.boolean(), keptMonths: z.int().min(1).max(120) }),
  { on: false, keptMonths: 12 },
)

/** What a newcomer and their trainer go through, a line a week; copied when a pair begins. */
export const ojtTemplate = setting('one-on-ones.ojt-template', z.array(z.string().min(1).max(200)).max(60), [
  '職場の案内、一日の流れ、窓口と電話の基本',
  '担当業務の全体像と根拠となる条例・規則',
  '文書事務: 起案、収受、保存',
  '会計事務: 予算、支出の流れ',
  '担当業務をいっしょに行う',
  '担当業務を一人で行い、振り返る',
  '関係する課とのつながり',
  '情報セキュリティと個人情報',
  '住民対応の振り返り',
  '業務の改善を一つ考える',
  '三か月の振り返り',
  'これからの目標',
])

/** Months for which an ended series is kept, and a topic that is done. */
export const keptMonths = setting('one-on-ones.kept-months', z.int().min(13).max(120), 24)
