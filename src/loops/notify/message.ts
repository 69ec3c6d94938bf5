// Words one message about an incident: what it is, what belongs to it, what changed before it, how it ends. Pure.

import { formatDuration } from '../../base/duration.ts'
import { localTime } from '../../base/when.ts'
import type { Message } from '../../drivers/notifiers/contract.ts'
import type { Incident } from '../../model/incident.ts'

/** The message about an incident's opening, or about its end once it is resolved. */
export function messageOf(fleet: string, incident: Incident): Message {
  const { key, title, openedAt, resolvedAt, data } = incident
  const what = resolvedAt === null ? 'opened' : 'resolved'
  const lines = what === 'opened' ? openingLines(incident) : endLines(incident)
  const text = `Midwatch ${fleet}: ${lines.join('\n')}\n`
  return { fleet, what, key, title, text, needsPerson: data.needsPerson, openedAt, resolvedAt }
}

function openingLines({ title, openedAt, data, count }: Incident): string[] {
  return [
    title,
    `since ${localTime(openedAt)}${data.needsPerson ? '; it waits for a person' : ''}`,
    ...(count > 1 ? [`seen ${count} times since`] : []),
    ...classesLine(data),
    ...(data.release === '' ? [] : [`how it ends: ${data.release}`]),
    ...changedLines(data),
    'more: midwatch incidents',
  ]
}

function endLines({ title, openedAt, resolvedAt, resolvedBy, data, count }: Incident): string[] {
  return [
    `over: ${title}`,
    `after ${formatDuration((resolvedAt ?? openedAt) - openedAt)}, seen ${count} times; ended by ${resolvedBy ?? 'nobody'}`,
    `attempts spent: ${data.attempts}, tasks touched: ${data.tasks.length}`,
    ...classesLine(data),
    ...changedLines(data),
  ]
}

function classesLine({ classes, lanes }: Incident['data']): string[] {
  const told = Object.entries(classes).map(([name, n]) => `${name} ×${n}`)
  return told.length === 0 ? [] : [`seen: ${told.join(', ')} in ${lanes.join(', ')}`]
}

const changedLines = ({ changed }: Incident['data']): string[] =>
  changed.length === 0
    ? []
    : ['changed since the last success, newest first:', ...changed.map((line) => `  ${line}`)]
