// The launchers of this machine behind one: each is loaded when an order or an adopted session first asks for it.

import type { Clock } from '../../base/clock.ts'
import type { Launching } from '../../model/launcher.ts'
import { choosingLauncher } from './choosing.ts'
import type { Launcher } from './contract.ts'
import { createLocalLauncher } from './local/local.ts'

export interface LaunchersOptions {
  readonly attemptsDir: string
  readonly fleetId: string
  readonly clock: Clock
  readonly asRoot: boolean
  readonly baseEnv: Readonly<Record<string, string>>
}

/** Opens them. Throws OperatingError `launch.no_proc` on a system that does not show its processes. */
export const openLaunchers = (options: LaunchersOptions): Launcher =>
  choosingLauncher({
    attemptsDir: options.attemptsDir,
    local: createLocalLauncher(options),
    nameFor: (launching) => launcherName(launching, options.asRoot),
    open: (name) => openNamed(name, options),
  })

/** The name under which a session's launcher is kept. */
export function launcherName(launching: Launching, asRoot: boolean): string {
  switch (launching.kind) {
    case 'local':
      return 'local'
    case 'systemd': {
      const { manager } = launching
      const isSystem = manager === 'system' || (manager === 'auto' && asRoot)
      return isSystem ? 'systemd' : 'systemd-user'
    }
    case 'container':
      return launching.engine
  }
}

async function openNamed(name: string, options: LaunchersOptions): Promise<Launcher | null> {
  const { toolsUnder } = await import('./tool.ts')
  const ask = toolsUnder(options.baseEnv)
  switch (name) {
    case 'systemd':
    case 'systemd-user': {
      const { createSystemdLauncher } = await import('./systemd/systemd.ts')
      return createSystemdLauncher({ ...options, ask }, name === 'systemd' ? 'system' : 'user')
    }
    case 'podman':
    case 'docker': {
      const { createContainerLauncher } = await import('./container/container.ts')
      return createContainerLauncher({ ...options, ask }, name)
    }
  }
  return null
}
