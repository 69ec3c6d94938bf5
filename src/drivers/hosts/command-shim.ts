// The `midwatch` that sessions find first on their PATH: the very one whose daemon started them, whatever else the machine
// has installed. In a container whose image cannot run Node it still says how the task went: by a letter in the outbox.

import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { insideVariable } from '../../model/launcher.ts'

/** Writes `binDir/midwatch`, which runs `command` with its arguments; answers `binDir`. Replaced in one step. */
export function installCommand(binDir: string, command: readonly string[]): string {
  mkdirSync(binDir, { recursive: true, mode: 0o700 })
  const path = join(binDir, 'midwatch')
  const draft = `${path}.${process.pid}`
  const [node = ''] = command
  writeFileSync(
    draft,
    `#!/bin/sh\n${byLetter(quoted(node))}exec ${command.map(quoted).join(' ')} "$@"\n`,
  )
  chmodSync(draft, 0o755)
  renameSync(draft, path)
  return binDir
}

/** What a session that cannot run Node may say, put down as the letter that Midwatch itself would have left. */
const byLetter = (
  node: string,
): string => `if [ "$${insideVariable}" = container ] && ! ${node} -e 0 >/dev/null 2>&1; then
${letterText}fi
`

const letterText = String.raw`  verb=$1
  case $verb in
    done | fail) head='{"verb":"say","word":"'$verb'","text":"' ;;
    progress | ask) head='{"verb":"'$verb'","text":"' ;;
    *) echo "midwatch: without Node only done, fail, progress and ask are known here" >&2; exit 2 ;;
  esac
  shift
  text=
  for word in "$@"; do case $word in -*) ;; *) text="$text $word" ;; esac; done
  said=$(printf '%s' "$text" | tr '\n\t' '  ' | tr -d '\000-\037' | sed 's/^ //; s/\\/\\\\/g; s/"/\\"/g')
  name=$(date +%s)-$$
  printf '%s%s"}\n' "$head" "$said" >"$MIDWATCH_OUTBOX/.$name" && mv "$MIDWATCH_OUTBOX/.$name" "$MIDWATCH_OUTBOX/$name"
  exit
`

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`
