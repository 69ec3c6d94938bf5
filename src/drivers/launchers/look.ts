// Whether a launcher can start sessions here, found out without starting one: for `doctor`.

import { existsSync } from 'node:fs'

import type { Launching } from '../../model/launcher.ts'
import { Engine } from './container/engine.ts'
import { launcherName } from './open.ts'
import { Manager } from './systemd/manager.ts'
import { type AskTool, toolsUnder, troubleOf } from './tool.ts'

interface Trouble {
  readonly sentence: string
  readonly remedy: string
}

/** Why this launcher cannot start sessions here; null when it can. */
export async function whyNoLauncher(
  launching: Launching,
  env: Readonly<Record<string, string>>,
  asRoot: boolean,
  ask: AskTool = toolsUnder(env),
): Promise<Trouble | null> {
  return (await whyNotAsked(launching, asRoot, ask)) ?? whyNoPath(launching)
}

/** A path that it is to show to sessions and that is not there keeps each of them from starting. */
function whyNoPath(launching: Launching): Trouble | null {
  const missing = pathsOf(launching).find((path) => !existsSync(path))
  if (missing === undefined) return null
  return { sentence: `${missing} is not there`, remedy: 'make it, or leave it out of `launcher:`' }
}

function pathsOf(launching: Launching): readonly string[] {
  if (launching.kind === 'container') return launching.mounts.map(({ from }) => from)
  if (launching.kind === 'systemd') return launching.protect ? launching.writable : []
  const { writable = [], readable = [] } = launching.sandbox ?? {}
  return [...writable, ...readable]
}

async function whyNotAsked(
  launching: Launching,
  asRoot: boolean,
  ask: AskTool,
): Promise<Trouble | null> {
  switch (launching.kind) {
    case 'local':
      return launching.sandbox === null ? null : await whyNoSandbox(ask)
    case 'systemd': {
      const scope = launcherName(launching, asRoot) === 'systemd' ? 'system' : 'user'
      const why = await new Manager(scope, ask).whyNot()
      if (why === null) return null
      const remedy =
        scope === 'user'
          ? 'run it where the user has a manager of their own: `loginctl enable-linger`, XDG_RUNTIME_DIR set'
          : 'run it where systemd is process 1, or say `kind: local`'
      return { sentence: `the ${scope}’s systemd does not answer: ${why}`, remedy }
    }
    case 'container': {
      const engine = new Engine(launching.engine, ask)
      const why = await engine.whyNot()
      if (why !== null)
        return {
          sentence: why,
          remedy: `install or start ${launching.engine}, or name the other engine`,
        }
      const isHere = launching.pull === 'never' ? await engine.hasImage(launching.image) : true
      if (isHere === true) return null
      const sentence =
        isHere === false
          ? `the image ${launching.image} is not on this host, and \`pull: never\` says not to fetch it`
          : isHere
      return { sentence, remedy: 'build or fetch it, or say `pull: missing`' }
    }
  }
}

/** A sandbox is made and left again: kernels and distributions forbid them in many ways. */
async function whyNoSandbox(ask: AskTool): Promise<Trouble | null> {
  const plain = ['--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev', '--unshare-pid']
  const why = troubleOf('bwrap', await ask('bwrap', [...plain, '/bin/true']))
  if (why === null) return null
  const isAbsent = why.includes('not installed')
  return {
    sentence: isAbsent
      ? 'bubblewrap is not installed here'
      : `bubblewrap cannot make a sandbox here: ${why}`,
    remedy: isAbsent
      ? 'install it (apt-get install bubblewrap)'
      : 'let this user make namespaces (sysctl kernel.unprivileged_userns_clone, AppArmor), or leave `sandbox` out',
  }
}
