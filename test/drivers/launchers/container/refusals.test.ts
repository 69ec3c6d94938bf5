// What real engines said when they did not start a container or fetch an image (podman 4.3.1, docker 20.10 and 28.2, and
// registries), and what is made of it.

import { describe, expect, it } from 'vitest'
import { refusalFor } from '../../../../src/drivers/launchers/container/refusals.ts'

const said: readonly (readonly [code: string, text: string])[] = [
  ['launch.image_missing', 'Error: localhost/none:1: image not known'],
  [
    'launch.image_missing',
    "Unable to find image 'nothing:1' locally\ndocker: Error response from daemon: No such image: nothing:1.\nSee 'docker run --help'.",
  ],
  [
    'launch.image_missing',
    'Error: short-name "none" did not resolve to an alias and no unqualified-search registries are defined in "/etc/containers/registries.conf"',
  ],
  [
    'launch.pull_unreachable',
    'Trying to pull localhost/none:1...\nError: initializing source docker://localhost/none:1: pinging container registry localhost: Get "https://localhost/v2/": dial tcp 127.0.0.1:443: connect: connection refused',
  ],
  [
    'launch.pull_unreachable',
    'Trying to pull example.invalid/none:1...\nError: initializing source docker://example.invalid/none:1: pinging container registry example.invalid: Get "https://example.invalid/v2/": dial tcp: lookup example.invalid on 10.0.0.53:53: no such host',
  ],
  [
    'launch.pull_unreachable',
    'Error response from daemon: Get "https://registry-1.docker.io/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers): context deadline exceeded',
  ],
  [
    'launch.pull_denied',
    "docker: Error response from daemon: pull access denied for nothing, repository does not exist or may require 'docker login': denied: requested access to the resource is denied.",
  ],
  [
    'launch.pull_denied',
    'Error: initializing source docker://ghcr.io/a/b:1: reading manifest 1 in ghcr.io/a/b: denied: requested access to the resource is denied',
  ],
  [
    'launch.pull_denied',
    'Error: reading manifest latest in quay.io/a/b: unauthorized: access to the requested resource is not authorized',
  ],
  [
    'launch.pull_denied',
    'Error: initializing source docker://127.0.0.1:5995/x/y:1: reading manifest 1 in 127.0.0.1:5995/x/y: denied',
  ],
  [
    'launch.pull_unreachable',
    'Error: initializing source docker://127.0.0.1:5994/x/y:1: reading manifest 1 in 127.0.0.1:5994/x/y: received unexpected HTTP status: 500 Internal Server Error',
  ],
  [
    'launch.pull_limited',
    'Error response from daemon: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit',
  ],
  [
    'launch.image_unknown',
    'Error: initializing source docker://alpine:9.9: reading manifest 9.9 in docker.io/library/alpine: manifest unknown: manifest unknown',
  ],
  [
    'launch.image_unknown',
    'Error response from daemon: manifest for alpine:9.9 not found: manifest unknown: manifest unknown',
  ],
  [
    'launch.image_invalid',
    "docker: invalid reference format: repository name must be lowercase.\nSee 'docker run --help'.",
  ],
  [
    'launch.no_engine',
    'docker: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?.',
  ],
  [
    'launch.no_right',
    'docker: permission denied while trying to connect to the API at unix:///run/engine.sock',
  ],
  [
    'launch.no_shell',
    'Error: runc: runc create failed: unable to start container process: exec: "/bin/sh": stat /bin/sh: no such file or directory: OCI runtime attempted to invoke a command that was not found',
  ],
  [
    'launch.network_missing',
    'Error: unable to find network with name or ID nonet: network not found',
  ],
  ['launch.network_missing', 'docker: Error response from daemon: network nonet not found.'],
  ['launch.user_missing', 'Error: unable to find user nobodyx: no matching entries in passwd file'],
  ['launch.mount_missing', 'Error: statfs /nope/x: no such file or directory'],
  [
    'launch.mount_missing',
    'docker: Error response from daemon: invalid mount config for type "bind": bind source path does not exist: /no/such/folder.',
  ],
  [
    'launch.disk_full',
    'Error: writing blob: storing blob to file "/var/tmp/storage1/1": write /var/tmp/storage1/1: no space left on device',
  ],
  [
    'launch.resource_exhausted',
    'Error: runc: runc create failed: setrlimit: RLIMIT_NOFILE: operation not permitted: OCI permission denied',
  ],
]

describe('a refusal of an engine', () => {
  it.each(said)('is %s: %s', (code, text) => {
    const refusal = refusalFor('The container did not start', text)
    expect(refusal.code).toBe(code)
    expect(refusal.remedy).toMatch(/\.$/)
  })

  it('that no row knows is told in its own words', () => {
    const refusal = refusalFor(
      'The container did not start',
      "Error: the moon is full.\nSee 'docker run --help'.",
    )
    expect(refusal).toMatchObject({
      code: 'launch.refused',
      message: 'The container did not start: the moon is full.',
    })
  })
})
