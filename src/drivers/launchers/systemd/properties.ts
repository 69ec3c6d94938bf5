// What a session's unit is to be, as rows of name and value. A row is the only way to say a property, so an argument that
// is glued otherwise cannot be written: a dispatcher once ran for months on `-p=MemoryMax=4G`, which systemd reads as
// the property `=MemoryMax`. Each row knows under which name and value systemd shows it again. Pure.

import type { SystemdLaunching } from '../../../model/launcher.ts'
import type { Bounds } from '../contract.ts'
import { readSpanUs } from './time-span.ts'

/** Every property that this launcher knows. */
export type PropertyName =
  | 'Type'
  | 'Description'
  | 'RemainAfterExit'
  | 'CollectMode'
  | 'KillMode'
  | 'SendSIGKILL'
  | 'OOMPolicy'
  | 'IgnoreSIGPIPE'
  | 'TimeoutStopSec'
  | 'RuntimeMaxSec'
  | 'WorkingDirectory'
  | 'MemoryAccounting'
  | 'MemoryMax'
  | 'CPUQuota'
  | 'TasksAccounting'
  | 'TasksMax'
  | 'NoNewPrivileges'
  | 'ProtectSystem'
  | 'PrivateTmp'
  | 'PrivateNetwork'
  | 'ReadWritePaths'
  | 'BindPaths'
  | 'BindReadOnlyPaths'

export interface PropertyRow {
  readonly name: PropertyName
  readonly value: string
  /** The property by which systemd shows it, and whether what it shows is the same; null for what is not compared. */
  readonly shown: { readonly as: string; readonly is: (shown: string) => boolean } | null
}

/** The argument of systemd-run for a row. */
export const propertyArgument = ({ name, value }: PropertyRow): string =>
  `--property=${name}=${value}`

/** Beyond our own limit and grace: what a daemon needs to be back and to stop the session itself. */
const runtimeMarginMs = 120_000

export interface UnitFolders {
  readonly cwd: string
  /** The attempt's own folder. */
  readonly attemptDir: string
  /** What its git worktree shares with the repository; null for none. */
  readonly git?: string | null
}

/** The rows of a session's unit. */
export function unitRows(
  launching: SystemdLaunching,
  bounds: Bounds,
  { cwd, attemptDir, git = null }: UnitFolders,
  description: string,
): PropertyRow[] {
  const { memoryBytes, cpus, tasks, protect, network } = launching
  const runtimeS = Math.ceil((bounds.limitMs + bounds.graceMs + runtimeMarginMs) / 1_000)
  const writes = [attemptDir, cwd, ...(git === null ? [] : [git]), ...launching.writable]
  return [
    same('Type', 'exec'),
    { name: 'Description', value: description, shown: null },
    // A unit that ended stays until its result was read.
    same('RemainAfterExit', 'yes'),
    same('CollectMode', 'inactive'),
    same('KillMode', 'control-group'),
    same('SendSIGKILL', 'yes'),
    same('OOMPolicy', 'stop'),
    same('IgnoreSIGPIPE', 'no'),
    span('TimeoutStopSec', 'TimeoutStopUSec', Math.ceil(bounds.graceMs / 1_000)),
    span('RuntimeMaxSec', 'RuntimeMaxUSec', runtimeS),
    same('WorkingDirectory', cwd),
    same('MemoryAccounting', 'yes'),
    same('TasksAccounting', 'yes'),
    ...(memoryBytes === null ? [] : [same('MemoryMax', String(memoryBytes))]),
    ...(tasks === null ? [] : [same('TasksMax', String(tasks))]),
    ...(cpus === null ? [] : [cpuQuota(cpus)]),
    same('NoNewPrivileges', 'yes'),
    ...(protect ? protection([...new Set(writes)], bounds) : []),
    ...(network ? [] : [same('PrivateNetwork', 'yes')]),
  ]
}

/** A read-only system, with `writes` writable, and what lies below the hidden /tmp bound into the new one. */
function protection(named: readonly string[], { reads, writes }: Bounds): PropertyRow[] {
  // What a client may keep or not is no trouble where it is missing.
  const all = [
    ...named,
    ...writes.filter((path) => !named.includes(path)).map((path) => `-${path}`),
  ]
  const outside = all.filter((path) => !isTemporary(path))
  const inside = all.filter(isTemporary)
  return [
    same('ProtectSystem', 'strict'),
    same('PrivateTmp', 'yes'),
    ...outside.map((path) => paths('ReadWritePaths', path)),
    ...reads.filter(isTemporary).map((path) => paths('BindReadOnlyPaths', `-${path}`)),
    ...inside.map((path) => paths('BindPaths', path)),
  ]
}

const isTemporary = (path: string): boolean => /^-?(\/var)?\/tmp\//.test(path)

const same = (name: PropertyName, value: string): PropertyRow => ({
  name,
  value,
  shown: { as: name, is: (shown) => shown === value },
})

const span = (name: PropertyName, as: string, seconds: number): PropertyRow => ({
  name,
  value: `${seconds}s`,
  shown: { as, is: (shown) => readSpanUs(shown) === seconds * 1_000_000 },
})

function cpuQuota(cpus: number): PropertyRow {
  const percent = Math.round(cpus * 100)
  const is = (shown: string) => readSpanUs(shown) === percent * 10_000
  return { name: 'CPUQuota', value: `${percent}%`, shown: { as: 'CPUQuotaPerSecUSec', is } }
}

/** One path each; systemd adds them up. It shows a list, in which a path stands by itself or as `from:to:…`. */
const paths = (name: PropertyName, path: string): PropertyRow => ({
  name,
  value: quotedPath(name, path),
  shown: {
    as: name,
    is: (shown) =>
      !/^[\w./-]+$/.test(path) ||
      shown.split(' ').some((one) => one === path || one.startsWith(`${path}:`)),
  },
})

/** As systemd reads a word of a list; in bind mounts a colon ends the path. */
function quotedPath(name: PropertyName, path: string): string {
  if (/^[\w./+@-]+$/.test(path)) return path
  const bound = name === 'ReadWritePaths' ? path : path.replaceAll(':', '\\:')
  return `"${bound.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

/** Rows that systemd shows otherwise than they were asked for, as sentences. */
export const differences = (
  rows: readonly PropertyRow[],
  shown: ReadonlyMap<string, string>,
): string[] =>
  rows.flatMap(({ name, value, shown: known }) => {
    if (known === null) return []
    const said = shown.get(known.as)
    if (said !== undefined && known.is(said)) return []
    return [
      `${name} was asked to be ${value} and is ${said === undefined ? 'not shown' : said || 'empty'}`,
    ]
  })

/** The names under which the rows are shown. */
export const shownNames = (rows: readonly PropertyRow[]): string[] => [
  ...new Set(rows.flatMap(({ shown }) => (shown === null ? [] : [shown.as]))),
]
