import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'

import { findFleet } from '../../../src/drivers/config/discover.ts'
import { makeFleet } from '../../../src/drivers/config/init.ts'
import { readConfig } from '../../../src/drivers/config/load.ts'

const root = mkdtempSync(join(tmpdir(), 'midwatch-init-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

let dir = ''
beforeEach(() => {
  dir = join(mkdtempSync(join(root, 'x-')), 'town')
})
const textOf = (folder: string) => readFileSync(join(folder, 'midwatch.yaml'), 'utf8')

test('a new fleet has a valid configuration with an agent `shell`', () => {
  const made = makeFleet(dir, '')
  const config = readConfig(textOf(dir), 'midwatch.yaml', 'town')
  expect(made.found).toEqual([])
  expect(config.name).toBe('town')
  expect(config.agents).toMatchObject([
    { name: 'shell', adapter: 'command', tier: 'light', slots: 2 },
  ])
  expect(textOf(dir)).toContain('# yaml-language-server: $schema=.midwatch/midwatch.schema.json')
})

test('a client on the PATH is configured with permission to edit, and the levels are explained', () => {
  const bin = join(dir, 'bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, 'claude'), '#!/bin/sh\n')
  chmodSync(join(bin, 'claude'), 0o755)
  const made = makeFleet(dir, `relative:${bin}`)
  const config = readConfig(textOf(dir), 'midwatch.yaml', 'town')
  expect(made.found).toEqual([{ adapter: 'claude', path: join(bin, 'claude') }])
  expect(config.agents.map((a) => [a.name, a.permissions])).toEqual([
    ['shell', 'edit'],
    ['claude', 'edit'],
  ])
  for (const level of ['plan', 'edit', 'full'])
    expect(textOf(dir)).toContain(`permissions: ${level}`)
})

test('a file of that name that cannot be executed is no client', () => {
  const bin = join(dir, 'bin')
  mkdirSync(join(bin, 'sub/claude'), { recursive: true })
  writeFileSync(join(bin, 'claude'), 'not a program')
  expect(makeFleet(dir, `${bin}:${join(bin, 'sub')}`).found).toEqual([])
})

test('the state folder is private and ignored by git; the schema knows every key', () => {
  makeFleet(dir, '')
  expect(statSync(join(dir, '.midwatch')).mode & 0o777).toBe(0o700)
  expect(readFileSync(join(dir, '.midwatch/.gitignore'), 'utf8')).toBe('*\n')
  const schema = JSON.parse(readFileSync(join(dir, '.midwatch/midwatch.schema.json'), 'utf8'))
  expect(Object.keys(schema.properties)).toContain('backoff')
  expect(schema.required).toEqual(['agents'])
  expect(schema.additionalProperties).toBe(false)
  expect(schema.properties.agents.additionalProperties.properties.permissions.enum).toEqual([
    'plan',
    'edit',
    'full',
  ])
})

test('nothing is overwritten, and nothing is left behind by the refusal', () => {
  mkdirSync(dir)
  writeFileSync(join(dir, 'midwatch.yaml'), 'mine')
  expect(() => makeFleet(dir, '')).toThrow(
    expect.objectContaining({ code: 'init.exists', exit: 'refused' }),
  )
  expect(textOf(dir)).toBe('mine')
  expect(readdirSync(dir)).toEqual(['midwatch.yaml'])
})

test('a folder whose name YAML would misread names its fleet all the same', () => {
  for (const name of ['123', 'no', '1e3', 'Ümläut & Co', '---']) {
    const folder = join(root, 'names', name)
    makeFleet(folder, '')
    expect(readConfig(textOf(folder), 'midwatch.yaml', 'x').name, name).toMatch(/^[A-Za-z0-9]/)
  }
})

test('a folder that cannot be made is told with the reason', () => {
  writeFileSync(dir, 'a file')
  expect(() => makeFleet(join(dir, 'below'), '')).toThrow(/no fleet could be made in .*ENOTDIR/)
  expect(existsSync(join(dir, 'below'))).toBe(false)
})

test('a fleet is found upward, by name, or by the environment, in this order', () => {
  makeFleet(dir, '')
  const deep = join(dir, 'a/b/c')
  mkdirSync(deep, { recursive: true })
  const nothing = { named: null, fromEnvironment: null, cwd: deep }
  expect(findFleet(nothing)).toBe(dir)
  expect(findFleet({ ...nothing, cwd: root, fromEnvironment: dir })).toBe(dir)
  expect(findFleet({ ...nothing, cwd: root, named: join(dir, 'midwatch.yaml') })).toBe(dir)
  expect(findFleet({ ...nothing, cwd: deep, named: '../../..', fromEnvironment: '/nowhere' })).toBe(
    dir,
  )
})

test('where there is no fleet the sentence says where it was looked for', () => {
  const looked = { named: null, fromEnvironment: null, cwd: root }
  expect(() => findFleet(looked)).toThrow(
    expect.objectContaining({ code: 'fleet.not_found', exit: 'notFound' }),
  )
  expect(() => findFleet({ ...looked, named: 'nowhere' })).toThrow(
    /--fleet names .*nowhere, which does not exist/,
  )
  expect(() => findFleet({ ...looked, fromEnvironment: root })).toThrow(
    /MIDWATCH_FLEET names .* has no midwatch.yaml/,
  )
})
