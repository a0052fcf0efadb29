import { t as file, type Test } from 'tap'

/** Whose the tests and the world of a part are: a test of its own that a file makes of it, or the file that it is. */
export let t: Test = file

/** Makes a test of each part, one after the other; what a part has started ends with it. */
export async function runParts(url: string, parts: readonly string[]): Promise<void> {
  for (const part of parts) {
    await file.test(part, async (own) => {
      t = own
      await import(new URL(part, url).href)
    })
  }
}
