// The section `launcher`: what it means, and what is refused with a sentence at its place.

import { describe, expect, it } from 'vitest'
import { readConfig } from '../../../src/drivers/config/load.ts'
import { resolveReferences } from '../../../src/drivers/config/reference.ts'
import { describeLaunching, parseSize, sizeText } from '../../../src/model/launcher.ts'

const read = (launcher: string, at = '') =>
  readConfig(
    `${at}\nagents:\n  a:\n    adapter: command\n    launcher: ${launcher}\n`,
    'midwatch.yaml',
    'f',
  )
const launcherOf = (text: string) => read(text).agents[0]?.launcher

describe('launcher', () => {
  it('bounds a unit of systemd', () => {
    expect(
      launcherOf(
        '{kind: systemd, memory: 4G, cpus: 1.5, tasks: 300, network: none, writable: [/srv/c]}',
      ),
    ).toEqual({
      kind: 'systemd',
      manager: 'auto',
      protect: true,
      network: false,
      memoryBytes: 4 * 1_024 ** 3,
      cpus: 1.5,
      tasks: 300,
      writable: ['/srv/c'],
    })
  })

  it('names a container’s image, mounts and limits, with safe defaults', () => {
    expect(
      launcherOf('{kind: container, image: localhost/a:1, mounts: ["/srv/m:/m", "/srv/w:/w:rw"]}'),
    ).toMatchObject({
      engine: 'podman',
      pull: 'missing',
      network: 'bridge',
      readOnly: true,
      user: null,
      mounts: [
        { from: '/srv/m', to: '/m', write: false },
        { from: '/srv/w', to: '/w', write: true },
      ],
    })
  })

  it('puts a sandbox around a plain process, and stands for the whole host as well', () => {
    const config = readConfig(
      'launcher: {kind: local, sandbox: true, network: none}\nagents: {a: {adapter: command}}\n',
      'midwatch.yaml',
      'f',
    )
    expect(config.launcher).toEqual({
      kind: 'local',
      sandbox: { network: false, writable: [], readable: [] },
    })
  })

  it('takes variables in its paths', () => {
    const config = read(`{kind: systemd, writable: ["\${HOME}/cache"]}`)
    const [agent] = resolveReferences(config, { HOME: '/home/me' }).agents
    expect(agent?.launcher).toMatchObject({ writable: ['/home/me/cache'] })
  })

  it.each([
    ['{kind: systemd, image: x}', /launcher\.image: means nothing for kind systemd/],
    ['{kind: container}', /launcher\.image: is missing/],
    ['{kind: systemd, memory: 4GB}', /size such as 512M or 4G/],
    ['{kind: systemd, network: bridge}', /must be none or host/],
    ['{kind: local, network: none}', /needs `sandbox: true`/],
    ['{kind: systemd, writable: [cache]}', /must be a whole path/],
    ['{kind: systemd, memry: 4G}', /unknown key `memry`; did you mean `?memory/],
    ['{kind: sytemd}', /must be one of local, systemd, container/],
    ['{kind: container, image: x, mounts: [here]}', /must be FROM:TO/],
    ['{kind: container, image: x, mounts: ["/a,b:/x"]}', /no comma, quote or line break/],
    ['{kind: container, image: "--privileged"}', /must be the name of an image/],
    ['{kind: container, image: x, network: "--privileged"}', /must be a name, such as bridge/],
    ['{kind: container, image: x, memory: "0"}', /must be from 8M to 1024T/],
    ['{kind: systemd, memory: 999999999999T}', /must be from 8M to 1024T/],
  ])('%s is refused with a sentence', (text, sentence) => {
    expect(() => read(text)).toThrow(sentence)
  })
})

describe('sizes', () => {
  it('are powers of 1024, and told in the shortest way', () => {
    expect(['512M', '4G', '1000', '1T'].map((text) => parseSize(text))).toEqual([
      536_870_912, 4_294_967_296, 1_000, 1_099_511_627_776,
    ])
    expect([536_870_912, 4_294_967_296, 1_000, 1_536].map(sizeText)).toEqual([
      '512M',
      '4G',
      '1000',
      '1536',
    ])
    expect(parseSize('4GB')).toBeNull()
    expect(
      describeLaunching({
        kind: 'systemd',
        manager: 'auto',
        protect: true,
        network: true,
        memoryBytes: 4_294_967_296,
        cpus: 2,
        tasks: null,
        writable: [],
      }),
    ).toBe('systemd (4G, 2 cpus)')
  })
})
