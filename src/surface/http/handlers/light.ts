// Is it working? One light and one sentence. Red: work waits and nothing moves it. Yellow: something is out of order, or
// waits for a person, or all work is gated. Green: all is well, or there is nothing to do, and the sentence says which.

import type { StatusReport } from '../../cli/status/report.ts'

export interface Light {
  readonly light: 'green' | 'yellow' | 'red'
  readonly sentence: string
}

type Seen = Pick<StatusReport, 'red' | 'counts' | 'running' | 'gates' | 'incidents' | 'dispatchers'>

/** Judges a report. `needs` is how many things wait for a person. */
export function verdictOf(report: Seen, needs: number): Light {
  const { red, counts, running, gates, incidents } = report
  const [worst] = red
  if (worst !== undefined) return { light: 'red', sentence: worst }
  const stopped = gates.filter((gate) => gate.state !== 'passing')
  const waiting = counts.ready + counts.held
  const [gate] = stopped
  if (gate !== undefined && running.length === 0 && counts.ready > 0)
    return {
      light: 'yellow',
      sentence: `${tasks(counts.ready)} ${counts.ready === 1 ? 'waits' : 'wait'} behind ${gate.lane}, which is ${gate.state}: ${gate.reason}`,
    }
  const [incident] = incidents
  if (incident !== undefined)
    return { light: 'yellow', sentence: joined(incident.title, running.length) }
  if (gate !== undefined)
    return {
      light: 'yellow',
      sentence: joined(`${gate.lane} is ${gate.state}: ${gate.reason}`, running.length),
    }
  if (needs > 0)
    return {
      light: 'yellow',
      sentence: `${needs === 1 ? 'one thing waits' : `${needs} things wait`} for you${doing(running.length)}`,
    }
  if (running.length > 0)
    return { light: 'green', sentence: `${tasks(running.length)} under way, ${waiting} waiting` }
  if (waiting > 0) return { light: 'green', sentence: `${tasks(waiting)} waiting, none due yet` }
  return { light: 'green', sentence: 'nothing to do: every task is settled' }
}

const tasks = (n: number): string => (n === 1 ? '1 task' : `${n} tasks`)
/** A question needs no further mark behind it, and a sentence that goes on has none before its end. */
const joined = (title: string, n: number): string => {
  const open = title.replace(/\.$/, '')
  return /[?!]$/.test(open) ? `${open}${doing(n).replace(/^;/, '')}` : `${open}${doing(n)}`
}

const doing = (n: number): string => (n === 0 ? '' : `; ${tasks(n)} under way meanwhile`)
