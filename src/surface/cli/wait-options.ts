// The options that say what a task waits for, alike for `add` and `hold`, and the releases they mean.

import { resolve } from 'node:path'

import { usage } from '../../base/errors.ts'
import { checkRelease } from '../../lifecycle/intake/holds.ts'
import { type Release, type TimeOutDecision, timeOutDecisions } from '../../model/hold.ts'
import type { Probe } from '../../model/probe.ts'
import { durationMs, futureTime, gather, oneOf, taskIds } from './arguments.ts'
import type { Command } from './grammar.ts'

export interface WaitOptions {
  until?: string
  after?: string[]
  afterAny?: string[]
  check?: string
  checkFile?: string
  checkUrl?: string
  every?: string
  within?: string
  ask?: string
  remind?: string
  decide?: string
  decideAt?: string
}

export const waitOptions = (command: Command): Command =>
  command
    .option('--until <when>', 'not before: 2h, 04:30, 2026-11-21T04:30')
    .option('--after <task>', 'not before that task is done; several times or with commas', gather)
    .option('--after-any <task>', 'not before that task has ended, however it did', gather)
    .option('--check <cmd>', 'not before this command exits 0 (1 and 75: not yet; else: broken)')
    .option('--check-file <path>', 'not before this file is there')
    .option('--check-url <url>', 'not before this address answers 2xx')
    .option('--every <duration>', 'from one look of a check to the next (default: 1m)')
    .option('--within <duration>', 'how long one look may take (default: 30s)')
    .option('--ask <question>', 'not before a person answers: `midwatch inbox`')
    .option('--remind <duration>', 'remind the person as often as this')
    .option('--decide <how>', 'what becomes of it without an answer: release or cancel')
    .option('--decide-at <when>', 'when that is decided: 2h, 04:30, 2026-11-21T04:30')

/** The releases that were typed, checked; empty when none was. `by` is who asks and is told. */
export function releasesOf(
  options: WaitOptions,
  { by, now, cwd }: { by: string; now: number; cwd: string },
): Release[] {
  const found: Release[] = []
  if (options.until !== undefined)
    found.push({
      kind: 'time',
      until: futureTime(options.until, '--until', now),
      why: 'not_before',
    })
  for (const taskId of taskIds(options.after))
    found.push({ kind: 'after', taskId, any: false, needsPerson: false })
  for (const taskId of taskIds(options.afterAny))
    found.push({ kind: 'after', taskId, any: true, needsPerson: false })
  found.push(...checksOf(options, cwd), ...questionOf(options, by, now))
  for (const release of found) checkRelease(release)
  return found
}

function checksOf(options: WaitOptions, cwd: string): Release[] {
  const probes: Probe[] = []
  if (options.check !== undefined)
    probes.push({ look: 'command', command: options.check, cwd: resolve(cwd) })
  if (options.checkFile !== undefined)
    probes.push({ look: 'file', path: resolve(cwd, options.checkFile) })
  if (options.checkUrl !== undefined) probes.push({ look: 'url', url: options.checkUrl })
  if (probes.length === 0 && (options.every !== undefined || options.within !== undefined))
    throw usage(
      'usage.no_check',
      '--every and --within say how a check looks',
      'give --check, --check-file or --check-url with them',
    )
  const everyMs = durationMs(options.every ?? '1m', '--every')
  const timeoutMs = durationMs(options.within ?? '30s', '--within')
  return probes.map((probe) => ({ kind: 'check', probe, everyMs, timeoutMs }))
}

function questionOf(
  { ask, remind, decide, decideAt }: WaitOptions,
  by: string,
  now: number,
): Release[] {
  if (ask === undefined) {
    if (remind === undefined && decide === undefined && decideAt === undefined) return []
    throw usage(
      'usage.no_question',
      '--remind, --decide and --decide-at belong to a question',
      'give --ask QUESTION with them',
    )
  }
  if ((decide === undefined) !== (decideAt === undefined))
    throw usage(
      'usage.decide',
      'what is decided without an answer needs its time, and the time its decision',
      'give both, as in --decide release --decide-at 24h',
    )
  const how: TimeOutDecision | null =
    decide === undefined ? null : oneOf(decide, '--decide', timeOutDecisions)
  const at = decideAt === undefined ? 0 : futureTime(decideAt, '--decide-at', now)
  return [
    {
      kind: 'person',
      question: ask,
      told: by,
      ...(remind !== undefined && { remindMs: durationMs(remind, '--remind') }),
      ...(how !== null && { decide: { at, how } }),
    },
  ]
}
