// The programs that sessions run, by the kind of work. A room that brings a client adds its row.

import type { Session } from '../session.ts'
import { runClaude } from './claude.ts'
import { runShell } from './shell.ts'

export const programs: Readonly<Record<string, (session: Session) => void>> = {
  command: runShell,
  prompt: runClaude,
}
