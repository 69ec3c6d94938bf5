// One module as tidy reads it: its syntax tree, its imports and its comments. The parser is the one that vitest brings,
// so that no law depends on guesses about where a string or a function ends.

import { parseAst } from 'vitest/node'

export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

export interface Visit {
  readonly node: Node
  /** From the nearest outwards. */
  readonly parents: readonly Node[]
}

export interface Import {
  readonly from: string
  readonly line: number
  /** `static` loads with the module, `type` is erased, `dynamic` loads when it is reached. */
  readonly how: 'static' | 'type' | 'dynamic'
}

export class Source {
  readonly path: string
  readonly text: string
  #tree: Node | null = null
  #lineStarts: number[] | null = null

  constructor(path: string, text: string) {
    this.path = path
    this.text = text
  }

  get tree(): Node {
    this.#tree ??= parse(this.path, this.text)
    return this.#tree
  }

  /** The line (from 1) of an offset. */
  lineOf(offset: number): number {
    this.#lineStarts ??= [...this.text.matchAll(/^/gm)].map((match) => match.index)
    const after = this.#lineStarts.findIndex((start) => start > offset)
    return after < 0 ? this.#lineStarts.length : after
  }

  /** Every node, outer ones first. */
  visit(): Visit[] {
    const found: Visit[] = []
    const walk = (node: Node, parents: readonly Node[]) => {
      found.push({ node, parents })
      for (const child of childrenOf(node)) walk(child, [node, ...parents])
    }
    walk(this.tree, [])
    return found
  }

  imports(): Import[] {
    return this.visit().flatMap(({ node }) => {
      const how = howImported(node)
      if (how === null) return []
      return [{ from: textOf(node['source']) ?? '', line: this.lineOf(node.start), how }]
    })
  }

  /** Comments with their offsets: what stands between `//` or block marks outside of every literal. */
  comments(): { readonly text: string; readonly start: number }[] {
    const literals = this.visit().filter(({ node }) => isText(node))
    let bare = this.text
    for (const { node } of literals)
      bare = bare.slice(0, node.start) + '_'.repeat(node.end - node.start) + bare.slice(node.end)
    return [...bare.matchAll(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g)].map((match) => ({
      text: this.text.slice(match.index, match.index + match[0].length),
      start: match.index,
    }))
  }
}

function parse(path: string, text: string): Node {
  const plain = text.replace(/^#!.*/, (line) => ' '.repeat(line.length))
  try {
    return parseAst(plain, { lang: path.endsWith('.tsx') ? 'tsx' : 'ts' }) as unknown as Node
  } catch (error) {
    throw new Error(`${path} can’t be parsed: ${(error as Error).message}`)
  }
}

function childrenOf(node: Node): Node[] {
  return Object.entries(node)
    .filter(([key]) => key !== 'parent')
    .flatMap(([, value]) => (Array.isArray(value) ? value : [value]))
    .filter(isNode)
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'

/** Literals whose text could look like code or a comment: strings, regular expressions, parts of templates. */
const isText = ({ type, value, regex }: Node): boolean =>
  type === 'TemplateElement' ||
  (type === 'Literal' && (typeof value === 'string' || regex !== undefined))

function howImported(node: Node): Import['how'] | null {
  switch (node.type) {
    case 'ImportDeclaration':
      return node['importKind'] === 'type' || onlyTypes(node['specifiers']) ? 'type' : 'static'
    case 'ExportAllDeclaration':
      return node['exportKind'] === 'type' ? 'type' : 'static'
    case 'ExportNamedDeclaration':
      if (!isNode(node['source'])) return null
      return node['exportKind'] === 'type' ? 'type' : 'static'
    case 'ImportExpression':
      return 'dynamic'
    case 'TSImportType':
      return 'type'
    default:
      return null
  }
}

const onlyTypes = (specifiers: unknown): boolean =>
  Array.isArray(specifiers) &&
  specifiers.length > 0 &&
  specifiers.every((one: Node) => one['importKind'] === 'type')

/** The value of a string literal, or of a template without expressions; null for anything else. */
export function textOf(node: unknown): string | null {
  if (!isNode(node)) return null
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? node['value'] : null
  if (node.type === 'TSLiteralType') return textOf(node['literal'])
  return null
}

/** `a.b` of a member expression, as far as both are plain names; null for anything else. */
export function dotted(node: unknown): string | null {
  if (!isNode(node)) return null
  if (node.type === 'Identifier') return String(node['name'])
  if (node.type !== 'MemberExpression') return null
  const object = dotted(node['object'])
  const property = node['computed'] === true ? textOf(node['property']) : dotted(node['property'])
  return object === null || property === null ? null : `${object}.${property}`
}
