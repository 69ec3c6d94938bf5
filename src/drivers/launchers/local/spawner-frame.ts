// Requests to the spawner as bytes, as its text reads them: length, length of the environment, fields, environment. Pure.

import { assert } from '../../../base/assert.ts'
import { maxRequestBytes } from './spawner-text.ts'
import type { WrapperOrder } from './wrapper.ts'

/** What is to be started; no string holds a zero byte. */
export interface SpawnRequest {
  /** The attempt's folder, whose ticket tells what could not be executed. */
  readonly dir: string
  readonly cwd: string
  /** What is executed; under a wrapper, the program. */
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** What a wrapper is told that the spawner is to fork around the command; absent where the command is executed as it is. */
  readonly wrapping?: Pick<WrapperOrder, 'nonce' | 'startByCentis' | 'bootId' | 'joinFile'> & {
    readonly mark: string
  }
  /** What is to lie in the attempt's folder, by name; it is made first. Absent where it is laid out already. */
  readonly lay?: Readonly<Record<string, string>>
  /** A cgroup that is to be made, if that can be. */
  readonly cgroup?: string
}

/** The request to start a session as bytes; null for one that is too large to pass. */
export function frameOf(
  number: number,
  { dir, cwd, command, env, wrapping, lay, cgroup }: SpawnRequest,
) {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}\0`)
  const files = lay === undefined ? ['-'] : laid(Object.entries(lay))
  const told = wrapping === undefined ? [] : toldOf(wrapping)
  const words = [String(told.length), ...told, ...files, ...command]
  const fields = [String(number), 'start', dir, cwd, cgroup ?? '', ...words]
  const frame = framed(fields, variables.join(''))
  return frame.length - 8 > maxRequestBytes ? null : frame
}

const toldOf = (wrapping: NonNullable<SpawnRequest['wrapping']>): string[] => {
  const { nonce, startByCentis, bootId, joinFile, mark } = wrapping
  return [nonce, String(startByCentis), bootId, joinFile, mark]
}

const laid = (files: readonly (readonly [string, string])[]) => [
  String(files.length),
  ...files.flat(),
]

export function framed(fields: readonly string[], environment = ''): Buffer {
  assert(!fields.some((field) => field.includes('\0')), 'no field holds a zero byte')
  const text = `${fields.join('\0')}\0${environment}`
  const length = Buffer.byteLength(text)
  const frame = Buffer.allocUnsafe(8 + length)
  frame.writeUInt32BE(length)
  frame.writeUInt32BE(Buffer.byteLength(environment), 4)
  frame.write(text, 8)
  return frame
}
