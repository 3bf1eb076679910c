// What the platforms refuse, as numbers. Lengths are UTF-16 units: the strictest way to count, so that whoever counts
// otherwise is content too. The renderers fit every card into them; nothing else needs to know.

/** Block Kit, docs.slack.dev/reference/block-kit (read November 2026). */
export const slackLimits = {
  messageBlocks: 50,
  /** Modals and Home. */
  viewBlocks: 100,
  /** Over all blocks of a message. Refusals begin somewhere between 11,000 and 13,000. */
  messageCharacters: 9_000,
  /** The same for modals and Home, which are refused later (the whole view at 250 KB). */
  viewCharacters: 60_000,
  /** Texts of sections; rich text and the message's own text are held to the same. */
  text: 3_000,
  fields: 10,
  fieldText: 2_000,
  header: 150,
  contextElements: 10,
  contextText: 2_000,
  actionElements: 25,
  buttonText: 75,
  buttonValue: 2_000,
  url: 3_000,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  options: 100,
  optionGroups: 100,
  /** Options of one menu in a message, where all characters count together. */
  messageOptionCharacters: 2_500,
  /** Options of one menu of a form: whoever needs more of them needs a search. */
  formOptions: 300,
  optionText: 75,
  optionValue: 150,
  /** Check boxes show at most so many; more become a menu. */
  checkboxes: 10,
  id: 255,
  label: 2_000,
  hint: 2_000,
  placeholder: 150,
  inputText: 3_000,
  modalTitle: 24,
  modalButton: 24,
  privateMetadata: 3_000,
  charts: 2,
  chartTitle: 50,
  chartLabel: 20,
  chartSegments: 6,
  chartSeries: 6,
  chartPoints: 20,
} as const

/** Adaptive Cards 1.5 in Teams, learn.microsoft.com/microsoftteams/platform (read November 2026). */
export const teamsLimits = {
  /** A message, in bytes of UTF-16. */
  messageBytes: 80 * 1024,
  /** What a card may take of it as JSON, in UTF-16 units; the rest is left to the envelope. */
  cardCharacters: 36_000,
  /** Buttons that one set shows before the others hide behind an overflow menu. */
  actionsInSet: 6,
  /** Choices that the search of a drop-down shows. */
  searchResults: 15,
  text: 4_000,
  label: 500,
  summary: 300,
} as const

/** What a feature may rely on everywhere: within these numbers nothing is cut on any platform. */
export const commonBudget = {
  /** An action's data as JSON. */
  actionData: 1_500,
  /** An option's value: an id. */
  optionValue: 100,
  /** Rows of a list in which rows have buttons, all lists of a card together. */
  rows: 30,
  heading: slackLimits.header,
  buttonLabel: slackLimits.buttonText,
  optionLabel: slackLimits.optionText,
  formTitle: slackLimits.modalTitle,
} as const
