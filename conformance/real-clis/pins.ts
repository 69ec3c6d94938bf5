// Which clients are run, in which versions: those between which something changed for a dispatcher.

export interface Pin {
  readonly tool: string
  readonly version: string
  readonly package: string
  /** The program below node_modules/.bin. */
  readonly bin: string
  /** Unpacks what the package's install script would; run in the sandbox, without network. */
  readonly unpack?: { readonly folder: string; readonly script: string }
}

const claude = (version: string): Pin => ({
  tool: 'claude',
  version,
  package: '@anthropic-ai/claude-code',
  bin: 'claude',
  unpack: { folder: 'node_modules/@anthropic-ai/claude-code', script: 'install.cjs' },
})

export const pins: readonly Pin[] = [
  claude('2.1.74'), // has no --name
  claude('2.1.76'), // the first with --name
  claude('2.1.112'), // the last in JavaScript
  claude('latest'),
  { tool: 'codex', version: '0.169.0', package: '@openai/codex', bin: 'codex' },
  { tool: 'gemini', version: '0.61.0', package: '@google/gemini-cli', bin: 'gemini' },
  {
    tool: 'opencode',
    version: '1.18.33',
    package: 'opencode-ai',
    bin: 'opencode',
    unpack: { folder: 'node_modules/opencode-ai', script: 'postinstall.mjs' },
  },
  { tool: 'qwen', version: '0.24.4', package: '@qwen-code/qwen-code', bin: 'qwen' },
  { tool: 'copilot', version: '1.0.102', package: '@github/copilot', bin: 'copilot' },
]

export const folderOf = (root: string, { tool, version }: Pin): string =>
  `${root}/${tool}-${version}`
