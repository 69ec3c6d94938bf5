// One word for one thing (docs/VOCABULARY.md). Words that other systems use for our things are told with ours. Judged
// are comments and names of src, not strings: what clients print is their own. And no page names its author's machine.

import { type Finding, type House, isUnder, type Law } from './house.ts'
import type { Source } from './source.ts'

const instead = new Map([
  ['job', 'task'],
  ['jobs', 'tasks'],
  ['worker', 'agent'],
  ['workers', 'agents'],
  ['bot', 'agent'],
  ['tenant', 'fleet'],
  ['bead', 'task'],
  ['heartbeat', 'pulse'],
  ['heartbeats', 'pulses'],
  ['unblock', 'release'],
  ['unblocked', 'released'],
  ['mutex', 'lock'],
])

/** Phrases of comments. A gate is passing or shut: to an electrician an open one lets nothing through. */
const phrases: readonly { readonly seen: RegExp; readonly use: string }[] = [
  {
    seen: /\bgates?\b[^.;:\n]{0,16}\b(?:is|are|was|were|stays?|be|becomes?) (?:open|closed)\b/gi,
    use: 'passing or shut',
  },
  { seen: /\b(?:open|closed) gates?\b/gi, use: 'passing or shut gate' },
  { seen: /\bclos(?:e|es|ed|ing) (?:the|a|its|every|each) gates?\b/gi, use: 'shut' },
  {
    seen: /\bkill(?:s|ed|ing)? (?:the|a|its|every|each) tasks?\b/gi,
    use: 'settle the task, stop the session',
  },
  { seen: /\b(?:queue|work) items?\b/gi, use: 'task' },
]
const gateNames = /^(?:open|close)(?:d?)gates?$|^gates?(?:open|closed)$/i

function findIn(source: Source): Finding[] {
  return [...inNames(source), ...inComments(source)]
}

/** Adapters spell the events and flags of their clients as the clients do. */
const quoting = 'src/drivers/agents'

function inNames(source: Source): Finding[] {
  if (isUnder(source.path, quoting)) return []
  const seen = new Set<string>()
  return source.visit().flatMap(({ node }) => {
    const name = node.type === 'Identifier' ? String(node['name']) : ''
    if (name === '' || seen.has(name)) return []
    seen.add(name)
    const at = (word: string, use: string) => ({
      path: source.path,
      line: source.lineOf(node.start),
      what: `the name ${name} says “${word}”; here that is “${use}”`,
    })
    if (gateNames.test(name)) return [at(name, 'passing or shut')]
    return wordsOf(name).flatMap((word) =>
      instead.has(word) ? [at(word, instead.get(word) ?? '')] : [],
    )
  })
}

/** The words of `readJobRow`, `MAX_JOBS` or `job`. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z]+/)
    .map((word) => word.toLowerCase())

function inComments(source: Source): Finding[] {
  return source.comments().flatMap(({ text, start }) => {
    const at = (index: number, word: string, use: string) => ({
      path: source.path,
      line: source.lineOf(start + index),
      what: `the comment says “${word}”; here that is “${use}”`,
    })
    const prose = text.replace(/`[^`]*`/g, (quoted) => ' '.repeat(quoted.length))
    const single = [...prose.matchAll(/\b[a-z]+\b/gi)].flatMap(({ 0: word, index }) => {
      const use = instead.get(word.toLowerCase())
      return use === undefined ? [] : [at(index, word, use)]
    })
    const several = phrases.flatMap(({ seen, use }) =>
      [...prose.matchAll(seen)].map(({ 0: words, index }) => at(index, words, use)),
    )
    return [...single, ...several]
  })
}

export const ownWords: Law = {
  name: 'comments and names of src use the words of docs/VOCABULARY.md',
  remedy: 'Use our word, or give a new notion its word in docs/VOCABULARY.md first',
  find: (house: House) => house.sources('src').flatMap(findIn),
  broken: [
    {
      files: {
        'src/model/a.ts': [
          '// Takes the next job, if',
          '// the gate is open.',
          'export const workerCount = 1',
          'const gateOpen = true',
          'interface A { readonly lastHeartbeat: number }',
          '/* kills the task */',
        ].join('\n'),
      },
      at: [
        'src/model/a.ts:3',
        'src/model/a.ts:4',
        'src/model/a.ts:5',
        'src/model/a.ts:1',
        'src/model/a.ts:2',
        'src/model/a.ts:6',
      ],
    },
  ],
  kept: {
    'src/model/a.ts': [
      '// What reopens a gate is its release. The file is open; the client prints `job done`.',
      'export const seen = /worker exited/',
      "export const text = 'no jobs'",
      'const openedAt = 1',
    ].join('\n'),
    'src/drivers/agents/a.ts': "// Says it.\nconst kinds = { rapid_refill_breaker: 'hollow' }\n",
  },
}

// Put together from parts, so that this page does not break its own law.
const machine = new RegExp(String.raw`(?<![\w.$}/-])/(?:${['work', 'Users'].join('|')})/[\w.]`, 'g')
const authors = new RegExp(
  [
    ['co', 'authored', 'by'].join('-'),
    String.raw`(?:generated|written|made) (?:by|with) (?:claude|chatgpt|codex|copilot|gemini|cursor|an? (?:ai|llm|model|assistant))\b`,
  ].join('|'),
  'gi',
)

function findTraces(house: House): Finding[] {
  return Object.entries(house.files).flatMap(([path, text]) =>
    text.split('\n').flatMap((content, index) =>
      [...content.matchAll(machine), ...content.matchAll(authors)].map((match) => ({
        path,
        line: index + 1,
        what: `has “${match[0]}”`,
      })),
    ),
  )
}

const planted = ['', 'work', 'main'].join('/')

export const speaksOfItself: Law = {
  name: 'no file names its author’s machine or tools',
  remedy: 'Use a relative path or a temporary folder; the project speaks of itself alone',
  find: findTraces,
  broken: [
    { files: { 'docs/a.md': `# A\n\nSee ${planted}/src.\n` }, at: ['docs/a.md:3'] },
    { files: { 'src/a.ts': `const dir = '${planted}'\n` }, at: ['src/a.ts:1'] },
    {
      files: { 'src/a.ts': `// ${['Generated', 'with', 'Claude'].join(' ')}\n` },
      at: ['src/a.ts:1'],
    },
  ],
  kept: { 'docs/a.md': '# A\n\nA session of claude works in src/work/tree, made by a person.\n' },
}
