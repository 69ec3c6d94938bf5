import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'

import { OperatingError } from '../../../src/base/errors.ts'
import { fileConfig } from '../../../src/drivers/config/file-source.ts'

const root = mkdtempSync(join(tmpdir(), 'midwatch-config-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(root, 'fleet-'))
})

const yaml = `
slots: 3
agents:
  shell: { adapter: command, env: { TOKEN: '\${MY_TOKEN}', PLAIN: as-it-is } }
`
const write = (text: string) => writeFileSync(join(dir, 'midwatch.yaml'), text)
const source = (env: Record<string, string>, missing: 'refuse' | 'allow' = 'refuse') =>
  fileConfig({ dir, env, missing })
const cacheText = () => readFileSync(join(dir, '.midwatch/config.cache.json'), 'utf8')

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return 'accepted'
  } catch (error) {
    if (error instanceof OperatingError) return error.code
    throw error
  }
}

test('references are resolved from the environment, and the cache gives the same', async () => {
  write(yaml)
  const first = await source({ MY_TOKEN: 'secret-1' }).load()
  const second = await source({ MY_TOKEN: 'secret-1' }).load()
  expect(first.config.agents[0]?.env).toEqual({ TOKEN: 'secret-1', PLAIN: 'as-it-is' })
  expect(second.config).toEqual(first.config)
  expect(second.hash).toBe(first.hash)
})

test('the value of a variable is never written, and only the owner may read the cache', async () => {
  write(yaml)
  await source({ MY_TOKEN: 'secret-1' }).load()
  expect(cacheText()).not.toContain('secret-1')
  expect(cacheText()).toContain('MY_TOKEN')
  expect(statSync(join(dir, '.midwatch/config.cache.json')).mode & 0o777).toBe(0o600)
  expect(statSync(join(dir, '.midwatch')).mode & 0o777).toBe(0o700)
})

test('the hash changes with the value of a variable, and not with a comment', async () => {
  write(yaml)
  const before = (await source({ MY_TOKEN: 'a' }).load()).hash
  expect((await source({ MY_TOKEN: 'b' }).load()).hash).not.toBe(before)
  write(`# a comment\n${yaml}`)
  expect((await source({ MY_TOKEN: 'a' }).load()).hash).toBe(before)
  write(yaml.replace('slots: 3', 'slots: 2'))
  expect((await source({ MY_TOKEN: 'a' }).load()).hash).not.toBe(before)
})

test('a variable that is not set, or empty, is refused by name', async () => {
  write(yaml)
  for (const env of [{}, { MY_TOKEN: '' }])
    await expect(source(env as Record<string, string>).load()).rejects.toMatchObject({
      code: 'config.variable',
      message: expect.stringMatching(
        /agents\.shell\.env\.TOKEN refers to the environment variable MY_TOKEN/,
      ),
    })
})

test('who only reads may do without the variable, and is told which', async () => {
  write(yaml)
  const loaded = await source({}, 'allow').load()
  expect(loaded.missing).toEqual(['MY_TOKEN'])
  expect(loaded.config.agents[0]?.env['TOKEN']).toBe('')
})

test('nobody finds the fleet without the variable of its store, and is told which', async () => {
  write(`store: \${MY_STORE}\n${yaml}`)
  await expect(source({}, 'allow').load()).rejects.toMatchObject({
    code: 'config.variable',
    message: expect.stringMatching(/store refers to the environment variable MY_STORE.*not set/),
    remedy: expect.stringContaining('wherever midwatch is called'),
  })
  const { config } = await source({ MY_STORE: 'postgres://db/fleet' }, 'allow').load()
  expect(config.store).toBe('postgres://db/fleet')
})

test('the redacted form shows neither values of the environment nor passwords', async () => {
  write(`store: postgres://me:hunter2@db/fleet?sslmode=on\n${yaml.replace('slots: 3', '')}`)
  const { redacted } = await source({ MY_TOKEN: 'secret-1' }).load()
  expect(JSON.stringify(redacted)).not.toMatch(/secret-1|as-it-is|hunter2/)
  expect(redacted.store).toBe('postgres://me:•••@db/fleet?sslmode=on')
})

test('the last good configuration outlives a mistake', async () => {
  write(yaml)
  const good = await source({ MY_TOKEN: 'a' }).load()
  write('agents: [')
  expect(await codeOf(source({ MY_TOKEN: 'a' }).load())).toBe('config.invalid')
  expect((await source({ MY_TOKEN: 'a' }).lastGood())?.config).toEqual(good.config)
  expect(await source({}).lastGood()).not.toBeNull()
})

test('a broken, foreign or missing cache is as good as none', async () => {
  write(yaml)
  expect(await source({}).lastGood()).toBeNull()
  await source({ MY_TOKEN: 'a' }).load()
  writeFileSync(join(dir, '.midwatch/config.cache.json'), '{"version":')
  expect(await source({}).lastGood()).toBeNull()
  expect((await source({ MY_TOKEN: 'a' }).load()).config.slots).toBe(3)
  writeFileSync(
    join(dir, '.midwatch/config.cache.json'),
    cacheText().replace(/"version":"[^"]*"/, '"version":"9.9.9"'),
  )
  expect(await source({}).lastGood()).toBeNull()
})

test('a missing file, a folder in its place and a huge one are refused with a sentence', async () => {
  expect(await codeOf(source({}).load())).toBe('config.missing')
  write('x'.repeat(1_100_000))
  expect(await codeOf(source({}).load())).toBe('config.unreadable')
  const other = fileConfig({ dir: join(dir, 'nowhere'), env: {}, missing: 'refuse' })
  expect(await codeOf(other.load())).toBe('config.missing')
})

test('a change of the text is noticed, also when the file is replaced; none is not', async () => {
  write(yaml)
  let changes = 0
  let noticed = () => {}
  const stop = source({}).watch(() => {
    changes++
    noticed()
  })
  try {
    const changed = new Promise<void>((resolve) => (noticed = resolve))
    write(yaml.replace('slots: 3', 'slots: 9'))
    await changed
    const before = changes
    const again = new Promise<void>((resolve) => (noticed = resolve))
    rmSync(join(dir, 'midwatch.yaml'))
    await again
    expect(changes).toBeGreaterThan(before)
  } finally {
    stop()
  }
})

test('what is kept names references and where programs are, and no other value; it is restored by the variables of then', async () => {
  write(yaml.replace('PLAIN: as-it-is', `PLAIN: as-it-is, PATH: '/opt/bin:\${HOME}/bin'`))
  const { kept = '' } = await source({ MY_TOKEN: 'secret-1', HOME: '/h' }).load()
  expect(kept).not.toMatch(/secret-1|as-it-is|hunter2/)
  const restored = source({ MY_TOKEN: 'secret-2', HOME: '/i' }).restore?.(kept)
  expect(restored?.agents[0]?.env).toEqual({
    TOKEN: 'secret-2',
    PLAIN: '•••',
    PATH: '/opt/bin:/i/bin',
  })
})
