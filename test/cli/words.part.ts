import { COMMANDS } from '../../src/cli/commands.ts'
import { t } from '../support/parts.ts'
import { run } from './run.ts'

const ID = '0192f0c1-7a68-4b1a-8f10-2b6f3a1c9d55'
const ENV = { TOKEN_BROKER_URL: 'http://127.0.0.1:1', TOKEN_BROKER_KEY: 'some-key' }

t.test('each command tells its usage, and so does none', async (t) => {
  for (const { name, summary } of COMMANDS) {
    const asked = await run([...name.split(' '), '--help'])
    t.match(asked, { exit: 0, err: '' }, name)
    t.match(asked.out, `Usage: token-broker ${name}`)
    t.match(asked.out, name === 'doctor' ? 'Exit code 1' : 'TOKEN_BROKER_KEY_FILE')
    t.match((await run(['help'])).out, summary)
  }
  t.match(await run([]), { exit: 2, out: '', err: /^Usage: token-broker COMMAND/ })
  const group = await run(['consents'])
  t.match(group, { exit: 2, out: '', err: /consents revoke/ })
  t.notMatch(group.err, 'webhooks resend')
})

const WRONG: readonly (readonly [line: string, sentence: string])[] = [
  ['consent list', 'There is no command "consent list".'],
  ['consents revok', 'There is no command "consents revok".'],
  ['consents list --lmit 3', "Unknown option '--lmit'."],
  ['consents list now', "Unexpected argument 'now'."],
  ['consents list --limit', "Option '--limit <value>' argument missing."],
  ['consents list --limit 0', '--limit must be a whole number, at least 1.'],
  ['consents list --limit 5 --all', '--limit and --all exclude one another.'],
  ['consents show', 'ID is missing.'],
  [`consents show ${ID.slice(0, 8)}`, 'ID must be the whole id of a consent'],
  [`consents show ${ID}/token`, 'ID must be the whole id of a consent'],
  [`consents revoke ${ID}`, 'Nobody can be asked here: --yes revokes without asking.'],
  ['consents import', '--file is missing.'],
  ['consents import --file /nowhere/x', '/nowhere/x cannot be read (ENOENT).'],
  ['hold', '--reason is missing.'],
  ['webhooks resend', 'Give either the ID of a webhook, or --all-dead.'],
  ['webhooks resend 7 --all-dead', 'Give either the ID of a webhook, or --all-dead.'],
  ['webhooks resend ../7', 'ID must be that of a webhook'],
  ['doctor now', "Unexpected argument 'now'."],
]

t.test('words that it does not know do nothing: a sentence, and exit code 2', async (t) => {
  for (const [line, sentence] of WRONG) {
    const { exit, out, err } = await run(line.split(' '), { env: ENV })
    t.strictSame({ exit, out }, { exit: 2, out: '' }, line)
    t.ok(err.startsWith(sentence), `${line}: ${err}`)
    t.match(err, /"token-broker .*--help" tells what there is\.\n$/)
  }
})
