// The only place where facts become sentences. Code records facts; people read them here, in `up`, `facts` and logs.

import { formatDuration } from '../../base/duration.ts'
import { localMoment, localTime } from '../../base/when.ts'
import type { Fact, FactBody, FactKind } from '../../model/fact.ts'
import { releaseSentence } from '../../model/hold.ts'
import { count } from './labels.ts'
import type { Paint } from './paint.ts'
import { type Bodies, quiet, type Telling, type Tellings, told, type Tone } from './telling.ts'
import { accountTellings } from './tellings/accounts.ts'
import { dutyTellings } from './tellings/duties.ts'
import { effectTellings } from './tellings/effects.ts'
import { togetherTellings } from './tellings/together.ts'
import { quotaTellings } from './tellings/quota.ts'
import { lockTellings, windowTellings } from './tellings/locks.ts'
import { scheduleTellings } from './tellings/schedules.ts'
import { waitTellings } from './tellings/waits.ts'
import { workspaceTellings } from './tellings/workspaces.ts'
import { oneLine } from './text.ts'

const tellings: Tellings<FactKind> = {
  ...togetherTellings,
  ...workspaceTellings,
  ...effectTellings,
  ...accountTellings,
  ...quotaTellings,
  ...waitTellings,
  ...scheduleTellings,
  ...lockTellings,
  ...dutyTellings,
  ...windowTellings,
  'task.enqueued': told(
    'plain',
    (f) => `wanted by ${f.by}: ${f.title}${f.state === 'held' ? ' (held)' : ''}`,
  ),
  'task.deduped': quiet(
    (f) => `wanted again under the key ${f.key} (${f.scope}); nothing new was made`,
  ),
  'task.edited': told('plain', (f) => `changed by ${f.by}: ${f.changed.join(', ')}`),
  'task.held': told(
    'waiting',
    (f) => `held (h${f.holdId}): ${releaseSentence(f.release, localMoment)}`,
  ),
  'hold.released': quiet((f) => `hold h${f.holdId} released by ${f.by}`),
  'hold.needs_person': told(
    'bad',
    (f) => `waits for task ${f.after}, which ended ${f.outcome}: a person decides (h${f.holdId})`,
  ),
  'task.ready': quiet(() => 'ready'),
  'task.settled': told(
    settledTone,
    (f) =>
      `settled: ${f.outcome}${f.verified === true ? ', verified' : ''} by ${f.by}${f.reason === '' ? '' : ` (${f.reason})`}`,
  ),
  'task.returned': told(
    'waiting',
    (f) => `returned: ${f.reason}${f.charged ? '' : ' (not charged)'}`,
  ),
  'attempt.claimed': quiet((f) => `claimed by ${f.agent} on ${f.host}`),
  'attempt.flag_dropped': quiet((f) => `without ${f.flags.join(', ')}: ${f.why}`),
  'attempt.flag_refused': told(
    'waiting',
    (f) => `the build refuses ${f.flags.join(', ')}; left out from now on: ${f.why}`,
  ),
  'attempt.launched': quiet((f) => `launched${f.pid === null ? '' : ` as process ${f.pid}`}`),
  'attempt.confirmed': told('moving', (f) => `running: ${f.program}`),
  'attempt.ordered': quiet((f) => `order received (${f.receipt})`),
  'attempt.spoke': quiet(() => 'the model answers'),
  'attempt.said': told(
    (f) => (f.word === 'done' ? 'good' : 'bad'),
    (f) => `says ${f.word}${f.text === '' ? '' : `: ${f.text}`}`,
  ),
  'attempt.progress': told('aside', (f) => f.text),
  'attempt.quiet': told('waiting', (f) => f.evidence),
  'attempt.stop_asked': told('waiting', (f) => `asked to stop by ${f.by}: ${f.reason}`),
  'attempt.stopped': told(
    (f) => (f.survivors > 0 ? 'bad' : 'plain'),
    (f) =>
      `stopped with ${f.signals.join(', ') || 'no signal'}${f.survivors > 0 ? `; ${count(f.survivors, 'process', 'processes')} survived` : ''}${f.why ? `: ${f.why}` : ''}`,
  ),
  'attempt.adopted': told('plain', (f) => `adopted (${f.state})`),
  'attempt.ended': told(
    (f) => (f.class === 'success' ? 'plain' : 'bad'),
    (f) => `ended: ${f.class}${exitOf(f)} ${f.evidence}`.trimEnd(),
  ),
  'check.ran': told(
    (f) => (f.yes ? 'good' : 'bad'),
    (f) => `check says ${f.yes ? 'yes' : 'no'} (exit ${f.exitCode}): ${f.command}`,
  ),
  'check.broken': told('bad', (f) => `check could not run: ${f.why}`),
  'write.refused': told('bad', (f) => `${refusedWords(f.verb)} refused: ${f.sentence}`),
  'gate.pinned': told(
    'bad',
    (f) =>
      `gate ${f.lane} pinned by ${f.by}${f.until === null ? '' : ` until ${localTime(f.until)}`}: ${f.reason}`,
  ),
  'gate.reset': told('good', (f) => `gate ${f.lane} (${f.was}) reset by ${f.by}: ${f.reason}`),
  'gate.shut': told('bad', (f) => `gate ${f.lane} shut until ${localTime(f.until)}: ${f.reason}`),
  'gate.probing': told('waiting', (f) => `gate ${f.lane} is being probed: ${f.reason}`),
  'gate.canary': told('waiting', (f) => `goes alone through ${f.lane}`),
  'gate.passing': told('good', (f) => `gate ${f.lane} passes again, ${f.ramp} at a time: ${f.by}`),
  'gate.ramped': told('good', (f) =>
    f.ramp === null
      ? `gate ${f.lane} passes freely: ${f.by}`
      : `gate ${f.lane} passes ${f.ramp} at a time: ${f.by}`,
  ),
  'gate.tested': told(
    (f) => (f.passed ? 'good' : 'bad'),
    (f) => `gate ${f.lane}: its free self-test ${f.passed ? 'passed' : 'failed'}: ${f.by}`,
  ),
  'gate.rebuilt': told('bad', (f) => `the unreadable gate ${f.lane} is ${f.state}, from ${f.from}`),
  'incident.opened': told('bad', (f) => `incident: ${f.title}`),
  'incident.reopened': told('bad', (f) => `incident again: ${f.title}`),
  'incident.resolved': told('good', (f) => `incident resolved by ${f.by}: ${f.key}`),
  'incident.told': quiet((f) => `told by ${f.notifier}: ${f.key} ${f.what}`),
  'incident.untold': told('bad', (f) => `${f.notifier} could not tell of ${f.key}: ${f.why}`),
  'host.returned': told('good', (f) => `host ${f.host} is back (${f.why})`),
  'config.loaded': told(
    'plain',
    (f) =>
      `configuration ${f.hash.slice(0, 8)}${f.diff.length === 0 ? '' : `: ${f.diff.join(' · ')}`}`,
  ),
  'cli.changed': told(
    'plain',
    (f) => `${f.cli} is another build now: ${f.from} → ${f.to} (${f.path})`,
  ),
  'config.refused': told(
    'bad',
    (f) => `configuration refused, the last good one stays: ${withoutExcerpts(f.error)}`,
  ),
  'daemon.started': told(
    'plain',
    (f) => `dispatcher ${f.version} started on ${f.host} as process ${f.pid}`,
  ),
  'daemon.stopped': told(
    'plain',
    (f) =>
      `dispatcher stopped on ${f.host}: ${f.reason}${f.left > 0 ? `; ${count(f.left, 'session')} left running` : ''}`,
  ),
  'process.started': quiet((f) => `${f.role} of ${f.host} is process ${f.pid}: ${f.why}`),
  'process.ended': told('bad', (f) => `${f.role} of ${f.host} ended ${endOf(f)}: ${f.next}`),
  'restart.asked': told('bad', (f) => `${f.role} of ${f.host} should be restarted: ${f.reason}`),
  'restart.answered': told('plain', (f) => `${f.role} of ${f.host}: ${f.answer}`),
  'sentinel.slept': quiet(
    (f) => `the sentinel of ${f.host} slept ${formatDuration(f.forMs)}; it judges nobody yet`,
  ),
  'clock.stepped': told(
    'bad',
    (f) =>
      `the clock of ${f.host} stepped ${f.byMs < 0 ? 'back' : 'forward'} by ${formatDuration(Math.abs(f.byMs))}`,
  ),
  'row.quarantined': told(
    'bad',
    (f) => `row ${f.id} of ${f.table} cannot be read and is put aside: ${f.error}`,
  ),
  'row.mended': told('bad', (f) => `mended by ${f.by}: it broke the law ${f.law}; ${f.did}`),
}

