import { readFileSync } from 'node:fs'
import { isLoopbackHttp } from '../bank/loopback.ts'
import { Secret } from '../core/secret.ts'
import { UsageError } from './errors.ts'
import type { Io } from './io.ts'

/** Where the broker is, and as whom it is called. */
export interface Connection {
  /** Without a slash at its end. */
  readonly url: string
  readonly key: Secret
  /** PEM texts, for https. */
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string }
}

/** What `--help` tells of the settings that every command but `doctor` reads. */
export const CONNECTION_HELP = `Settings, from the environment:
  TOKEN_BROKER_URL            where the broker's internal listener is; http://127.0.0.1:8080
  TOKEN_BROKER_KEY_FILE       a file with the key of a caller, or a JWT; or TOKEN_BROKER_KEY, the key itself
  TOKEN_BROKER_CA_FILE        who signs the broker's certificate (PEM), instead of Node's own list
  TOKEN_BROKER_CERT_FILE, TOKEN_BROKER_CERT_KEY_FILE
                              the client certificate and its key (PEM), where the broker asks for one`

const DEFAULT_URL = 'http://127.0.0.1:8080'

type Env = Io['env']

/** Reads the settings; raises UsageError with a whole sentence, which quotes none of them but names of files. */
export function readConnection(env: Env): Connection {
  const url = readUrl(textOf(env, 'TOKEN_BROKER_URL') ?? DEFAULT_URL)
  return { url, key: readKey(env), tls: readTls(env) }
}

function readUrl(text: string): string {
  if (!/^https?:\/\/[^\s\\]+$/.test(text) || !URL.canParse(text))
    throw wrong('TOKEN_BROKER_URL must be an https URL, or http on a loopback host')
  const { protocol, username, password, search, hash } = new URL(text)
  if (username !== '' || password !== '' || search !== '' || hash !== '')
    throw wrong('TOKEN_BROKER_URL must have no user name, password, query or fragment')
  if (protocol === 'https:' || isLoopbackHttp(text)) return text.replace(/\/+$/, '')
  throw wrong(
    'TOKEN_BROKER_URL is plain http to another machine, where the key could be read on its way: use https, or a tunnel to a loopback port, such as "kubectl port-forward" or "ssh -L"',
  )
}

function readKey(env: Env): Secret {
  const file = textOf(env, 'TOKEN_BROKER_KEY_FILE')
  const given = textOf(env, 'TOKEN_BROKER_KEY')
  if (file !== null && given !== null)
    throw wrong('TOKEN_BROKER_KEY_FILE and TOKEN_BROKER_KEY are both set; set one of them')
  if (file === null && given === null)
    throw wrong('TOKEN_BROKER_KEY_FILE is missing: it names a file with the key of a caller')
  const key = file === null ? (given ?? '') : readText('TOKEN_BROKER_KEY_FILE', file).trim()
  // Else it could not be sent as a header, and the error would quote it.
  if (/^[\x21-\x7e]+$/.test(key)) return new Secret(key)
  throw wrong(`${file === null ? 'TOKEN_BROKER_KEY' : 'The file of TOKEN_BROKER_KEY_FILE'} holds no key`)
}

function readTls(env: Env): Connection['tls'] {
  const [ca, cert, key] = [
    readNamed(env, 'TOKEN_BROKER_CA_FILE'),
    readNamed(env, 'TOKEN_BROKER_CERT_FILE'),
    readNamed(env, 'TOKEN_BROKER_CERT_KEY_FILE'),
  ]
  if ((cert === null) !== (key === null))
    throw wrong('TOKEN_BROKER_CERT_FILE and TOKEN_BROKER_CERT_KEY_FILE belong together; set both or none')
  return { ...(ca !== null && { ca }), ...(cert !== null && { cert }), ...(key !== null && { key }) }
}

function readNamed(env: Env, setting: string): string | null {
  const file = textOf(env, setting)
  return file === null ? null : readText(setting, file)
}

function readText(setting: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    throw wrong(`${setting}: ${file} cannot be read (${code})`)
  }
}

function textOf(env: Env, name: string): string | null {
  return env[name]?.trim() || null
}

function wrong(sentence: string): UsageError {
  return new UsageError(`${sentence}.`)
}
