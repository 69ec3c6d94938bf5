import { expect, test } from 'vitest'

import { readConfig } from '../../../src/drivers/config/load.ts'
import { ConfigError } from '../../../src/drivers/config/mistake.ts'

const read = (text: string) => readConfig(text, 'midwatch.yaml', 'town')

function refusedWith(text: string): ConfigError {
  try {
    read(text)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('it was accepted')
}

const shell = 'agents: { shell: { adapter: command } }\n'

test('what is not said has its default, and the folder names the fleet', () => {
  expect(read(shell)).toMatchObject({
    name: 'town',
    store: 'sqlite',
    slots: 4,
    tiers: ['frontier', 'standard', 'light'],
    attempts: 5,
    backoffMs: [30_000, 60_000, 120_000, 300_000, 600_000],
    unchargedMax: 20,
    limits: {
      attemptMs: 7_200_000,
      stopGraceMs: 10_000,
      confirmMs: 30_000,
      leaseMs: 60_000,
      leaseGraceMs: 30_000,
      checkMs: 900_000,
      pollMs: 1_000,
    },
    agents: [
      {
        name: 'shell',
        adapter: 'command',
        model: null,
        tier: 'light',
        roles: [],
        onlyLabels: [],
        slots: 1,
        permissions: 'edit',
        program: null,
        args: null,
        env: {},
        timeoutMs: null,
      },
    ],
  })
})

test('what is said holds, with durations in milliseconds', () => {
  const config = read(`
name: night
slots: 2
tiers: [big, small]
backoff: [1s, 1m30s]
unchargedPerDay: 7
limits: { attempt: 45m, check: 90s }
agents:
  claude: { adapter: claude, model: opus, tier: big, slots: 3, permissions: plan, timeout: 1h, roles: [review] }
`)
  expect(config).toMatchObject({
    name: 'night',
    slots: 2,
    backoffMs: [1_000, 90_000],
    unchargedMax: 7,
    limits: { attemptMs: 2_700_000, checkMs: 90_000 },
    agents: [
      {
        name: 'claude',
        model: 'opus',
        tier: 'big',
        slots: 3,
        timeoutMs: 3_600_000,
        roles: ['review'],
      },
    ],
  })
})

test('every mistake is told at once, in the order of the file, each with its line', () => {
  const error = refusedWith(`slot: 3
agents:
  shell:
    adapter: comand
    slots: two
    permisions: full
    timeout: 30
`)
  expect(error.code).toBe('config.invalid')
  expect(error.exit).toBe('usage')
  expect(error.mistakes.map((m) => [m.line, m.column, m.path, m.sentence])).toEqual([
    [1, 1, '', 'unknown key `slot`; did you mean `slots`?'],
    [
      4,
      5,
      'agents.shell.adapter',
      expect.stringMatching(/^must be one of command, .*, not "comand"; did you mean `command`\?$/),
    ],
    [5, 5, 'agents.shell.slots', 'must be a whole number from 1 to 1000, not "two"'],
    [6, 5, 'agents.shell', 'unknown key `permisions`; did you mean `permissions`?'],
    [7, 5, 'agents.shell.timeout', 'must be a duration such as 30s, 10m or 2h, not 30'],
  ])
  expect(error.message).toContain('midwatch.yaml has 5 mistakes')
  expect(error.message).toContain('    6 |     permisions: full\n      |     ^')
})

test('text that is no YAML is told with the place where it breaks', () => {
  for (const [text, line, sentence] of [
    ['agents: [1\nb: 2\n', 2, /not valid YAML: .*end with a \]/],
    ['\tagents: 1', 1, /Tabs are not allowed as indentation/],
    [
      'agents:\n  a: { adapter: command }\n  a: { adapter: command }\n',
      3,
      /Map keys must be unique/,
    ],
    ['agents: !!foo x', 1, /Unresolved tag/],
    ['a: 1\n---\nb: 2\n', 2, /multiple documents/],
  ] as const) {
    const [mistake] = refusedWith(text).mistakes
    expect(mistake?.line, text).toBe(line)
    expect(mistake?.sentence, text).toMatch(sentence)
  }
})

test('references of YAML that lead nowhere or breed without end are mistakes, not crashes', () => {
  expect(refusedWith('agents: *nobody').mistakes[0]?.sentence).toMatch(/Unresolved alias/)
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
  for (let i = 0; i < 9; i++) {
    const before = String.fromCharCode(97 + i)
    bomb.push(
      `${String.fromCharCode(98 + i)}: &${String.fromCharCode(98 + i)} [${`*${before},`.repeat(9)}]`,
    )
  }
  expect(refusedWith(bomb.join('\n')).mistakes[0]?.sentence).toMatch(/alias/i)
})

