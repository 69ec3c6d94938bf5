// Sensors: small programs that look at the world now and then and say what they see, one JSON object a line: tasks that are
// wanted, or findings that people should know of. What a sensor says is judged here, purely.

export interface SensorConfig {
  readonly name: string
  readonly everyMs: number
  readonly timeoutMs: number
  /** How many tasks it may bring within 24 h. */
  readonly perDay: number
  /** How many tasks by sensors may stand in a row, each from the work at the one before; 1 when absent. */
  readonly depth?: number
  /** `open`: again once the task is settled; `ever`: each key once. */
  readonly scope: 'open' | 'ever'
  /** What is older than this when it is seen is no longer wanted; null for any age. */
  readonly staleMs: number | null
  /** How the tasks it brings are worked on. */
  readonly order: {
    readonly agent: string | null
    readonly tier: string | null
    readonly priority: number
    readonly labels: readonly string[]
  }
  readonly source: SensorSource
}

/** Where a sensor looks: a program of yours, or one that comes along. */
export type SensorSource =
  | { readonly kind: 'command'; readonly run: string }
  | { readonly kind: 'github'; readonly what: GithubView; readonly repo: string | null }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'disk'; readonly path: string; readonly freeBytes: number }
  | { readonly kind: 'credential'; readonly path: string; readonly warnMs: number }
  /** A client whose version should be this one; a `*` at the end stands for any ending. */
  | { readonly kind: 'version'; readonly program: string; readonly wanted: string }
  | {
      readonly kind: 'mailbox'
      readonly host: string
      readonly port: number
      readonly secure: boolean
      readonly user: string | null
      readonly password: string | null
      readonly folder: string
      /** Whose mail becomes work; anybody else's is left alone. */
      readonly from: readonly string[]
    }

/** A sensor as the fleet remembers it. Times are wall times. */
export interface SensorState {
  readonly name: string
  /** Looks in a row that failed. */
  readonly failures: number
  readonly dueAt: number
  readonly lookedAt: number
  /** Why the last look failed; null when it did not. */
  readonly note: string | null
}

export const githubViews = ['failing-runs', 'issues', 'pull-requests'] as const
export type GithubView = (typeof githubViews)[number]

export interface WantedTask {
  readonly key: string
  readonly title: string
  readonly run: string | null
  readonly prompt: string | null
  /** When the thing itself came to be, in ms; null where that is unknown. */
  readonly at: number | null
  /** The task from whose work this comes, where the sensor knows. */
  readonly fromTask: number | null
}

export interface Sighting {
  readonly key: string
  readonly title: string
}

export interface Said {
  readonly tasks: readonly WantedTask[]
  readonly findings: readonly Sighting[]
  /** Lines that are neither, told as they are. */
  readonly garbled: readonly string[]
}

const mostLines = 1_000
const mostChars = 200

/** What the lines of a sensor mean. */
export function readLines(text: string): Said {
  const said = { tasks: [] as WantedTask[], findings: [] as Sighting[], garbled: [] as string[] }
  for (const line of text.split('\n').slice(0, mostLines)) {
    if (line.trim() === '') continue
    const object = objectIn(line)
    const task = object === null ? null : taskIn(object)
    const finding = object === null ? null : findingIn(object)
    if (task !== null) said.tasks.push(task)
    else if (finding !== null) said.findings.push(finding)
    else said.garbled.push(line.slice(0, mostChars))
  }
  return said
}

function objectIn(line: string): Record<string, unknown> | null {
  try {
    const found: unknown = JSON.parse(line)
    return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : null
  } catch {
    return null
  }
}

const textIn = (from: Record<string, unknown>, name: string): string | null => {
  const value = from[name]
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

function taskIn(object: Record<string, unknown>): WantedTask | null {
  const [title, key] = [textIn(object, 'task'), textIn(object, 'key')]
  const [run, prompt] = [textIn(object, 'run'), textIn(object, 'prompt')]
  if (title === null || key === null || (run === null) === (prompt === null)) return null
  const at = textIn(object, 'at')
  const from = object['fromTask']
  return {
    ...{ key, title: title.slice(0, mostChars), run, prompt },
    at: at === null || Number.isNaN(Date.parse(at)) ? null : Date.parse(at),
    fromTask: typeof from === 'number' && Number.isInteger(from) ? from : null,
  }
}

function findingIn(object: Record<string, unknown>): Sighting | null {
  const [title, key] = [textIn(object, 'finding'), textIn(object, 'key')]
  return title === null || key === null ? null : { key, title: title.slice(0, mostChars) }
}

/** The name under which a sensor’s tasks are wanted. */
export const bySensor = (name: string): string => `sensor ${name}`

const firstWaitMs = 60_000
const quarantineAfter = 10
const quarantineMs = 6 * 3_600_000

/** When a sensor that failed so often in a row is tried again, and whether it is told of. */
export function afterFailure(
  inRow: number,
  everyMs: number,
): { readonly waitMs: number; readonly isQuarantined: boolean } {
  if (inRow >= quarantineAfter) return { waitMs: quarantineMs, isQuarantined: true }
  return { waitMs: Math.max(everyMs, firstWaitMs * 2 ** (inRow - 1)), isQuarantined: false }
}
