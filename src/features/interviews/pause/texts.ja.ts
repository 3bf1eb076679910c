export const ja = {
  summary: '面談の日程を改めます',
  opening: (reasons: string) =>
    `${reasons === '' ? '休止' : `休止（${reasons}）`}のため、次の面談はいったん取りやめとし、日程を改めます。`,
  row: (interview: string, when: string) => `${interview}　${when}`,
  detail: (name: string, deadline: string) => `お相手：${name}　期限：${deadline}`,
  more: (count: number) => `ほか${count}件`,
  own: '新しい候補日が出ましたらお知らせします。お手続きは必要ありません。',
  ownSlots: '残っている候補日から、新しい日時をお選びいただけます。1分で終わります。',
  theirs: '候補日を出していただくと、ご本人が選べるようになります。',
  theirsSlots: '残っている候補日から、ご本人が選び直せます。お手続きは必要ありません。',
  pick: '新しい日時を選ぶ',
  open: '面談を開く',
  offer: '候補日を出す',
  resting: (count: number) =>
    `日時の決まっている面談${count}件は、いったん取りやめ、お二人に一通でお知らせして決め直していただきます。`,
}
