// All tools that something is known of, and the way from any spelling of a name to its knowledge.

import type { ToolKnowledge } from '../tool.ts'
import { aider } from './aider.ts'
import { amp, copilot, crush, cursor, droid, goose, gptme } from './agents.ts'
import { claude } from './claude.ts'
import { codex } from './codex.ts'
import { gemini } from './gemini.ts'
import { git } from './git.ts'
import { curl, node, shell, sqlite, timeoutTool } from './launchers.ts'
import { kilo, opencode } from './opencode.ts'
import { qwen } from './qwen.ts'
import { container, systemd, tmux } from './services.ts'

const all: readonly ToolKnowledge[] = [
  ...[
    claude,
    codex,
    gemini,
    qwen,
    opencode,
    kilo,
    goose,
    aider,
    cursor,
    copilot,
    gptme,
    crush,
    amp,
    droid,
  ],
  ...[node, shell, timeoutTool, systemd, container, tmux, git, curl, sqlite],
]

const byName = new Map(all.flatMap((tool) => tool.names.map((name) => [name, tool] as const)))

/** What is known of a tool, by any spelling: a path, a version behind `@`, other separators. Never fails. */
export function knowledgeOf(name: string): ToolKnowledge {
  const spelled = name.trim().toLowerCase()
  const bare = spelled
    .replace(/^.*[/\\](?=[^/\\]+$)/, '')
    .replace(/(?<=.)@[\w.-]+$/, '')
    .replace(/\.(?:exe|cmd|js|mjs|sh)$/, '')
  for (const form of [spelled, bare, bare.replace(/[_ ]/g, '-')]) {
    const known = byName.get(form)
    if (known) return known
  }
  return { names: [name] }
}
