// One session's unit: its name, and what systemd shows of it. Whatever is not loaded proves nothing: of a unit that was
// collected or never existed systemd says exit 0, Result=success and ExecMainStatus=0, and LoadState=not-found. Pure.

/** The unit of one start of one attempt; found again after a restart by the same words. */
export const unitName = (fleetId: string, attemptId: number, nonce: string): string =>
  `midwatch-${plain(fleetId)}-${attemptId}-${plain(nonce)}.service`

/** A pattern for the units of a fleet. */
export const unitPattern = (fleetId: string): string => `midwatch-${plain(fleetId)}-*.service`

/** The slice of a fleet. A dash in a slice's name means “below”, so those of the id are escaped. */
export const sliceName = (fleetId: string): string =>
  `midwatch-${plain(fleetId).replaceAll('-', '\\x2d')}.slice`

/** What a unit's name may hold. */
const plain = (word: string): string => word.replace(/[^\w.-]/g, '_')

/** Attempt and nonce of a unit of this fleet; null for any other. */
export function readUnitName(
  name: string,
  fleetId: string,
): { readonly attemptId: number; readonly nonce: string } | null {
  const rest = name.startsWith(`midwatch-${plain(fleetId)}-`)
    ? name.slice(`midwatch-${plain(fleetId)}-`.length)
    : ''
  const match = /^(\d+)-([\w.]+)\.service$/.exec(rest)
  return match === null ? null : { attemptId: Number(match[1]), nonce: match[2] ?? '' }
}

/** The properties that a unit's state is read from. */
export const stateNames = [
  'LoadState',
  'ActiveState',
  'SubState',
  'Result',
  'ExecMainPID',
  'ExecMainCode',
  'ExecMainStatus',
  'ControlGroup',
] as const

/** A unit that systemd knows. */
export interface Unit {
  readonly active: string
  readonly result: string
  readonly mainPid: number | null
  /** 1 exited, 2 killed, 3 dumped, as SIGCHLD tells; 0 while it runs. */
  readonly mainCode: number
  readonly mainStatus: number
  readonly controlGroup: string | null
}

/** Lines `NAME=VALUE` of `systemctl show`. */
export function readShown(text: string): Map<string, string> {
  const shown = new Map<string, string>()
  for (const line of text.split('\n')) {
    const at = line.indexOf('=')
    if (at <= 0) continue
    const name = line.slice(0, at)
    const value = line.slice(at + 1)
    shown.set(name, shown.has(name) ? `${shown.get(name)} ${value}` : value)
  }
  return shown
}

/** The unit; null when it is not loaded, whatever else is said of it. */
export function readUnit(shown: ReadonlyMap<string, string>): Unit | null {
  if (shown.get('LoadState') !== 'loaded') return null
  const pid = Number(shown.get('ExecMainPID') ?? 0)
  return {
    active: shown.get('ActiveState') ?? '',
    result: shown.get('Result') ?? '',
    mainPid: pid > 0 ? pid : null,
    mainCode: Number(shown.get('ExecMainCode') ?? 0),
    mainStatus: Number(shown.get('ExecMainStatus') ?? 0),
    controlGroup: shown.get('ControlGroup') || null,
  }
}

/** Whether its main process is over; a unit that stays after its exit is `active` all the same. */
export const isOver = (unit: Unit): boolean => unit.mainCode !== 0

/** What systemd itself holds to be the cause of the end. */
export function causeOf({ result }: Unit): 'oom' | 'timeout' | null {
  if (result === 'oom-kill') return 'oom'
  return result === 'timeout' ? 'timeout' : null
}

/** How the main process ended: `exited with 203/EXEC`. */
export function describeEnd({ mainCode, mainStatus, result }: Unit): string {
  const known = mainCode === 1 ? setupFailures[mainStatus] : undefined
  const how =
    mainCode === 1
      ? `exited with ${mainStatus}${known === undefined ? '' : `/${known.name}`}`
      : `was ended by signal ${mainStatus}`
  return `Result=${result}, its main process ${how}`
}

export interface SetupFailure {
  readonly name: string
  readonly code: string
  readonly sentence: string
  readonly remedy: string
}

/** Exit codes by which systemd tells that it could not set up the process (systemd.exec(5)). */
export const setupFailures: Readonly<Record<number, SetupFailure>> = {
  200: {
    name: 'CHDIR',
    code: 'launch.cwd_missing',
    sentence: 'its working directory could not be entered',
    remedy: 'Create it, or give the task another --cwd.',
  },
  203: {
    name: 'EXEC',
    code: 'launch.not_executed',
    sentence: 'the wrapper could not be executed',
    remedy: 'Check that /usr/bin/env and /bin/sh run in the unit.',
  },
  209: {
    name: 'STDOUT',
    code: 'launch.refused',
    sentence: 'its output could not be opened',
    remedy: 'Check that the journal runs.',
  },
  217: {
    name: 'USER',
    code: 'launch.refused',
    sentence: 'its user is not known',
    remedy: 'Check who runs the dispatcher.',
  },
  219: {
    name: 'CGROUP',
    code: 'launch.refused',
    sentence: 'its control group could not be made',
    remedy: 'Look at the journal of systemd.',
  },
  225: {
    name: 'NETWORK',
    code: 'launch.refused',
    sentence: 'its network could not be made private',
    remedy: 'Say `network: host`, or run it under the system’s manager.',
  },
  226: {
    name: 'NAMESPACE',
    code: 'launch.namespace',
    sentence: 'its view of the files could not be made',
    remedy: 'Check that every path under `writable` exists, or say `protect: false`.',
  },
}
