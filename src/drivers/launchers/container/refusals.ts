// Puts into sentences why an engine did not start a container or fetch an image. Rows, the first that fits; each is held
// against what real engines said (test/drivers/launchers/container/refusals.test.ts). Pure.

import { failed, type OperatingError } from '../../../base/errors.ts'

interface Row {
  readonly when: RegExp
  readonly code: string
  readonly sentence: string
  readonly remedy: string
}

const rows: readonly Row[] = [
  {
    when: /cannot connect to the (docker|podman)|is the docker daemon running|connect: no such file|unable to connect to podman|docker\.sock/i,
    code: 'launch.no_engine',
    sentence: 'the engine does not run',
    remedy: 'Start it, or say `launcher: {kind: local}`.',
  },
  {
    when: /permission denied while trying to connect|got permission denied/i,
    code: 'launch.no_right',
    sentence: 'this user may not ask the engine',
    remedy: 'Put the user into the engine’s group, or use podman without root.',
  },
  {
    when: /no space left on device|disk quota exceeded/i,
    code: 'launch.disk_full',
    sentence: 'the engine’s disk is full',
    remedy: 'Free some space: `podman system prune`, `docker system prune`.',
  },
  {
    when: /cannot allocate memory|resource temporarily unavailable|too many open files|setrlimit/i,
    code: 'launch.resource_exhausted',
    sentence: 'the host had no process, file or memory left',
    remedy: 'Lower the number of slots, or raise the limits of this user.',
  },
  {
    when: /toomanyrequests|rate limit|429 Too Many/i,
    code: 'launch.pull_limited',
    sentence: 'the registry lets us fetch no more for now',
    remedy: 'Wait, log in to the registry, or say `pull: missing`.',
  },
  {
    when: /unauthorized|authentication required|denied: requested access|pull access denied|access to the resource is denied|403 Forbidden|: denied$/im,
    code: 'launch.pull_denied',
    sentence: 'the registry does not give the image to us, or has none of that name',
    remedy: 'Log the engine in to the registry, or mend `image:`.',
  },
  {
    when: /manifest unknown|name unknown|manifest for .* not found|not found: manifest|repository .* not found|404 Not Found/i,
    code: 'launch.image_unknown',
    sentence: 'the registry has no such image',
    remedy: 'Mend `image:`.',
  },
  {
    when: /no such host|connection refused|network is unreachable|i\/o timeout|TLS handshake|connection reset|pinging container registry|Service Unavailable|no route to host|context deadline exceeded|unexpected HTTP status: 5\d\d/i,
    code: 'launch.pull_unreachable',
    sentence: 'the registry could not be reached, or is out of order',
    remedy: 'Fetch the image by hand, or say `pull: never` where it is made on this host.',
  },
  {
    when: /image not known|no such image|unable to find image|short-name .* did not resolve/i,
    code: 'launch.image_missing',
    sentence: 'the image is not on this host',
    remedy: 'Build or fetch it, or say `pull: missing`.',
  },
  {
    when: /invalid reference format|normalizing name|repository name must be/i,
    code: 'launch.image_invalid',
    sentence: 'that is not the name of an image',
    remedy: 'Mend `image:`.',
  },
  {
    when: /(exec|command).{0,40}(not found|no such file or directory)|stat \/bin\/sh/i,
    code: 'launch.no_shell',
    sentence: 'the image has no /bin/sh, which starts the session',
    remedy: 'Use an image with a shell: busybox is enough.',
  },
  {
    when: /network (with name or ID )?\S+.{0,20}not found|unable to find network/i,
    code: 'launch.network_missing',
    sentence: 'the engine has no such network',
    remedy: 'Make it, or mend `network:`.',
  },
  {
    when: /unable to find user|no matching entries in passwd/i,
    code: 'launch.user_missing',
    sentence: 'the image has no such user',
    remedy: 'Mend `user:`; numbers always work.',
  },
  {
    when: /bind source path does not exist|statfs .*no such file|error mounting/i,
    code: 'launch.mount_missing',
    sentence: 'a folder to be mounted is not there',
    remedy: 'Make it, or mend `mounts:`.',
  },
]

/** The refusal for what the engine said, told with its own last line. */
export function refusalFor(what: string, said: string): OperatingError {
  const row = rows.find(({ when }) => when.test(said))
  const line = plain(said)
  if (row === undefined)
    return failed('launch.refused', `${what}: ${line}.`, 'Mend `launcher:` or the engine.')
  return failed(row.code, `${what}: ${row.sentence} (${line}).`, row.remedy)
}

/** The engine's last line without the decoration that hides it. */
function plain(said: string): string {
  const line =
    said
      .trim()
      .split('\n')
      .findLast((one) => !/^(See|Run) ['"]/.test(one)) ?? ''
  return line
    .replace(/^(Error|docker|Error response from daemon): /i, '')
    .replace(/\.$/, '')
    .slice(0, 300)
}