/** Every kind of fact there is. */
export const factKinds = Object.keys(tellings) as FactKind[]

/** One sentence about a fact, on one line, without its time and subject. A kind from the future shows as it is. */
export function sentenceOf(fact: Fact): string {
  const telling = tellingOf(fact)
  return oneLine(telling === null ? JSON.stringify(fact.body) : telling.say(fact.body))
}

/** Whether `midwatch up` gives it a line. */
export const isNoteworthy = (fact: Fact): boolean => tellingOf(fact)?.noteworthy ?? true

/** How it strikes the reader. */
export function toneOf(fact: Fact): Tone {
  const telling = tellingOf(fact)
  return typeof telling?.tone === 'function' ? telling.tone(fact.body) : (telling?.tone ?? 'plain')
}

/** The fact's sentence in its colour. */
export function paintFact(paint: Paint, fact: Fact, text: string): string {
  const tone = toneOf(fact)
  return tone === 'plain' ? text : paint[tone](text)
}

/** `task 3`, `task 3 · attempt 7`, or nothing. */
export function subjectOf(fact: Fact): string {
  const parts = [
    fact.taskId === null ? '' : `task ${fact.taskId}`,
    fact.attemptId === null ? '' : `attempt ${fact.attemptId}`,
  ]
  return parts.filter((part) => part !== '').join(' · ')
}

const tellingOf = (fact: Fact): Telling<FactBody> | null =>
  (tellings as Readonly<Record<string, Telling<FactBody>>>)[fact.body.kind] ?? null

function settledTone(f: Bodies['task.settled']): Tone {
  return f.outcome === 'done' ? 'good' : f.outcome === 'failed' ? 'bad' : 'aside'
}

const endOf = (f: Bodies['process.ended']): string =>
  `after ${formatDuration(f.livedMs)} with ${f.signal ?? `exit ${f.exitCode}`}`

function exitOf({ signal, exitCode }: Bodies['attempt.ended']): string {
  if (signal !== null) return ` (${signal})`
  return exitCode === null ? '' : ` (exit ${exitCode})`
}

/** What was refused, in people's words: `reserve effect` for the verb `reserveEffect`. */
const refusedWords = (verb: string): string =>
  verb === 'enterHost'
    ? 'a second dispatcher is'
    : verb.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

/** The mistakes of a configuration on one line; the lines that show where they are stand below each, indented. */
const withoutExcerpts = (error: string): string =>
  error
    .split('\n')
    .filter((line) => !line.startsWith(' '))
    .join(' · ')
