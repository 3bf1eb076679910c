export const ja = {
  greeting: (office: string) => `お疲れさまです。${office}です。`,
  andMore: (summary: string, more: number) => `${summary} ほか${more}件`,
}
