import { accessSync, constants } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core'
import type { Test } from 'tap'

const names = ['chromium', 'chromium-browser', 'google-chrome']

/** The Chromium to drive: `CHROMIUM`, or the first one on the path. */
const executablePath = process.env.CHROMIUM ?? findOnPath()

/** False, or why there is no test in a browser. */
export const skip =
  executablePath === undefined &&
  'there is no Chromium: apt-get install chromium, or set CHROMIUM to the path of one'

function findOnPath(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const launchOptions = {
  ...(executablePath === undefined ? {} : { executablePath }),
  // No name but loopback's resolves: what a page asked of another host would fail, and be seen.
  args: ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  timeout: 30_000,
}

const slowestStepMs = 15_000

const wide = { width: 1280, height: 720 }

/** How a customer looks at pages; in a wide window and by daylight unless told. */
export interface Manners extends Pick<BrowserContextOptions, 'colorScheme'> {
  readonly locale: string
  readonly viewport?: { width: number; height: number }
}

export interface Customers {
  /** Gives the page of a profile that knows nothing; its next customer with this locale takes it over. */
  arrive(manners: Manners): Promise<Page>
  /** The same in a browser of its own, which its owner told to take no cookies. */
  arriveWithoutCookies(t: Pick<Test, 'teardown'>): Promise<Page>
  /** Every host a page asked anything of. */
  readonly hosts: Set<string>
  /** What the browsers refused because of a page's own policy. */
  readonly refusals: string[]
}

/** One Chromium with a profile for each locale, in which customers follow one another: to start one costs more than to visit. */
export async function openChromium(t: Pick<Test, 'teardown'>): Promise<Customers> {
  const browser: Browser = await chromium.launch(launchOptions)
  t.teardown(() => browser.close())
  const hosts = new Set<string>()
  const refusals: string[] = []
  const pages = new Map<string, Page>()
  const openProfile = async (locale: string): Promise<Page> => {
    const context = await browser.newContext({ locale })
    watchHosts(context, hosts)
    watchRefusals(context, refusals)
    return context.newPage()
  }
  const arrive: Customers['arrive'] = async ({ locale, viewport = wide, colorScheme = 'light' }) => {
    const page = pages.get(locale) ?? (await openProfile(locale))
    pages.set(locale, page)
    await page.context().clearCookies()
    await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme })
    return page
  }
  const arriveWithoutCookies: Customers['arriveWithoutCookies'] = async (t) => {
    const context = await chromium.launchPersistentContext(await profileWithoutCookies(t), {
      ...launchOptions,
      locale: 'en-GB',
    })
    t.teardown(() => context.close())
    watchHosts(context, hosts)
    watchRefusals(context, refusals)
    return context.newPage()
  }
  return { arrive, arriveWithoutCookies, hosts, refusals }
}

async function profileWithoutCookies(t: Pick<Test, 'teardown'>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'token-broker-chromium-'))
  t.teardown(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const block = 2
  const preferences = { profile: { default_content_setting_values: { cookies: block } } }
  await mkdir(join(folder, 'Default'))
  await writeFile(join(folder, 'Default', 'Preferences'), JSON.stringify(preferences))
  return folder
}

/** Notes every host a profile asks, and lets no step take long. */
function watchHosts(context: BrowserContext, hosts: Set<string>): void {
  context.setDefaultTimeout(slowestStepMs)
  context.on('request', (request) => hosts.add(new URL(request.url()).hostname))
}

/** Notes what a browser tells its console where a Content-Security-Policy keeps something out. */
function watchRefusals(context: BrowserContext, refusals: string[]): void {
  context.on('console', (message) => {
    if (/content security policy/i.test(message.text())) refusals.push(message.text())
  })
}
