import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']
const LOOKS = ['color-contrast', 'target-size']
const smallestTarget = 44

interface Violation {
  id: string
  nodes: { target: unknown[]; failureSummary?: string }[]
}

/** Everything that is wrong with the page in the browser: by the accessibility rules, in its width, in its targets. */
export async function inspect(page: Page): Promise<string[]> {
  return [...(await violations(page)), ...(await overflow(page)), ...(await smallTargets(page))]
}

/** The same of a part of a page for operators, who sit at a desk: targets as small as WCAG 2.2 lets them be. */
export async function inspectDense(page: Page, part: string): Promise<string[]> {
  return [...(await violations(page, part)), ...(await overflow(page))]
}

/** What is left to be wrong in another colour scheme or width, where all else was looked at before. */
export async function inspectLooks(page: Page, part?: string): Promise<string[]> {
  return [...(await violations(page, part, LOOKS)), ...(await overflow(page))]
}

async function violations(page: Page, part = 'html', runOnly = rules): Promise<string[]> {
  if (!(await page.evaluate<boolean>("'axe' in window"))) await page.evaluate(axeSource)
  const options = JSON.stringify({ runOnly, resultTypes: ['violations'] })
  const found = await page.evaluate<Violation[]>(
    `axe.run('${part}', ${options}).then((result) => result.violations)`,
  )
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
  )
}

async function overflow(page: Page): Promise<string[]> {
  const [width, shown] = await page.evaluate<[number, number]>(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  )
  return width > shown ? [`the page is ${width} px wide in ${shown}`] : []
}

async function smallTargets(page: Page): Promise<string[]> {
  const boxes = await page.evaluate<{ width: number; height: number }[]>(`
    [...document.querySelectorAll('button:not(.unseen), label.choice, #code, a')]
      .map((target) => target.getBoundingClientRect())
      .map(({ width, height }) => ({ width, height }))`)
  return boxes.flatMap(({ width, height }, at) =>
    width < smallestTarget || height < smallestTarget ? [`target ${at} is ${width} × ${height} px`] : [],
  )
}
