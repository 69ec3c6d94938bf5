// Reviews and convoys, as sentences.

import type { TogetherFact } from '../../../model/facts/together.ts'
import { count } from '../labels.ts'
import { quiet, type Tellings, told } from '../telling.ts'

const toneOf = { approve: 'good', changes: 'waiting', reject: 'bad' } as const

export const togetherTellings: Tellings<TogetherFact['kind']> = {
  'review.offered': told(
    'waiting',
    (f) => `is to be reviewed by task ${f.reviewTask}; ${f.maker} made it and may not judge it`,
  ),
  'review.decided': told(
    (f) => toneOf[f.decision],
    (f) => `review ${f.reviewTask} by ${f.by}: ${f.decision}${f.text === '' ? '' : `: ${f.text}`}`,
  ),
  'review.undecided': told(
    'bad',
    (f) => `review ${f.reviewTask} ended without a decision (${f.inRow} in a row): ${f.reason}`,
  ),
  'convoy.created': told(
    'plain',
    (f) => `convoy ${f.convoyId} of ${count(f.tasks.length, 'task')} by ${f.by}: ${f.title}`,
  ),
  'convoy.changed': quiet(
    (f) =>
      `convoy ${f.convoyId} changed by ${f.by}: ${[...f.added.map((id) => `+${id}`), ...f.removed.map((id) => `-${id}`)].join(' ')}`,
  ),
  'convoy.landed': told(
    'good',
    (f) => `convoy ${f.convoyId} has landed with ${count(f.tasks, 'task')}`,
  ),
}
