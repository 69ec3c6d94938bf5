// How Gemini CLI and its forks are told what a session may do: `edit` approves edits alone, and the shell has to be allowed by
// name. Root makes no difference here.

import type { Permissions } from '../../model/agent.ts'
import type { Flag } from './contract.ts'
import { optional, required } from './flags.ts'

/** The flags of these permissions; `edits` is the client's own word for the mode that approves edits. */
export function approvalFlags(permissions: Permissions, edits: string): readonly Flag[] {
  switch (permissions) {
    case 'plan':
      return [required('--approval-mode', 'plan')]
    case 'edit':
      return [required('--approval-mode', edits), optional('--allowed-tools', 'run_shell_command')]
    case 'full':
      return [required('--approval-mode', 'yolo')]
  }
}
