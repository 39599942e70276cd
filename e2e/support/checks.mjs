// What every page owes its readers, at both widths and in both colour schemes.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const SCHEMES = ['light', 'dark'];
const SIZES = [{ width: 1280, height: 900 }, { width: 390, height: 844 }];
const OUT = path.resolve(import.meta.dirname, '../out');
mkdirSync(OUT, { recursive: true });

/** Checks the page that is open now and takes pictures of it under `name`. */
export async function checkPage(page, name) {
  await checkTitle(page);
  // Evaluated, since a script tag would break the policy, as it should.
  await page.evaluate(AXE);
  const troubles = [];
  for (const viewport of SIZES) {
    for (const colorScheme of SCHEMES) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      const variant = `${name}-${colorScheme}-${viewport.width}`;
      const found = [...(await barriers(page)), ...(await overflow(page))];
      troubles.push(...found.map((text) => `${variant}: ${text}`));
      await page.screenshot({ path: path.join(OUT, `${variant}.png`), fullPage: true });
    }
  }
  await page.setViewportSize(SIZES[0]);
  assert.deepEqual(troubles, []);
}

async function checkTitle(page) {
  const headings = await page.locator('h1').allTextContents();
  const title = await page.title();
  assert.deepEqual(headings.map((text) => `${text} · Rollcall`), [title]);
}

async function barriers(page) {
  return page.evaluate(async (values) => {
    const { violations } = await window.axe.run(document, { runOnly: values, resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
  }, RULES);
}

/** Whether the page is wider than the screen, in words; nothing if it fits. */
export async function overflow(page) {
  const { content, width } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { content: scrollWidth, width: clientWidth };
  });
  return content > width ? [`${content} px wide on a screen of ${width} px`] : [];
}
