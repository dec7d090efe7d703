// Small pictures for the README:    node pictures.mjs PAGE_ADDRESS REPORT.html FOLDER CHROMIUM
import { createRequire } from "node:module";

const require = createRequire(new URL("../../npm/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const [base, report, folder, executablePath] = process.argv.slice(2);

const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
try {
  const context = await browser.newContext({ viewport: { width: 1200, height: 720 }, colorScheme: "light" });
  const page = await context.newPage();
  const take = async (name, address) => {
    await page.goto(address);
    await page.waitForTimeout(300);
    await page.screenshot({ path: `${folder}/${name}.png` });
  };
  await take("page-inbox", `${base}/inbox?show=all`);
  const finding = await page.locator("a[data-row]", { hasText: /execute mode/ }).first().getAttribute("href");
  await page.goto(base + finding);
  const one = await page.locator("a[data-row]").first().getAttribute("href");
  await page.emulateMedia({ colorScheme: "dark" });
  await take("page-finding", base + one);
  await page.emulateMedia({ colorScheme: "light" });
  await take("report-html", `file://${report}`);
} finally {
  await browser.close();
}
