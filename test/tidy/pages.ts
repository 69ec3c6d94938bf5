// The Markdown pages: one title each, and no link into the void.

import { posix } from 'node:path'

import type { Finding, House, Law } from './house.ts'

/** The lines of a page, those inside code fences emptied. */
export function prose(text: string): string[] {
  let fenced = false
  return text.split('\n').map((line) => {
    const isFence = /^\s*(```|~~~)/.test(line)
    if (isFence) fenced = !fenced
    return fenced || isFence ? '' : line
  })
}

function findTitles(house: House): Finding[] {
  return house.pages.flatMap((path) => {
    const titles = prose(house.files[path] ?? '')
      .map((line, index) => ({ line, at: index + 1 }))
      .filter(({ line }) => /^# \S/.test(line))
    if (titles.length === 0) return [{ path, line: 1, what: 'has no title' }]
    return titles.slice(1).map(({ at }) => ({ path, line: at, what: 'has a second title' }))
  })
}

export const oneTitle: Law = {
  name: 'a Markdown page has exactly one title',
  remedy: 'Begin the page with one `# Title`; chapters are `##`',
  find: findTitles,
  broken: [
    { files: { 'docs/a.md': 'Words.\n' }, at: ['docs/a.md:1'] },
    { files: { 'README.md': '# A\n\n# B\n' }, at: ['README.md:3'] },
  ],
  kept: { 'README.md': '# A\n\n## B\n\n```sh\n# a comment\n```\n' },
}

function findLinks(house: House): Finding[] {
  return house.pages.flatMap((path) =>
    prose(house.files[path] ?? '').flatMap((line, index) =>
      [...line.matchAll(/\]\(([^)\s]+)\)/g)].flatMap((match) => {
        const why = whyDead(house, path, match[1] ?? '')
        return why === null ? [] : [{ path, line: index + 1, what: why }]
      }),
    ),
  )
}

function whyDead(house: House, path: string, link: string): string | null {
  if (/^[a-z]+:/.test(link)) return null
  const [file = '', anchor] = link.split('#', 2)
  const target = file === '' ? path : posix.join(posix.dirname(path), file).replace(/\/$/, '')
  const isFolder = Object.keys(house.files).some((one) => one.startsWith(`${target}/`))
  if (!house.has(target) && !isFolder) return `links to ${target}, which is not there`
  if (anchor === undefined || isFolder) return null
  const anchors = prose(house.files[target] ?? '')
    .filter((line) => /^#+ /.test(line))
    .map(anchorOf)
  return anchors.includes(anchor) ? null : `links to #${anchor}, which ${target} does not have`
}

/** The anchor of a heading as the common renderers make it. */
const anchorOf = (heading: string): string =>
  heading
    .replace(/^#+ /, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')

export const liveLinks: Law = {
  name: 'a link between pages leads somewhere',
  remedy: 'Mend the path or the heading',
  find: findLinks,
  broken: [
    { files: { 'docs/a.md': '# A\n\n[b](b.md)\n' }, at: ['docs/a.md:3'] },
    { files: { 'docs/a.md': '# A\n\n[b](#b)\n' }, at: ['docs/a.md:3'] },
  ],
  kept: {
    'docs/a.md':
      '# A\n\n## The `b`: c\n\n[b](#the-b-c) [s](../src/) [w](https://example.org) [r](../README.md#r)\n',
    'README.md': '# R\n',
    'src/a.ts': '',
  },
}

/** What comments of the code refer to, and the line of a page that answers. */
const references: readonly {
  readonly seen: RegExp
  readonly page: string
  readonly answer: (word: string) => RegExp
}[] = [
  {
    seen: /\bARCHITECTURE §(\d+)/g,
    page: 'docs/ARCHITECTURE.md',
    answer: (n) => new RegExp(`^## ${n}\\. `, 'm'),
  },
  { seen: /\b[Ss]eed (\d+)/g, page: 'docs/outages.md', answer: () => /^(?!)/ },
  {
    seen: /(?<![\w.`$-])(S\d)(?![\w.`-])/g,
    page: 'docs/outages.md',
    answer: (s) => new RegExp(`^\\| \\*\\*${s}\\*\\* \\|`, 'm'),
  },
]

function findReferences(house: House): Finding[] {
  return house.sources('src').flatMap((source) =>
    source.comments().flatMap(({ text, start }) =>
      references.flatMap(({ seen, page, answer }) =>
        [...text.matchAll(seen)]
          .filter((match) => !answer(match[1] ?? '').test(house.files[page] ?? ''))
          .map((match) => ({
            path: source.path,
            line: source.lineOf(start + match.index),
            what: `refers to ${match[0]}, which ${page} does not tell of`,
          })),
      ),
    ),
  )
}

export const liveReferences: Law = {
  name: 'what a comment refers to stands in the documents',
  remedy:
    'Name a section of docs/ARCHITECTURE.md or an outage of docs/outages.md (S0, S1 …), or say it in words',
  find: findReferences,
  broken: [
    {
      files: {
        'src/model/a.ts':
          '// As ARCHITECTURE §99 says\n// (S9).\n// Seed 004: a guard.\nexport const a = 1\n',
        'docs/ARCHITECTURE.md': '# A\n\n## 9. Sessions\n',
        'docs/outages.md': '# O\n\n| **S0** | why |\n',
      },
      at: ['src/model/a.ts:1', 'src/model/a.ts:2', 'src/model/a.ts:3'],
    },
  ],
  kept: {
    'src/model/a.ts': '// ARCHITECTURE §9, (S0), a seeded S3-bucket.\nexport const S9 = 1\n',
    'docs/ARCHITECTURE.md': '# A\n\n## 9. Sessions\n',
    'docs/outages.md': '# O\n\n| **S0** | why |\n',
  },
}
