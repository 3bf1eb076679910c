export const ja = {
  greeting: (office: string) => `お疲れさまです。${office}です。`,
  /** To whoever is not a colleague yet. */
  greetingGuest: (office: string) => `${office}からのご案内です。`,
  andMore: (summary: string, more: number) => `${summary} ほか${more}件`,
}