test('an empty file, a list, and a file without agents are refused', () => {
  expect(refusedWith('').mistakes[0]?.sentence).toMatch(/the file is empty/)
  expect(refusedWith('# nothing\n').mistakes[0]?.sentence).toMatch(/the file is empty/)
  expect(refusedWith('- 1').mistakes[0]?.sentence).toMatch(/must be a block/)
  expect(refusedWith('agents: {}').mistakes[0]?.sentence).toBe('must name at least one agent')
  expect(refusedWith('slots: 2').mistakes[0]).toMatchObject({
    path: 'agents',
    sentence: 'is missing',
  })
})

test('names of agents and of variables are plain', () => {
  const error = refusedWith(
    'agents: { "a b": { adapter: command }, c: { adapter: command, env: { "X-Y": "1" } } }',
  )
  expect(error.mistakes.map((m) => m.sentence)).toEqual([
    expect.stringMatching(/^must be 1 to 63 letters/),
    'must be the name of an environment variable',
  ])
})

test('two limits that contradict each other are named with their numbers', () => {
  const [mistake] = refusedWith(`${shell}limits: { confirm: 2m, lease: 1m }`).mistakes
  expect(mistake?.path).toBe('limits')
  expect(mistake?.sentence).toMatch(/confirm \(120000 ms\) must be shorter than lease \(60000 ms\)/)
})

test('an agent of a tier that the fleet does not have is refused, with the nearest tier', () => {
  const [mistake] = refusedWith('agents: { a: { adapter: command, tier: frontir } }').mistakes
  expect(mistake?.sentence).toBe(
    'tier frontir is not one of frontier, standard, light; did you mean `frontier`?',
  )
})

test('a reference with a default is refused: an unset variable must not go unnoticed', () => {
  const withEnv = (value: string) => `agents: { a: { adapter: command, env: { KEY: '${value}' } } }`
  expect(refusedWith(withEnv('$' + '{KEY:-none}')).mistakes[0]?.sentence).toMatch(
    /defaults are not supported/,
  )
  expect(refusedWith(withEnv('$' + '{a b}')).mistakes[0]?.sentence).toMatch(
    /not the name of a variable/,
  )
  expect(read(withEnv('$$' + '{a b}')).agents[0]?.env['KEY']).toBe('$$' + '{a b}')
})

test('a number where a text belongs is answered with the remedy', () => {
  const [mistake] = refusedWith('agents: { a: { adapter: command, env: { PORT: 8080 } } }').mistakes
  expect(mistake?.sentence).toBe('must be a text, not 8080; put it in quotes')
})

test('a long text in the wrong place is not repeated, for it may be a secret', () => {
  const secret = 'sk-ant-0123456789012345678901234567890123456789'
  const error = refusedWith(`agents: { a: { adapter: command, permissions: ${secret} } }`)
  expect(error.mistakes[0]?.sentence).not.toContain(secret)
})

const schedule = (lines: string) => `${shell}schedules: { nightly: { ${lines} } }\n`

test('a schedule has a pattern, a zone, and one order; what is not said has its default', () => {
  const { schedules } = read(schedule("cron: '30 3 * * mon-fri', timezone: Europe/Berlin, run: ls"))
  expect(schedules).toMatchObject([
    {
      ...{ name: 'nightly', cron: '30 3 * * mon-fri', timezone: 'Europe/Berlin' },
      ...{ catchUp: 'latest', jitterMs: 0, scope: 'each' },
      order: { title: 'nightly', run: 'ls', prompt: null },
    },
  ])
  expect(read(schedule("cron: '0 3 * * *', run: ls, scope: 20h")).schedules).toMatchObject([
    { scope: { windowMs: 72_000_000 } },
  ])
})

test.each([
  ["cron: '61 * * * *', run: ls", 'five fields'],
  ["cron: '* * * * * *', run: ls", 'five fields'],
  ["cron: '0 0 30 2 *', run: ls", 'never comes'],
  ["cron: '0 * * * *', run: ls, jitter: 2h", 'shorten `jitter`'],
  ["cron: '0 * * * *', timezone: Mars/Base, run: ls", 'time zone'],
  ["cron: '0 * * * *'", 'either run or prompt'],
  ["cron: '0 * * * *', run: ls, prompt: p", 'either run or prompt'],
  ["cron: '0 * * * *', run: ls, scope: ever", 'each'],
  ["cron: '0 * * * *', run: ls, calm: nigth", 'calm nigth is not there'],
])('a schedule with %s is refused with the reason', (lines, why) => {
  expect(refusedWith(schedule(lines)).message).toContain(why)
})
