// The sentences of what happens to holds.

import { localTime } from '../../../base/when.ts'
import { releaseSentence } from '../../../model/hold.ts'
import type { WaitFact } from '../../../model/facts/holds.ts'
import { quiet, type Tellings, told } from '../telling.ts'

export const waitTellings: Tellings<WaitFact['kind']> = {
  'hold.looked': told(
    (f) => (f.answer === 'met' ? 'good' : f.answer === 'broken' ? 'bad' : 'waiting'),
    (f) =>
      `check h${f.holdId} ${f.answer === 'met' ? 'is met' : f.answer === 'broken' ? 'is broken' : 'says not yet'}: ${f.detail}`,
  ),
  'hold.reminded': quiet((f) => `reminded of question h${f.holdId} (${f.reminders})`),
  'hold.answered': told('good', (f) => `${f.by} answers “${f.question}”: ${f.answer}`),
  'hold.timed_out': told(
    'waiting',
    (f) =>
      `nobody answered h${f.holdId} in time: ${f.decision === 'release' ? 'released' : 'cancelled'}`,
  ),
  'attempt.waits': told(
    'waiting',
    (f) => `ends so that its task waits: ${releaseSentence(f.release, localTime)}`,
  ),
  'attempt.asked': told('waiting', (f) => `asks a person: ${f.question}`),
}
