import { execFileSync } from 'node:child_process'

/** An image as it was built, and where its files are. */
export interface Image {
  readonly root: string
  readonly entrypoint: readonly string[]
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly health: readonly string[]
}

interface Inspected {
  readonly Docker: {
    readonly config: {
      readonly Entrypoint: readonly string[]
      readonly Cmd: readonly string[]
      readonly Env: readonly string[]
      readonly Healthcheck?: { readonly Test: readonly string[] }
    }
  }
}

/** Reads what an image says of itself; `root` is where buildah mounted a container of it. */
export function readImage(name: string, root: string): Image {
  const text = execFileSync('buildah', ['inspect', '--type', 'image', name], { encoding: 'utf8' })
  const { config } = (JSON.parse(text) as Inspected).Docker
  const environment = Object.fromEntries(config.Env.map((line) => line.split(/=(.*)/s).slice(0, 2)))
  const { Entrypoint: entrypoint, Cmd: command, Healthcheck: health } = config
  return { root, entrypoint, command, environment, health: health?.Test ?? [] }
}
