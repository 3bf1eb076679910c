import type { ja } from './texts.ja.ts'

export const en: typeof ja = {
  changed: {
    summary: 'Somebody else now holds an interview',
    opening: 'Who holds these interviews has changed.',
    mine: (interviews, conductor) => `${interviews}: ${conductor} will see you.`,
    takenBack: (when) =>
      `The meeting on ${when} has been taken back. You will hear when new times are offered.`,
    nextForMe: 'There is nothing to do now. You will hear when times are offered.',
    theirs: 'New with you',
    theirsDetail: (interview, deadline) => `${interview} (due ${deadline})`,
    offer: 'Offer times',
    nextForConductor: 'Once you offer times, they can pick one.',
    more: (count) => `and ${count} more`,
  },
  released: {
    summary: 'A planned interview has been taken back',
    opening: 'This meeting no longer takes place.',
    row: (interview, when) => `${interview}, ${when}`,
    detail: (name, why) => `With ${name}, ${why}`,
    why: {
      conductor: 'because somebody else now holds the interview',
      leave: 'because of a planned absence',
      cancelled: 'because the plan of interviews has changed',
      left: 'because of a change in the staff list',
    },
    close: 'It has been taken out of the calendar too. Thank you for your patience.',
  },
  development: 'Development interview',
  return: 'Return-to-work interview',
  join: (names) => names.join(', '),
}
