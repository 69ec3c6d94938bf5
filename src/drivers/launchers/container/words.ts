// Words the call that starts a session's container, and names it so that it is found again. Pure.

import type { ContainerLaunching } from '../../../model/launcher.ts'
import { markVariable } from '../../processes/process.ts'
import type { Bounds, LaunchOrder } from '../contract.ts'
import { fileWrapperArguments, type WrapperOrder, wrapperShell } from '../local/wrapper.ts'

/** The container of one start of one attempt. */
export const containerName = (fleetId: string, attemptId: number, nonce: string): string =>
  `midwatch-${fleetId}-${attemptId}-${nonce}`.replace(/[^\w.-]/g, '_')

export const fleetLabel = (fleetId: string): string => `midwatch.fleet=${fleetId}`

/** After so long the engine itself ends it, where it can: beyond our own limit and grace. */
export const runtimeS = ({ limitMs, graceMs }: Bounds): number =>
  Math.ceil((limitMs + graceMs + 120_000) / 1_000)

export interface ContainerCall {
  readonly order: LaunchOrder
  readonly wrapping: WrapperOrder
  readonly mark: string
  readonly launching: ContainerLaunching
  readonly bounds: Bounds
  readonly fleetId: string
  /** Whole paths that are there: what it may read, and write besides its folders. */
  readonly reads: readonly string[]
  readonly writes: readonly string[]
  /** `UID:GID` of the daemon. */
  readonly self: string
  readonly asRoot: boolean
}

/** Arguments of `run --detach`. */
export function runArguments(call: ContainerCall): string[] {
  const { order, wrapping, launching, bounds, fleetId } = call
  const { attemptId, nonce, cwd } = order
  const { engine, image, network, user, readOnly, memoryBytes, cpus, tasks } = launching
  const own = [wrapping.attemptDir, cwd, ...call.writes]
  const mounts = [
    ...call.reads.map((path) => mountOf(path, path, false)),
    ...launching.mounts.map(({ from, to, write }) => mountOf(from, to, write)),
    ...[...new Set(own)].map((path) => mountOf(path, path, true)),
  ]
  // Without root podman maps users; this one stays who it is, and what it makes is its own.
  const mapping = engine === 'podman' && !call.asRoot ? ['--userns=keep-id'] : []
  const labels = [
    fleetLabel(fleetId),
    `midwatch.attempt=${attemptId}`,
    `midwatch.nonce=${nonce}`,
    `midwatch.runtime=${runtimeS(bounds)}`,
  ]
  return [
    `--name=${containerName(fleetId, attemptId, nonce)}`,
    ...labels.map((label) => `--label=${label}`),
    '--pull=never',
    '--restart=no',
    '--log-driver=none',
    `--workdir=${cwd}`,
    `--network=${network}`,
    `--user=${user ?? call.self}`,
    ...mapping,
    '--cap-drop=ALL',
    '--security-opt=no-new-privileges',
    ...(readOnly ? ['--read-only', '--tmpfs=/tmp:rw,mode=1777'] : []),
    ...(memoryBytes === null ? [] : [`--memory=${memoryBytes}`, `--memory-swap=${memoryBytes}`]),
    ...(cpus === null ? [] : [`--cpus=${cpus}`]),
    ...(tasks === null ? [] : [`--pids-limit=${tasks}`]),
    ...(engine === 'podman' ? [`--timeout=${runtimeS(bounds)}`] : []),
    ...mounts,
    `--env=${markVariable}=${call.mark}`,
    `--entrypoint=${wrapperShell}`,
    image,
    ...fileWrapperArguments(wrapping),
  ]
}

const mountOf = (from: string, to: string, write: boolean): string =>
  `--mount=type=bind,source=${from},target=${to}${write ? '' : ',readonly'}`

/** Why a path cannot be mounted; null when each can. */
export function whyNotMounted(paths: readonly string[]): string | null {
  const bad = paths.find((path) => !path.startsWith('/') || /[,"\n\r]/.test(path))
  return bad === undefined
    ? null
    : `The path ${JSON.stringify(bad)} cannot be mounted: it has a comma, a quote or a line break in it.`
}
