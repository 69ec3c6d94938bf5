// Section `launcher`: who starts sessions and what bounds them, for the whole host, or for one agent instead.

import { z } from 'zod'

import { didYouMean } from '../../../base/nearest.ts'
import { type Launching, type Mount, parseSize } from '../../../model/launcher.ts'

const whole = /^(\/|\$\{)/
const pathRule = 'must be a whole path, such as /home/me/cache'
const path = z.string().regex(whole, pathRule)
const sizeRule = 'must be a size such as 512M or 4G'
/** Below it no engine starts anything; none at all means no bound to some. */
const [smallestBytes, largestBytes] = [8 * 1_024 ** 2, 1_024 ** 5]
/** What begins with a dash would be taken for an option by the engine. */
const word = /^[^\s-]\S*$/

export const launcherShape = z.strictObject({
  kind: z
    .enum(['local', 'systemd', 'container'])
    .describe(
      'local: processes of this machine; systemd: transient units; container: podman or docker.',
    ),
  sandbox: z
    .boolean()
    .optional()
    .describe(
      'local: a bubblewrap sandbox: read-only system, its own folder writable, no other home.',
    ),
  protect: z
    .boolean()
    .optional()
    .describe('systemd: a read-only system, a /tmp of its own; true when left out.'),
  network: z
    .string()
    .regex(word, 'must be a name, such as bridge')
    .optional()
    .describe('none, host, or (container) bridge or the name of one of the engine’s own.'),
  writable: z.array(path).optional().describe('Further paths it may write to.'),
  readable: z.array(path).optional().describe('local, sandboxed: further paths it may read.'),
  memory: z
    .string(sizeRule)
    .regex(/^\d{1,12}[KMGT]?$/, sizeRule)
    .refine(fits, 'must be from 8M to 1024T')
    .optional()
    .describe('systemd, container: memory at most, such as 4G.'),
  cpus: z
    .number('must be a number such as 1.5')
    .min(0.01, 'must be at least 0.01')
    .max(4_096, 'must be at most 4096')
    .optional()
    .describe('systemd, container: processors’ worth of time at most.'),
  tasks: z
    .int('must be a whole number')
    .min(4, 'must be at least 4')
    .max(4_000_000, 'must be at most 4000000')
    .optional()
    .describe('systemd, container: processes and threads at most.'),
  manager: z
    .enum(['auto', 'system', 'user'])
    .optional()
    .describe('systemd: whose manager; auto is the system’s for root, else the user’s own.'),
  engine: z.enum(['podman', 'docker']).optional().describe('container: podman when left out.'),
  image: z
    .string()
    .regex(word, 'must be the name of an image, such as localhost/tools:3')
    .optional()
    .describe('container: the image.'),
  pull: z
    .enum(['never', 'missing', 'always'])
    .optional()
    .describe('container: when the image is fetched; missing when left out.'),
  user: z
    .string()
    .regex(/^[\w.-]+(:[\w.-]+)?$/, 'must be a user such as 1000:1000')
    .optional()
    .describe('container: whom it runs as; the user of the dispatcher when left out.'),
  readOnly: z.boolean().optional().describe('container: a read-only root; true when left out.'),
  mounts: z
    .array(
      z
        .string()
        .regex(/^(\/|\$\{)[^:]*:\/[^:]*(:(ro|rw))?$/, 'must be FROM:TO, FROM:TO:ro or FROM:TO:rw')
        .regex(/^[^,"\n\r]*$/, 'must have no comma, quote or line break in it'),
    )
    .optional()
    .describe('container: further folders of the host, FROM:TO, read-only unless :rw.'),
})

/** Whether a size, if it is one, is neither none at all nor beyond what a number holds. */
function fits(text: string): boolean {
  const bytes = parseSize(text)
  return bytes === null || (bytes >= smallestBytes && bytes <= largestBytes)
}

export type LauncherFile = z.infer<typeof launcherShape>

const bounded = ['memory', 'cpus', 'tasks'] as const

/** Which keys mean something for which kind. */
const keysOf: Readonly<Record<LauncherFile['kind'], readonly (keyof LauncherFile)[]>> = {
  local: ['sandbox', 'network', 'writable', 'readable'],
  systemd: ['protect', 'network', 'writable', 'manager', ...bounded],
  container: ['network', 'engine', 'image', 'pull', 'user', 'readOnly', 'mounts', ...bounded],
}

/** What this section asks for and cannot have, as sentences by key; empty when it is sound. */
export function launcherDisagreements(
  file: LauncherFile,
): { readonly key: string; readonly sentence: string }[] {
  const given = Object.keys(file) as (keyof LauncherFile)[]
  const foreign = given.filter((key) => key !== 'kind' && !keysOf[file.kind].includes(key))
  const found = foreign.map((key) => ({
    key,
    sentence: `means nothing for kind ${file.kind}${didYouMean(key, keysOf[file.kind])}; known there are ${keysOf[file.kind].join(', ')}`,
  }))
  if (file.kind === 'container' && file.image === undefined)
    found.push({ key: 'image', sentence: 'is missing: a container needs an image' })
  const { network } = file
  if (file.kind !== 'container' && network !== undefined && !/^(none|host)$/.test(network))
    found.push({ key: 'network', sentence: `must be none or host for kind ${file.kind}` })
  if (file.kind === 'local' && file.sandbox !== true)
    for (const key of ['network', 'writable', 'readable'] as const)
      if (given.includes(key))
        found.push({ key, sentence: 'needs `sandbox: true`: without one, all is open' })
  return found
}

/** The section as the house uses it. */
export function toLaunching(file: LauncherFile): Launching {
  const network = file.network !== 'none'
  const { writable = [], readable = [] } = file
  const sizes = {
    memoryBytes: file.memory === undefined ? null : parseSize(file.memory),
    cpus: file.cpus ?? null,
    tasks: file.tasks ?? null,
  }
  switch (file.kind) {
    case 'local':
      return {
        kind: 'local',
        sandbox: file.sandbox === true ? { network, writable, readable } : null,
      }
    case 'systemd': {
      const { manager = 'auto', protect = true } = file
      return { kind: 'systemd', manager, protect, network, writable, ...sizes }
    }
    case 'container':
      return {
        kind: 'container',
        engine: file.engine ?? 'podman',
        image: file.image ?? '',
        pull: file.pull ?? 'missing',
        network: file.network ?? 'bridge',
        user: file.user ?? null,
        readOnly: file.readOnly ?? true,
        mounts: (file.mounts ?? []).map(toMount),
        ...sizes,
      }
  }
}

function toMount(text: string): Mount {
  const [from = '', to = '', mode] = text.split(':')
  return { from, to, write: mode === 'rw' }
}
