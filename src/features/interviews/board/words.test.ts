import { describe, expect, it } from 'vitest'
import { everyStaffMember } from '../../../intake/permissions.ts'
import { createRegistry } from '../../../intake/registry.ts'
import { createUnderstanding } from '../../../intake/understanding.ts'
import type { Interview } from '../state.ts'
import { boardPhrases } from './phrases.ts'
import { boardIn, boardQuestions, interviewIn } from './words.ts'

const commands = Object.entries(boardPhrases).map(([id, phrases]) => ({
  id,
  phrases,
  help: { ja: '', en: '' },
  permission: everyStaffMember,
  handle: async () => ({ replies: [] }),
}))
const understand = createUnderstanding(
  createRegistry([{ name: 'interviews', commands, questions: boardQuestions }]),
)
const understood = (words: string): string => {
  const found = understand(words)
  // What follows the bare word is looked at by its handler.
  if (found.type === 'command') return boardIn(found.rest) ?? found.command.slice(11)
  return found.type === 'question' ? (found.commands[0]?.slice(11) ?? '') : found.type
}

const mine = [
  '面談',
  'めんだん',
  'interview',
  'Interview?',
  'ｉｎｔｅｒｖｉｅｗ',
  '次の面談いつ？',
  '次の面談はいつですか',
  'つぎのめんだんはいつですか？',
  '私の面談は何日でしょうか。',
  '面談いつだっけ',
  'お疲れさまです。次回の面談の日時を教えていただけますでしょうか',
  '中間面談の締切は',
  '期首面談の〆切いつまで',
  '期首面談の期限を教えてください',
  '面談の準備は',
  '面談に何を持って行けばいい？',
  '面談までに用意するものはありますか',
  '面談の場所どこ',
  '面談は誰とですか',
  '面談の相手は？',
  '面談の予定',
  '面談　予定　確認したい',
  '面談まだですか',
  '面段の日程を変えたい',
  '面断はいつ',
  'ﾒﾝﾀﾞﾝ ｲﾂ',
  '評価面談って何するの',
  '期末面談、いつでしたっけ…',
  '育成面談の日にち',
  '復職面談はどうなっていますか',
  'mendan itsu',
  'when is my next interview?',
  'When’s my interview',
  'what time is my interview tomorrow',
  'where is the interview',
  'who interviews me',
  'What do I need to prepare for the interview?',
  'deadline of the mid-year interview',
  'my next intervew',
  'WHEN IS MY INTERVEIW',
  'do i have an interview this month',
  'could you please tell me when my goal interview is due',
  '税金の面談',
]
const team = [
  '面談 部下',
  '面談部下',
  '面談　部下',
  'interview team',
  '部下の面談どうなってる',
  '部下の面談の状況を教えてください',
  'うちの課の面談は進んでいますか',
  'メンバーの面談の日程',
  '課員の面談はどこまで終わりましたか',
  '面談がまだの人は誰？',
  '面談の日程が決まっていない方はどなたですか',
  '日程を選んでいない人を教えて',
  'まだ候補日を選んでいない職員は？',
  '誰がまだ面談していない？',
  '自分が担当する面談の一覧',
  '面談の候補日を出したい',
  'who has not picked a time',
  'Who hasn’t booked yet?',
  "who still hasn't chosen a slot?",
  'how many interviews are still left',
  "how are my team's interviews going",
  'interviews of my staff',
  'anyone without an interview date?',
]
const all = [
  '面談 全庁',
  'interview all',
  '全庁の面談の実施率は？',
  '面談の実施状況を課ごとに見たい',
  '各課の面談の進捗',
  '面談の集計をエクセルでください',
  '役場全体の面談どうなってますか',
  'interviews by section',
  'completion rate of the interviews',
  'how are interviews going in the whole city',
]
const none = [
  '研修はいつ',
  '次の研修いつ？',
  '面談研修の申し込みはいつまで',
  '面談スキル研修',
  'is there interview training next week?',
  '締切はいつ',
  '有給の残りは',
  '会議室を予約したい',
  '部下が休んでいます',
  '誰がまだ来ていない？',
  '1on1はいつ',
  '採用面接の日程',
  'when is the next course',
  'who is the mayor',
  'how many days of leave have I left',
  'what time is it',
  '全庁のお知らせ',
  '住民との面談',
  'こんばんは、明日の天気は',
  '👍',
]

describe('questions in plain words', () => {
  it.each(mine)('%s asks for one’s own interview', (words) => expect(understood(words)).toBe('mine'))
  it.each(team)('%s asks for the team', (words) => expect(understood(words)).toBe('team'))
  it.each(all)('%s asks for the whole city', (words) => expect(understood(words)).toBe('all'))
  it.each(none)('%s asks for something else', (words) =>
    expect(['mine', 'team', 'all']).not.toContain(understood(words)),
  )
  it('what follows the word may name a board', () => {
    expect(boardIn('部下の状況')).toBe('team')
    expect(boardIn('実施率')).toBe('all')
    expect(boardIn('いつ')).toBeUndefined()
  })
})

describe('the interview that a question names', () => {
  const step = (kind: string, name: string, nameEn = '') => ({ kind: 'step', step: { kind, name, nameEn } })
  const own = [
    step('goal', '期首面談', 'Goal interview'),
    step('mid', '中間面談', 'Mid-year interview'),
    step('evaluation', '評価面談', 'Evaluation interview'),
    step('feedback', 'ふりかえり', 'Review'),
    { kind: 'development' },
    { kind: 'return' },
  ] as unknown as readonly Interview[]
  it.each([
    ['中間面談の締切は', 1],
    ['目標設定面談はいつ', 0],
    ['期首の面談は誰と', 0],
    ['評価面談の準備', 2],
    ['期末面談はいつ', 3],
    ['ふりかえりの面談', 3],
    ['育成面談の日', 4],
    ['復職面談は', 5],
    ['when is my mid-year interview?', 1],
    ['when is the evaluation interview', 2],
  ])('%s', (words, at) => expect(interviewIn(words, own)).toBe(own[at]))
  it.each(['次の面談いつ？', '人事評価の面談は', 'when is my next interview?', ''])(
    '%s names none',
    (words) => expect(interviewIn(words, own)).toBeUndefined(),
  )
})
