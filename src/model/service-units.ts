// The units under which a service manager keeps a fleet: the supervisor, and a timer that looks once in a while. Pure text, from
// the paths and the limits; what a unit allows is longer than what the fleet itself allows.

export interface UnitsInput {
  readonly fleet: string
  readonly dir: string
  /** Program and arguments that start `midwatch`. */
  readonly command: readonly string[]
  /** The PATH of whoever installs: clients are found by it. */
  readonly path: string
  readonly system: boolean
  /** For a system unit: who it runs as. */
  readonly user: string
  readonly checkEveryMs: number
}

export interface Unit {
  readonly name: string
  readonly text: string
}

/** From the wish to stop to the end: children end within a minute, then they are ended. */
const stopSeconds = 90
const startSeconds = 120
/** The supervisor says every few seconds that it lives. */
export const watchdogSeconds = 30

export const unitNames = (fleet: string) => ({
  service: `midwatch-${fleet}.service`,
  check: `midwatch-${fleet}-check.service`,
  timer: `midwatch-${fleet}-check.timer`,
})

/** Every unit of a fleet. */
export function unitsOf(input: UnitsInput): readonly Unit[] {
  const { fleet, dir, command, path, system, user, checkEveryMs } = input
  const names = unitNames(fleet)
  const run = (...words: string[]) => [...command, ...words, '--fleet', dir].map(quoted).join(' ')
  const common = [
    `WorkingDirectory=${specifiers(dir)}`,
    `Environment=${quoted(`PATH=${path}`)}`,
    ...(system ? [`User=${user}`] : []),
  ]
  return [
    {
      name: names.service,
      text: sections({
        Unit: [
          `Description=Midwatch fleet ${fleet}`,
          'Wants=network-online.target',
          'After=network-online.target',
        ],
        Service: [
          'Type=notify',
          'NotifyAccess=all',
          `ExecStart=${run('up')}`,
          ...common,
          // Sessions outlive the dispatcher: only the supervisor is told to end, and it ends its children itself.
          'KillMode=process',
          'Delegate=yes',
          'Restart=always',
          'RestartSec=5',
          `TimeoutStartSec=${startSeconds}`,
          `TimeoutStopSec=${stopSeconds}`,
          `WatchdogSec=${watchdogSeconds}`,
          'TimeoutAbortSec=10',
        ],
        Install: [`WantedBy=${system ? 'multi-user.target' : 'default.target'}`],
      }),
    },
    {
      name: names.check,
      text: sections({
        Unit: [`Description=Midwatch fleet ${fleet}, looked at once`],
        Service: [
          'Type=oneshot',
          `ExecStart=${run('check')}`,
          // Red is told by its own message; a unit that fails besides would only be told twice.
          'SuccessExitStatus=1',
          ...common,
        ],
      }),
    },
    {
      name: names.timer,
      text: sections({
        Unit: [`Description=Midwatch fleet ${fleet}, looked at now and then`],
        Timer: ['OnBootSec=3min', `OnUnitActiveSec=${Math.round(checkEveryMs / 1_000)}s`],
        Install: ['WantedBy=timers.target'],
      }),
    },
  ]
}

const sections = (all: Readonly<Record<string, readonly string[]>>): string =>
  Object.entries(all)
    .map(([name, lines]) => `[${name}]\n${lines.join('\n')}\n`)
    .join('\n')

/** A percent sign begins a specifier everywhere in a unit. */
const specifiers = (text: string): string => text.replaceAll('%', '%%')

/** One word of a command line as systemd reads it. */
function quoted(word: string): string {
  const safe = specifiers(word).replaceAll('$', '$$$$')
  return /^[\w@%+=:,./$-]+$/.test(safe)
    ? safe
    : `"${safe.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
