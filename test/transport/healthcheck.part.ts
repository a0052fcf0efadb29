// The image's own health check, which has no certificate to show.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { t } from '../support/parts.ts'
import { listen } from './support/listener.ts'

/** The code it ends with, by the settings of its container. */
async function healthOf(url: string, settings: Record<string, string>): Promise<number> {
  const { hostname: INTERNAL_HOST, port: INTERNAL_PORT } = new URL(url)
  const env = { ...settings, INTERNAL_HOST, INTERNAL_PORT }
  const [code] = await once(spawn(process.execPath, ['src/healthcheck.ts'], { env }), 'close')
  return code
}

t.test(
  'the health check passes a listener that wants client certificates, and needs the right scheme',
  async (t) => {
    const { url } = await listen(t)
    // Only that it is set counts: the certificate is not looked at.
    const tls = { INTERNAL_TLS_CERT_FILE: 'package.json' }
    const codes = await Promise.all([
      healthOf(url, tls),
      healthOf(url, {}),
      healthOf('https://127.0.0.1:1', tls),
    ])
    t.same(codes, [0, 1, 1], 'with TLS, without it, with nothing there')
  },
)
