export const ja = {
  changed: {
    summary: '面談のご担当が変わりました',
    opening: '面談のご担当が変わりましたのでお知らせします。',
    mine: (interviews: string, conductor: string) => `${interviews}は、${conductor}がお受けします。`,
    takenBack: (when: string) =>
      `${when}のお約束は取り消しになりました。新しい候補日が決まりましたらご案内します。`,
    nextForMe: 'お手続きは必要ありません。候補日が出ましたらお知らせします。',
    theirs: '新しくご担当いただく方',
    theirsDetail: (interview: string, deadline: string) => `${interview}（期限 ${deadline}）`,
    offer: '候補日を出す',
    nextForConductor: '候補日を出していただくと、ご本人が選べるようになります。',
    more: (count: number) => `ほか${count}名`,
  },
  released: {
    summary: '面談の予定が一つ取り消しになりました',
    opening: '次の面談の予定が取り消しになりました。',
    row: (interview: string, when: string) => `${interview}　${when}`,
    detail: (name: string, why: string) => `お相手：${name}　${why}`,
    why: {
      conductor: 'ご担当の変更のため',
      leave: 'お休みの予定があるため',
      cancelled: '面談の実施予定が変わったため',
      left: '在籍状況が変わったため',
    },
    close: 'カレンダーの予定も取り消しています。お手数をおかけします。',
  },
  development: '育成面談',
  return: '復職面談',
  join: (names: readonly string[]) => names.join('・'),
}
