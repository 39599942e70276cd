// The request log is written in batches behind the answers, so a page may be a moment behind.

const PATIENCE = 10_000;

/** Loads the page again until it shows what `locator` finds. */
export async function reloadUntil(page, locator) {
  const end = Date.now() + PATIENCE;
  while ((await locator.count()) === 0) {
    if (Date.now() > end) throw new Error(`${page.url()} never showed ${locator}`);
    await page.reload();
  }
}
