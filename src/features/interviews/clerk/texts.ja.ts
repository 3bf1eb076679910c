export const ja = {
  help: '課の方の面談を、本人や所属長に代わって手配する',
  who: '庶務担当の方',
  summary: '担当している課の面談',
  heading: '庶務担当の面談手配',
  intro: (waiting: number, answering: number) =>
    `日程の決まっていない方が${waiting}名、実施の確認がまだの方が${answering}名いらっしゃいます。手配した内容は、ご本人と面談者にお知らせし、記録に残ります。面談の中身は扱いません。`,
  none: '手配の必要な面談はありません。',
  row: (name: string, conductor: string) => `${name}（面談者 ${conductor}）`,
  rowDetail: (step: string, deadline: string, state: string) => `${step} / 期限 ${deadline} / ${state}`,
  state: {
    waiting: (slots: number) => (slots > 0 ? `日程未定・候補日${slots}件` : '日程未定・候補日なし'),
    booked: (when: string) => `${when}に決定`,
    answering: '実施の確認待ち',
    answered: 'ご本人は回答済み',
  },
  alone: ' / アカウントなし',
  aloneNote:
    'この方にはチャットもメールも届きません。決まったことは、口頭か印刷したご案内（「ご案内の印刷」）でお伝えください。',
  open: '開く',
  back: '一覧に戻る',
  person: 'ご本人',
  conductor: '面談者',
  step: '面談',
  deadline: '期限',
  now: '状況',
  pick: '候補日から決める',
  change: '日時を変える',
  offer: '面談者の候補日を出す',
  outside: '面談者がほかの課の方のため、候補日は面談者ご本人が出します。',
  nobody: '未定',
  choose: 'この日時にする',
  chooseTitle: '日時を選ぶ',
  chooseIntro: '面談者とご本人の予定が空いている候補日です。ご本人に都合を確かめてから選んでください。',
  noSlots: 'いま選べる候補日はありません。',
  booked: (when: string, alone: boolean) =>
    `${when}に決めました。${alone ? '面談者' : 'ご本人と面談者'}にお知らせします。`,
  taken: 'その日時はふさがりました。ほかの候補日から選んでください。',
  stale: 'ほかの操作で変わっていましたので、いまの状況をお見せします。',
  answer: { held: '実施した', moved: '日を改めた', not_held: '実施していない' },
  answerIntro: 'ご本人から聞き取った内容を、代わりに記録できます。ご本人にもお知らせします。',
  recorded: (answer: string, alone: boolean) =>
    `「${answer}」と記録しました。${alone ? '' : 'ご本人にお知らせします。'}`,
  offerTitle: '候補日を出す',
  offerSubmit: '出す',
  offerCancel: '戻る',
  offerIntro: (conductor: string, step: string) => `${conductor}の候補日（${step}）を、代わりに出します。`,
  offered: (count: number, people: number) =>
    `候補日を${count}件出しました。日程の決まっていない${people}名と、面談者にお知らせします。`,
  raced: 'ちょうど今、その時間帯に別の予定が入りました。もう一度お試しください。',
  leave: '庶務担当に任せる',
  left: (names: string) => `${names}に手配をお願いしました。数日は、こちらからのご案内を控えます。`,
  noClerk: '所属に庶務担当の登録がありません。職員課にご連絡いただければ登録します。',
  nothingHeld: 'いまお任せいただく面談はありません。',
  names: (names: readonly string[]) => names.join('、'),
  notices: {
    did: {
      summary: '庶務担当が面談の手配をしました',
      offered: (name: string, step: string) =>
        `${name}が、あなたに代わって${step}の候補日を出しました。ご都合が悪ければ変えられます。`,
      answered: (name: string, step: string, answer: string) =>
        `${name}が、あなたに代わって${step}を「${answer}」と記録しました。違っていれば職員課にお知らせください。`,
      slots: '候補日を見る',
      open: '内容を見る',
    },
    asked: {
      summary: '面談の手配のお願いです',
      text: (name: string, step: string, n: number) =>
        `${name}から、${step}（${n}名分）の手配をお願いされました。`,
      open: '手配する',
    },
  },
}
