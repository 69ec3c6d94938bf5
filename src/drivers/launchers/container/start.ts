// Starts a session's container: the image first, then the container, then what the engine made of it is read back. One that
// is not what was asked for is ended, and told.

import { existsSync, lchownSync, readdirSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { failed } from '../../../base/errors.ts'
import type { ContainerLaunching } from '../../../model/launcher.ts'
import { layWrapper } from '../local/launch-file.ts'
import { readTicket } from '../local/session-files.ts'
import { whyMemoryUnbound } from '../systemd/enforced.ts'
import { troubleOf } from '../tool.ts'
import { type Box, type First, groupOf } from './box.ts'
import type { ContainerState, Engine } from './engine.ts'
import { refusalFor } from './refusals.ts'
import { type ContainerCall, runArguments, whyNotMounted } from './words.ts'

/** Sees to the image by its pull policy. Throws OperatingError `launch.*`. Takes as long as a pull takes. */
export async function ensureImage(
  engine: Engine,
  { image, pull }: ContainerLaunching,
): Promise<void> {
  if (pull !== 'always') {
    const isHere = await engine.hasImage(image)
    if (isHere === true) return
    if (typeof isHere === 'string')
      throw refusalFor(`${engine.name} cannot look for ${image}`, isHere)
    if (pull === 'never')
      throw failed(
        'launch.image_missing',
        `The image ${image} is not on this host, and \`pull: never\` says not to fetch it.`,
        'Build or fetch it, or say `pull: missing`.',
      )
  }
  const pulled = await engine.pull(image)
  const trouble = troubleOf(engine.name, pulled)
  if (trouble === null) return
  const said = pulled.is === 'said' ? `${pulled.out}\n${pulled.err}` : trouble
  throw refusalFor(`${image} could not be fetched`, said)
}

/** What keeps an order from a container before anybody is asked. Throws OperatingError `launch.*`. */
export async function checkFolders(cwd: string, writes: readonly string[]): Promise<void> {
  const isFolder = await stat(cwd).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isFolder)
    throw failed(
      'launch.cwd_missing',
      `The working directory ${cwd} does not exist.`,
      'Create it, or give the task another --cwd.',
    )
  const why = whyNotMounted([cwd, ...writes])
  if (why !== null) throw failed('launch.invalid', why, 'Choose another path.')
}

/** Paths that are there: a mount of a missing one keeps the whole container from starting. */
export const thoseThere = (paths: readonly string[]): string[] =>
  paths.filter((path) => existsSync(path) && whyNotMounted([path]) === null)

/** Starts it. Throws OperatingError `launch.*`; then nothing of it runs, save for `launch.unanswered`. */
export async function startBox(
  engine: Engine,
  box: Box,
  call: ContainerCall,
): Promise<First | null> {
  await layWrapper(box.dir, call.order)
  if (call.asRoot) giveTo(call.launching.user, box.dir)
  const said = await engine.run(runArguments(call))
  if (said.is === 'silent') throw unanswered(engine, box, troubleOf(engine.name, said) ?? '')
  if (said.is !== 'said')
    throw failed(
      'launch.no_engine',
      `${troubleOf(engine.name, said)}.`,
      'Install it, or say `launcher: {kind: local}`.',
    )
  // Another start of the same launch was first: it is the one that runs.
  const isThere = /already in use/.test(said.err)
  if (said.code !== 0 && !isThere) {
    const began = readTicket(box.dir) !== null
    if (!began) await engine.remove(box.name)
    if (!began)
      throw refusalFor(`The container of attempt ${call.order.attemptId} did not start`, said.err)
  }
  return await readBack(engine, box, call, isThere ? answersAwaited : 1)
}

/** The attempt's folder becomes that of the user whom the session runs as; a name means something in the image alone. */
function giveTo(user: string | null, dir: string): void {
  const [, uid, gid] = /^(\d+)(?::(\d+))?$/.exec(user ?? '') ?? []
  if (uid === undefined) return
  for (const name of ['', ...readdirSync(dir)])
    lchownSync(join(dir, name), Number(uid), gid === undefined ? -1 : Number(gid))
}

/** An engine gives a name away before it knows of the container. */
const answersAwaited = 50

async function readBack(
  engine: Engine,
  box: Box,
  call: ContainerCall,
  tries: number,
): Promise<First | null> {
  let state = await engine.inspect(box.name)
  for (let more = tries - 1; state === null && more > 0; more--)
    state = await engine.inspect(box.name)
  if (typeof state === 'string') throw unanswered(engine, box, state)
  if (state === null)
    throw failed(
      'launch.container_unknown',
      `${engine.name} said that ${box.name} was started, and does not know it.`,
      'Look at the log of the engine.',
    )
  const first = state.pid === null ? null : box.meet(state.pid)
  const wrong = [...differences(call.launching, state), ...unbound(call.launching, first)]
  if (wrong.length === 0) return first
  await engine.kill(box.name, 'KILL')
  await engine.remove(box.name)
  throw failed(
    'launch.container_differs',
    `Container ${box.name} is not what it was asked to be: ${wrong.join('; ')}.`,
    'Leave out what this engine cannot keep here, or give it the controllers; nothing runs unbounded.',
  )
}

/** What the engine made otherwise than it was asked to, as sentences. */
export function differences(launching: ContainerLaunching, state: ContainerState): string[] {
  const { memoryBytes, cpus, tasks, readOnly, network } = launching
  const found: string[] = []
  const differs = (what: string, asked: unknown, made: unknown) =>
    found.push(`${what} was asked to be ${asked} and is ${made}`)
  if (memoryBytes !== null && state.memory !== memoryBytes)
    differs('memory', memoryBytes, state.memory)
  if (cpus !== null && Math.abs(state.nanoCpus - cpus * 1e9) > 1e7)
    differs('cpus', cpus, state.nanoCpus / 1e9)
  if (tasks !== null && state.pidsLimit !== tasks) differs('tasks', tasks, state.pidsLimit)
  if (readOnly !== state.readOnly) differs('readOnly', readOnly, state.readOnly)
  if (network === 'none' && state.network !== 'none') differs('network', network, state.network)
  return found
}

function unbound({ memoryBytes }: ContainerLaunching, first: First | null): string[] {
  if (memoryBytes === null || first === null) return []
  const { memory, processes } = groupOf(first.pid)
  if (processes === null) return [] // it is over, or its control group is not ours to see
  const why = whyMemoryUnbound(memoryBytes, memory)
  return why === null ? [] : [`memory=${memoryBytes} was taken and is not enforced: ${why}`]
}

/** Nobody knows whether it runs; its start mark will tell. */
const unanswered = ({ name }: Engine, box: Box, why: string) =>
  failed(
    'launch.unanswered',
    `${name} did not say whether ${box.name} was started: ${why}.`,
    'Look for its start mark.',
  )
