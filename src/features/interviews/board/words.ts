// Questions about interviews in plain words, understood by rules. Intake has normalised the text (NFKC, lower case).
import type { Question } from '../../../intake/handler.ts'
import type { Interview, StepKind } from '../state.ts'

/** 面談 as people write it: other words for it, kana, usual conversion slips, usual typing slips in English. */
const interview =
  /面談|面接|めんだん|メンダン|面段|面断|免談|mendan|int[er]{0,2}[rv]i?ew|inter?veiw|intervew|appraisal talk|evaluation meeting/
/** What has its own words elsewhere: training about interviews is training. */
const elsewhere =
  /研修|講座|講習|セミナー|eラーニング|training|course|seminar|workshop|1 ?on ?1|ワンオンワン|採用|内定|住民|窓口の|健康診断|健診|保健指導/

/** People whom the asker conducts. */
const team =
  /部下|メンバー|課員|係員|班員|チーム|うちの(課|係|班|部署|みんな)|課の(みんな|人|皆)|係の(みんな|人|皆)|担当(している|の|する)(職員|人|方|面談)|対象者|(私|わたし|自分|僕)が(行う|担当|面談する|やる)|\bteam|\bmembers?\b|\bstaff\b|direct reports?|\bmy (people|reports|section)\b/
/** Those who have not come so far, which only a conductor or HR asks. */
const whoNot =
  /((まだ|未だ).*|(選|えら|決ま|きま|決め|きめ|終わ|おわ|済|すん|予約|とれ|取れ).*(ない|いない|ません|未)|未(設定|予約|決定|調整|回答|選択)).*(人|方|ひと|かた|誰|だれ|どなた|職員|者)|(誰|だれ|どなた|どの人).*(まだ|ない|いない|ません|未)/
const whoNotEnglish =
  /\b(who|whose|anyone|anybody|which (people|of)|how many)\b.*\b(not|no|hasn'?t|haven'?t|isn'?t|aren'?t|without|missing|left|still|yet|outstanding|unbooked|pending)\b/
const aboutDates = /日程|日時|候補|時間|面談|pick|chose|choose|book|time|slot|date|schedul|interview|meeting/

/** The whole city, by section. */
const everywhere =
  /全庁|全体|全課|全部署|全所属|市役所全|役場全|町全体|市全体|(各|どの)(課|部|所属|部署)|(課|部|所属|部署)(ごと|別)|実施率|達成率|進捗率|集計|一覧表|エクセル|excel|xlsx|\ball (the )?(sections|departments|interviews|staff)\b|whole (city|office|town|organi[sz]ation)|city ?-?wide|(by|per|each|every) (section|department|division)|completion rate|overall|statistics|figures/

const offering =
  /候補日?を?(出|だ|作|追加|提示)|空き(時間)?を?(出|登録)|offer (some |more )?(slots|hours|times)/

/** From plain words to the command that answers them; the weightiest first. */
export const boardQuestions: readonly Question[] = [
  { command: 'interviews.all', all: [interview, everywhere], not: [elsewhere], weight: 4 },
  { command: 'interviews.team', all: [interview, team], not: [elsewhere], weight: 3 },
  { command: 'interviews.team', all: [interview, whoNot], not: [elsewhere], weight: 3 },
  { command: 'interviews.team', all: [whoNot, /日程|日時|候補/], not: [elsewhere], weight: 2 },
  { command: 'interviews.team', all: [whoNotEnglish, aboutDates], not: [elsewhere], weight: 3 },
  { command: 'interviews.team', all: [interview, offering], not: [elsewhere], weight: 3 },
  // Whatever else is asked about an interview is asked about one's own.
  { command: 'interviews.mine', all: [interview], not: [elsewhere] },
]

/** What follows 「面談 」 or "interview " may ask for a board: 「面談 部下の状況」. */
export function boardIn(rest: string): 'team' | 'all' | undefined {
  const words = rest.toLowerCase().slice(0, 200)
  if (everywhere.test(words)) return 'all'
  return team.test(words) || whoNot.test(words) ? 'team' : undefined
}

/** How people call a step, whatever the city has named it. */
const kinds: Readonly<Record<Exclude<StepKind, 'other'>, RegExp>> = {
  goal: /目標|期首|\bgoals?\b/,
  mid: /中間|\bmid/,
  evaluation: /(?<!人事)評価|\bevaluation\b(?! meeting)/,
  feedback: /期末|年度末|フィードバック|\bfeedback\b|\byear.?end\b|end of (the )?year/,
}

/** The interview that these words name, by the city's name for it first: 「中間面談の締切は」. */
export function interviewIn(words: string, own: readonly Interview[]): Interview | undefined {
  const asked = words.toLowerCase().slice(0, 200)
  const byName = own.find(({ step }) =>
    [step?.name, step?.nameEn].some((name) => name && asked.includes(name.toLowerCase())),
  )
  if (byName) return byName
  return own.find(({ kind, step }) => {
    if (kind === 'development') return /育成|\bdevelopment\b/.test(asked)
    if (kind === 'return') return /復職|復帰|\breturn/.test(asked)
    return step && step.kind !== 'other' && kinds[step.kind].test(asked)
  })
}
