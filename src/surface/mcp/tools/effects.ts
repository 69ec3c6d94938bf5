// The tools of the ledger, which sessions and persons share.

import type { Role } from '../../http/contract/route.ts'
import { type Tool, tool } from './tool.ts'

const everybody: readonly Role[] = ['attempt', 'operator', 'viewer']

export const effectTools: readonly Tool[] = [
  tool(
    'effect_show',
    'showEffect',
    everybody,
    'What is known of one effect: whether it happened, and what it gave. Changes nothing.',
    { readOnly: true },
  ),
  tool(
    'effect_list',
    'listEffects',
    everybody,
    'Effects on the outside world, newest first, by state or kind; a session is shown those of its own task. Changes nothing.',
    { readOnly: true },
  ),
  tool(
    'effect_resolve',
    'resolveEffect',
    ['operator'],
    'Say what became of an effect in doubt, after looking whether it happened. performed: everybody who asks again is told that it was done. failed: it will be made again. A wrong answer does it twice, or never.',
    { destructive: true },
  ),
]
