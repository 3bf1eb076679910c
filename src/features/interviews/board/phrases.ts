/** What is typed for each board; the first of each is shown in help. */
export const boardPhrases = {
  'interviews.mine': { ja: ['面談', 'めんだん'], en: ['interview', 'interviews'] },
  'interviews.team': { ja: ['面談 部下', '面談 メンバー'], en: ['interview team', 'interviews team'] },
  'interviews.all': { ja: ['面談 全庁'], en: ['interview all', 'interviews all'] },
} as const
