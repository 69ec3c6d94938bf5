// Attends a session without writing down what it must not say: whatever is read of it passes here first, its stream, its ending,
// its letters. A secret that it says back is masked before anybody judges, quotes or keeps it.

import type { AgentAdapter, AgentSettings, Ending } from '../../drivers/agents/contract.ts'
import type { Credentials } from '../../drivers/credentials/contract.ts'
import type { Host } from '../../drivers/hosts/contract.ts'
import type { Launcher } from '../../drivers/launchers/contract.ts'
import {
  type Hide,
  hideIn,
  hideOf,
  mask,
  secretsOf,
  shortestSecret,
  spelledOut,
} from '../../model/secret.ts'

interface Attending {
  readonly adapter: AgentAdapter
  readonly settings: AgentSettings
  readonly launcher: Launcher
  readonly host: Pick<Host, 'baseEnv'>
  readonly credentials?: Credentials
}

/** The same, discreet; and what hides the rest. Where there is no secret nothing is changed. */
export async function discreet<D extends Attending>(
  deps: D,
): Promise<{ readonly deps: D; readonly hide: <T>(value: T) => T }> {
  const secrets = await secretsOfSession(deps)
  const hide = hideOf(secrets)
  if (hide === null) return { deps, hide: (value) => value }
  const { adapter, launcher } = deps
  const hidden = {
    ...deps,
    adapter: discreetAdapter(adapter, hide, spelledOut(secrets)),
    launcher: {
      ...launcher,
      readOutbox: async (ref) => hideIn(await launcher.readOutbox(ref), hide),
    } satisfies Launcher,
  }
  return { deps: hidden, hide: (value) => hideIn(value, hide) }
}

async function secretsOfSession({
  adapter,
  settings,
  host,
  credentials,
}: Attending): Promise<readonly string[]> {
  const env = { ...host.baseEnv, ...settings.env }
  const given = secretsOf(env, adapter.client?.secretsIn)
  // What is wrong with its files is told by its start.
  const files = credentials?.fromFiles(settings).then(Object.values<string>, () => [])
  return [...given, ...((await files) ?? [])]
}

const discreetAdapter = (
  adapter: AgentAdapter,
  hide: Hide,
  spelled: readonly string[],
): AgentAdapter => ({
  ...adapter,
  judge: (ending) => adapter.judge(hideEnding(ending, hide, spelled)),
  reader() {
    const { feed, summary, isFinished } = adapter.reader()
    return {
      feed: (chunk) => hideIn(feed(chunk), hide),
      summary: () => hideIn(summary(), hide),
      ...(isFinished && { isFinished }),
    }
  },
})

function hideEnding(ending: Ending, hide: Hide, spelled: readonly string[]): Ending {
  const { outHead, outTail, errHead, errTail, ...rest } = ending
  const [out, err] = [hideEnds(outHead, outTail), hideEnds(errHead, errTail)]
  return {
    ...hideIn(rest, hide),
    outHead: out.head,
    outTail: out.tail,
    errHead: err.head,
    errTail: err.tail,
  }

  /** Long streams are cut anywhere: what is left of a secret at the cut goes as well. A short one is its own head and tail. */
  function hideEnds(head: string, tail: string) {
    if (head === tail) return { head: hide(head), tail: hide(tail) }
    return { head: hide(withoutBegun(head, spelled)), tail: hide(withoutEnded(tail, spelled)) }
  }
}

function withoutBegun(text: string, spelled: readonly string[]): string {
  for (const secret of spelled)
    for (let length = secret.length - 1; length >= shortestSecret; length -= 1)
      if (text.endsWith(secret.slice(0, length))) return text.slice(0, -length) + mask
  return text
}

function withoutEnded(text: string, spelled: readonly string[]): string {
  for (const secret of spelled)
    for (let length = secret.length - 1; length >= shortestSecret; length -= 1)
      if (text.startsWith(secret.slice(-length))) return mask + text.slice(length)
  return text
}
