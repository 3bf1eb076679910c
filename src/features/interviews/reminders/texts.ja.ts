// リマインダーの文言。あいさつ(お疲れさまです。職員課です。)はまとめて送るときに付くため、ここには書かない。

const names = (people: readonly string[], more: number) =>
  `${people.join('、')}${more > 0 ? `、ほか${more}名` : ''}`

export const ja = {
  names,
  // 面談者へ
  offerSummary: (step: string) => `${step}の日程について`,
  /** 面談者として、ご自身の面談のお知らせと一緒に届いても見分けられるように。 */
  offerConductor: (step: string) => `担当される${step}の日程について`,
  opensConductor: (step: string) => `担当される${step}の時期になりました`,
  opensSummary: (step: string) => `${step}の時期になりました`,
  offerOpens: (step: string, deadline: string, count: number) =>
    `${step}の時期になりました。期限は${deadline}、対象の方は${count}名です。\n候補日を出すと、あとはご本人に選んでいただけます。1分で終わります。`,
  offerInform: (step: string, deadline: string, count: number) =>
    `${step}：日程が未設定の方が${count}名いらっしゃいます。期限は${deadline}です。\n候補日を出すと、あとはご本人に選んでいただけます。`,
  offerShort: (step: string, deadline: string, count: number) =>
    `${step}：日程が未設定の方が${count}名いらっしゃいます。期限は${deadline}です。\n期間と時間帯を選ぶだけで候補日が並びます。1分で終わります。`,
  offerLast: (step: string, deadline: string, count: number) =>
    `${step}の期限(${deadline})まで、あと1開庁日です。日程が未設定の方が${count}名いらっしゃいます。\n難しいようでしたら、期限の調整をご相談いただけます。`,
  offerToday: (step: string, _deadline: string, count: number) =>
    `${step}は本日が期限で、日程が未設定の方が${count}名いらっしゃいます。\n候補日を出していただくか、期限の調整をご相談ください。`,
  offerCrossing: (step: string, deadline: string, count: number) =>
    `${step}の期限が${deadline}でしたが、日程が未設定の方が${count}名いらっしゃいます。\n行き違いでしたらご容赦ください。`,
  offerHelp: (step: string, deadline: string, count: number) =>
    `お忙しいところ恐れ入ります。${step}(期限${deadline})は残り${count}名です。\n今週中が難しいようでしたら、期限を調整いたします。`,
  offerCall: (step: string, deadline: string, count: number) =>
    `お忙しいところ恐れ入ります。${step}(期限${deadline})は残り${count}名です。\n進め方について、5分ほどお電話でご相談できれば幸いです。ご都合のよいときにお声がけください。`,
  settle: 'ご本人のご都合はうかがっております。日程案をご確認ください。',
  signed: (office: string, officer: string) => (officer ? `${office} ${officer}` : ''),
  // ご本人へ
  pickOpensSoon: (step: string, deadline: string) =>
    `${step}の時期になりました。期限は${deadline}です。\n候補日が出ましたらお知らせします。`,
  pickOpens: (step: string, deadline: string) =>
    `${step}の時期になりました。期限は${deadline}です。\n候補日が出ています。1分で選べます。`,
  pickInform: (step: string, deadline: string) =>
    `${step}の候補日が出ています。期限は${deadline}です。\nご都合のよい時間をお選びください。1分で終わります。`,
  pickShort: (step: string, deadline: string) =>
    `${step}の期限は${deadline}です。\n候補から1つ選ぶだけで、相手の方にも自動でお知らせします。1分で終わります。`,
  pickLast: (step: string, deadline: string) =>
    `${step}の期限(${deadline})まで、あと1開庁日です。\n候補から1つお選びください。合う時間がないときは、期限をご相談いただけます。`,
  pickToday: (step: string, _deadline: string) =>
    `${step}は本日が期限です。\n候補から1つお選びください。合う時間がないときは、期限をご相談いただけます。`,
  pickCrossing: (step: string, deadline: string) =>
    `${step}の期限が${deadline}でしたが、日程がまだのようです。\n行き違いでしたらご容赦ください。`,
  pickHelp: (step: string, deadline: string) =>
    `お忙しいところ恐れ入ります。${step}(期限${deadline})の日程がまだのようです。\n合う時間がないようでしたら、期限を調整いたします。`,
  pickCall: (step: string, deadline: string) =>
    `お忙しいところ恐れ入ります。${step}(期限${deadline})の日程について、5分ほどお電話でご相談できれば幸いです。\nご都合のよいときにお声がけください。`,
  answer: (step: string, answerBy: string) =>
    `${step}の日程を調整しています。${answerBy}までに、ご都合のよい時間をお知らせください。1分で終わります。`,
  // 当日と面談後
  upcomingSummary: '面談のご予定',
  upcomingRow: (step: string, when: string) => `${when} ${step}`,
  upcomingDetail: (who: string, place: string) => (place ? `${who}／${place}` : who),
  details: '詳しく見る',
  askSummary: '面談はいかがでしたか',
  askTitle: (step: string, who: string, when: string) => `${step}(${who}、${when})`,
  askSeveral: (count: number) =>
    `${count}件の面談について、行われたかどうかを1回ずつ押してください。内容はお尋ねしません。`,
  askAgain: '先日の面談について、あらためておうかがいします。行き違いでしたらご容赦ください。',
  askMore: (count: number) => `ほか${count}件は、担当の一覧からお答えいただけます。`,
  askBoard: '担当の一覧を見る',
  // ボタン
  offer: '候補日を出す',
  settleButton: '日程案を見る',
  pick: '日程を選ぶ',
  answerButton: '都合を答える',
  leaveToClerk: '庶務担当に任せる',
  later: '明日また',
  afterAssembly: '議会後に設定',
  beforeAssembly: '議会でお忙しいところ恐れ入ります。',
  askDeadline: '期限の相談',
  // 人事へ
  phoneSummary: '面談の日程についてのご連絡先',
  gapSummary: '面談者が決まっていない面談について',
  phoneIntro: (count: number) =>
    `日程が決まっていない面談について、お電話でご様子をうかがうとよい方が${count}名いらっしゃいます。`,
  phoneDetail: (parts: readonly string[]) => parts.join('／'),
  phoneOffer: (step: string, count: number, deadline: string) =>
    `${step} 候補日がまだの方${count}名分 期限${deadline}`,
  phonePick: (step: string, deadline: string) => `${step} ご本人の選択待ち 期限${deadline}`,
  gapIntro: (count: number) => `面談者が決まっていない、または不在の面談が${count}件あります。`,
  moreRows: (count: number) => `ほか${count}件`,
  board: '確認したい面談を見る',
  tell: '上司に伝える',
  tellTitle: '上司の方への連絡',
  tellText: (superior: string) =>
    `まずご本人に「${superior}にもご相談します」とお伝えし、翌開庁日の朝に${superior}へお知らせします。その間に日程が決まれば、お知らせは送りません。`,
  tellYes: '伝える',
  tellNo: 'やめる',
  told: (who: string, superior: string) =>
    `${who}に先にお伝えし、翌開庁日の朝に${superior}へお知らせします。日程が決まれば送りません。`,
  tellNobody: '上司の登録がないため、お伝えできません。職員名簿の評価者・上司をご確認ください。',
  tellSettled: 'この面談はすでに日程が決まったか、終わっています。お知らせは不要です。',
  // 上司の件
  soonSummary: '面談の日程についてのご相談',
  soonOffer: (step: string, count: number, superior: string) =>
    `${step}の残り${count}名の日程について、${superior}にもご相談させていただくことにいたしました。先にお伝えいたします。\n日程が決まりましたら、${superior}へのご連絡はいたしません。`,
  soonPick: (step: string, superior: string) =>
    `${step}の日程について、${superior}にもご相談させていただくことにいたしました。先にお伝えいたします。\n日程が決まりましたら、${superior}へのご連絡はいたしません。`,
  superior: '上司の方',
  superiorSummary: '面談の日程についてのご相談',
  superiorText: (who: string, step: string, count: number, deadline: string) =>
    `${who}の${step}(期限${deadline})について、日程の決まっていない方が${count}名いらっしゃいます。ご多用と存じますので、期限の調整などお力添えできることがあれば、人事担当へお知らせください。`,
  superiorPick: (who: string, step: string, deadline: string) =>
    `${who}の${step}(期限${deadline})の日程が決まっていません。業務のご都合もあると存じますので、期限の調整などお力添えできることがあれば、人事担当へお知らせください。`,
  superiorEnd: 'ご本人には、ご相談することを先にお伝えしています。',
  // 明日また
  laterSummary: 'あらためてお知らせします',
  laterDone: (date: string) => `承知しました。${date}の朝にあらためてお知らせします。`,
  afterAssemblySummary: '議会のあとにお知らせします',
  afterAssemblyDone: (session: string, date: string) =>
    `承知しました。${session}のあと、${date}の朝にあらためてお知らせします。それまではご案内しません。`,
  afterAssemblyDeadline: (deadline: string) =>
    `期限は${deadline}のままです。会期のあとになるときは、期限をご相談ください。`,
  noAssembly: '近い議会の会期がないか、終わっています。日程をお決めいただけます。',
  nothingHeld: 'こちらの日程はすでに決まったか、お手元を離れています。お手続きは必要ありません。',
  // 期限の相談
  askTitleForm: '期限の相談',
  askIntro: (step: string, deadline: string, count: number) =>
    count > 1
      ? `${step}(現在の期限${deadline}、${count}名分)の新しい期限をお選びください。人事担当がすぐに確認します。`
      : `${step}(現在の期限${deadline})の新しい期限をお選びください。人事担当がすぐに確認します。`,
  askDate: '希望する期限',
  askSubmit: '相談する',
  cancel: 'やめる',
  askDone: (date: string) =>
    `${date}への変更を人事担当に相談しました。お返事があるまで、期限のお知らせはお休みします。`,
  dateNeeded: '日付を選んでください。',
  dateTooEarly: (date: string) => `今の期限(${date})より後の、これからの日をお選びください。`,
  dateTooLate: (date: string) => `${date}までの日をお選びください。`,
  closedDay: (date: string, why: string) => `${date}は${why}です。開庁日をお選びください。`,
  askedSummary: (count: number) => `期限の相談が${count}件あります`,
  askedText: (count: number) => `面談の期限について、相談が${count}件届いています。`,
  askedOpen: '相談を見る',
  deadlinesSummary: '期限の相談',
  deadlinesTitle: '期限の相談',
  deadlinesNone: 'ただいま、お返事を待っている相談はありません。',
  deadlineRow: (who: string, step: string, count: number, from: string, to: string) =>
    `${who} ${step}${count > 1 ? ` ${count}名分` : ''}\n${from} → ${to}`,
  grant: (date: string) => `${date}に変更する`,
  decline: '今の期限のまま',
  declineTitle: '今の期限のままにする',
  declineText: '期限は変わらないことを、相談された方にお知らせします。',
  granted: (count: number, date: string) =>
    `${count}件の期限を${date}に変更し、相談された方にお知らせします。`,
  declined: '期限はそのままとし、相談された方にお知らせします。',
  requestGone: 'この相談にはすでにお返事が済んでいます。最新の一覧をお示しします。',
  requestPast: '希望の期限を過ぎてしまいました。あらためてご相談いただくようお知らせします。',
  settledSummary: '期限のご相談へのお返事',
  grantedText: (step: string, date: string) =>
    `${step}の期限を${date}に調整しました。ご相談ありがとうございました。`,
  declinedText: (step: string, date: string) =>
    `${step}の期限は${date}のままとなりました。ご希望に沿えず申し訳ございません。ご事情はお電話でもうかがいます。`,
  deadlinesHelp: '期限の相談に答える',
  // 送信予定
  outlookSummary: '送信予定',
  outlookTitle: (from: string, to: string) => `送信予定 ${from}〜${to}`,
  outlookNone: 'この期間に送る予定のお知らせはありません。',
  outlookFurther: (days: number) => `この先${days}日を見る`,
  outlookCount: (people: number, notices: number) =>
    `${people}通(お知らせ${notices}件)を送る予定です。内容は送るときの状況に合わせて作られ、不要になったものは送りません。`,
  outlookRow: (time: string, who: string) => `${time} ${who}`,
  outlookHelp: 'これから送るお知らせを見る',
  earlier: '前へ',
  next: '次へ',
  closed: '閉庁日',
  yearEnd: '年末年始の休み',
  pageOf: (page: number, pages: number) => `${page} / ${pages} ページ`,
  kinds: {
    offer: '候補日の案内',
    pick: '日程選びの案内',
    upcoming: '当日の予定',
    ask: '実施の確認',
    phone: '連絡先の一覧',
    'superior-soon': '上司への相談の予告',
    superior: '上司への相談',
    'deadline-asked': '期限の相談',
    'deadline-settled': '期限の相談への返事',
    offered: '候補日が出たお知らせ',
    booked: '日時決定のお知らせ',
    released: '日時取消のお知らせ',
    'conductor-changed': '担当変更のお知らせ',
    'meeting-released': '日時取消のお知らせ',
    disclosed: '評価の開示のお知らせ',
    'put-off': '休止により日程を改めるご案内',
    arrange: '都合の確認',
    arranged: '日程案の案内',
    again: '日程を決め直すご案内',
    'clerk-did': '庶務担当の手配のお知らせ',
    'clerk-asked': '庶務担当への手配のお願い',
  } as Readonly<Record<string, string>>,
  otherKind: 'その他のお知らせ',
  times: (label: string, count: number) => (count > 1 ? `${label} ${count}件` : label),
  kindList: (labels: readonly string[]) => labels.join('、'),
  unknownPerson: '(名簿にない方)',
  // 設定
  ladderHelp: '面談のお知らせの時期を変える',
  ladderTitle: '面談のお知らせの設定',
  ladderSummary: '面談のお知らせの設定',
  ladderNow: (holder: string, phone: string, superior: string, at: string, office: string) =>
    `期限からの開庁日数で数えます。\nご本人・面談者へ: ${holder}\n人事の連絡先一覧: ${phone}\n上司へ: ${superior}\n時刻: ${at}\n差出人: ${office}`,
  ladderOff: 'なし',
  ladderEdit: '変更する',
  ladderIntro:
    '期限からの開庁日数を、前はマイナス、後はプラスで、「、」または半角カンマで区切って入れてください。空欄なら送りません。',
  ladderHolder: 'ご本人・面談者へのお知らせ',
  ladderPhone: '人事の連絡先一覧',
  ladderSuperior: '上司へのお知らせ(前の開庁日にご本人へ予告します)',
  ladderAt: '送る時刻',
  ladderAgain: '面談後、実施の確認を再度お送りする日(面談からの開庁日数)',
  ladderOffice: 'お知らせの差出人(課の名前)',
  ladderOfficeEn: '差出人の英語の名前',
  ladderOfficer: '+7日以降に名前を添える人事担当の姓(空欄なら担当の方の姓)',
  ladderUpcoming: '当日の朝のお知らせ',
  ladderUpcomingYes: '当日の朝、双方に予定を知らせる',
  ladderSubmit: '保存する',
  ladderDays: '-60から60までの整数を区切って入れてください(例: -7, -3, 0, +3)。',
  ladderAgainDays: '1から30までの整数を5つまで、区切って入れてください(例: 1, 3)。',
  ladderTime: '時刻を「08:45」のように入れてください。',
  ladderHours: (from: string, to: string) => `執務時間(${from}〜${to})の中でお選びください。`,
  ladderSaved: 'お知らせの時期を変更し、これから送る分を組み直しました。',
  notFound: 'この面談は見つかりませんでした。「面談」と送ると、ご自身の面談をご覧いただけます。',
  notYourPart: 'ご担当の範囲の外にあるため、お答えできません。全庁の人事担当の方にご相談ください。',
}
