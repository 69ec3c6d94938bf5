// Words the order an agent client gets: what is wanted, what earlier attempts tried, and how to report.
// Pure. Every text begins with our own heading, so that a prompt beginning with `/` or `-` is never taken for a command
// or an option of the client.

import type { WorkOrder } from './contract.ts'
import type { OrderNote } from './contract/order.ts'

/** How many earlier attempts are told, and how much of each: enough to learn from, small enough to be read. */
const historyMax = 10
const historyLineMax = 600
const answerMax = 20_000

/**
 * The full order of a prompt task. How to report is told only where the client may run commands (`mayRun`): a client
 * that tries and is denied would end as denied.
 */
export function workOrderText(work: WorkOrder, mayRun: boolean): string {
  return [
    `Task ${work.taskId}: ${oneLine(work.title)}`,
    (work.order.prompt ?? '').trim(),
    ...noteParts(work.notes ?? []),
    ...historyParts(work.history),
    ...answerParts(work.answers),
    mayRun ? reportText : '',
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n')
}

/** The prompt as it was wanted, followed by the history from the second attempt on. For clients we know nothing of. */
export function plainPrompt(work: WorkOrder): string {
  return [
    work.order.prompt ?? '',
    ...noteParts(work.notes ?? []),
    ...historyParts(work.history),
    ...answerParts(work.answers),
  ].join('\n\n')
}

const noteLineMax = 4_000

const noteParts = (notes: readonly OrderNote[]): string[] =>
  notes.map(({ heading, lines }) =>
    [`## ${heading}`, ...lines.map((line) => `- ${oneLine(line).slice(0, noteLineMax)}`)].join(
      '\n',
    ),
  )

/** What was tried and how it ended, newest last; nothing for the first attempt. */
function historyParts(history: readonly string[]): string[] {
  if (history.length === 0) return []
  const told = history.slice(-historyMax)
  const left = history.length - told.length
  return [
    [
      '## Earlier attempts',
      'They may have left half-done work behind: look at what is there before you begin.',
      ...(left > 0 ? [`(${left} older not shown)`] : []),
      ...told.map((line) => `- ${oneLine(line).slice(0, historyLineMax)}`),
    ].join('\n'),
  ]
}

/** What was asked and answered; the newest come last and are never left out. */
function answerParts(answers: readonly string[] = []): string[] {
  if (answers.length === 0) return []
  const told = answers.slice(-historyMax).map((one) => `- ${one.slice(0, answerMax)}`)
  return [['## Answers to questions', ...told].join('\n')]
}

const reportText = [
  '## How to report',
  'Run these in your shell:',
  '- `midwatch progress "TEXT"` now and then, in one sentence.',
  '- `midwatch done` when the task is done.',
  '- `midwatch fail "REASON"` when it cannot be done; say why.',
  '- `midwatch ask "QUESTION"` when only a person can decide; it ends this session, and the next one is told the answer.',
].join('\n')

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
