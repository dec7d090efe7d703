// The helpdesk page in Debian's chromium:    node browser.mjs ADDRESS FOLDER_FOR_SCREENSHOTS CHROMIUM
// One line for each check, as tests/support/e2e.py writes them.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../npm/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const [base, shots, executablePath, report] = process.argv.slice(2);

let failed = 0;
const check = (what, good, detail = "") => {
  console.log(`${good ? "ok     " : "FAILED "} ${what}`);
  if (!good) {
    failed++;
    console.log(String(typeof detail === "string" ? detail : JSON.stringify(detail)).slice(0, 1500));
  }
};
const TEXT = "Self registration of the DLL C:\\Documents and Settings\\jdoe\\WINDOWS\\system32\\cdonts.dll failed : 0d.";
const ROW = "table.list a[data-row]";

// ---- what every page is watched for ----

const trouble = [];
const watch = (page) => {
  page.on("console", (message) => {
    if (message.type() === "error") { trouble.push(`${page.url()}: ${message.text()}`); }
  });
  page.on("pageerror", (error) => trouble.push(`${page.url()}: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(base) && !request.url().startsWith("data:")) { trouble.push(`asks ${request.url()}`); }
  });
  return page;
};
const settled = (what) => { check(what, trouble.length === 0, trouble.join("\n")); trouble.length = 0; };

const axe = async (page) => {
  await page.evaluate(AXE);
  const found = await page.evaluate(() => window.axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  }));
  return found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target} ${n.failureSummary}`).join(" | ")}`);
};

// Something that a log wrote became markup.
const hacked = (page) => page.evaluate(() => Boolean(window.hacked)
  || document.querySelector("main script, main img, main [onerror], main [onmouseover]") !== null
  || [...document.querySelectorAll("main b, main i")].some((e) => /^bold$|^A{50}|^setup$|^twice$/.test(e.textContent)));

// ---- the screens ----

const screens = async (page) => {
  const list = [["rules", "/rules"], ["messages", "/rules?kind=messages"], ["rule", "/rules/exch55.ims-ts-execute-mode"],
    ["message", "/rules/exch55.selfreg-failed"], ["code", "/code?code=0xc0020002&near=cannot+find+the+file"], ["try", "/try"],
    ["upload", "/upload"], ["nothing", "/nothing"]];
  if (!(await page.request.get(`${base}/api/v1/findings`)).ok()) { return list; }
  await page.goto(`${base}/inbox?view=servers&show=all`);
  const finding = await page.locator(ROW, { hasText: /execute mode/ }).first().getAttribute("href");
  await page.goto(base + finding);
  const attempt = await page.locator("#attempts ~ div a[data-row]").first().getAttribute("href");
  const ours = (await (await page.request.get(`${base}/api/v1/attempts?server=CLOCK-1`)).json()).attempts;
  const clock = `/attempts/${(ours.find((one) => one.format === "cbs") ?? { id: 1 }).id}`;
  return [["inbox", "/inbox"], ["inbox-servers", "/inbox?view=servers&show=all&order=first"], ["spreading", "/inbox?show=spreading"],
    ["finding", finding], ["ticket", `${finding}?ticket=markdown&voice=all`], ["attempt", attempt], ["server", "/server?name=MAIL01"], ["hostile-server", "/server?name=%3Cb%3Ebold%3C!--"],
    ["fleet", "/fleet"], ["trends", "/trends"], ["trends-compared", "/trends?of=product&by=day&period=month&compare=previous"],
    ["unknown", "/unknown"], ["coverage", "/coverage"], ["bad-bytes", "/coverage?logs=bad-bytes"], ["clock", clock], ["search", "/search?q=exchange"], ...list];
};

const fits = () => document.documentElement.scrollWidth <= document.documentElement.clientWidth;

// The report as one file: all samples in it, and nothing else around.
const oneFile = async (browser) => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(`file://${report}`);
  check("the report of all samples opens", await page.locator("article").count() > 20);
  for (const width of [1440, 390, 320]) {
    await page.setViewportSize({ width, height: 900 });
    check(`it fits ${width} pixels`, await page.evaluate(fits));
  }
  await context.close();
};

// Opens every screen in both themes; pictures at four widths.
const visit = async (browser, list) => {
  for (const colorScheme of ["light", "dark"]) {
    const context = await browser.newContext({ colorScheme, viewport: { width: 1440, height: 900 } });
    const page = watch(await context.newPage());
    for (const [name, path] of list) {
      const answer = await page.goto(base + path);
      if (name === "nothing") { trouble.length = 0; }
      check(`${name}, ${colorScheme}: opens`, answer.status() === (name === "nothing" ? 404 : 200), answer.status());
      const found = await axe(page);
      check(`${name}, ${colorScheme}: axe finds nothing`, found.length === 0, found.join("\n"));
      check(`${name}, ${colorScheme}: text stays text`, !(await hacked(page)));
      for (const width of [1440, 1024, 390, 320]) {
        await page.setViewportSize({ width, height: 900 });
        if (width < 400) {
          await page.waitForFunction(fits, null, { timeout: 5000 }).catch(() => {}); // charts follow a moment later
          check(`${name}, ${colorScheme}: fits ${width} pixels`, await page.evaluate(fits));
        }
        await page.screenshot({ path: `${shots}/${name}-${width}-${colorScheme}.png` });
      }
      await page.setViewportSize({ width: 1440, height: 900 });
    }
    await context.close();
  }
  settled("no screen logs an error or asks another site");
};

// ---- what one does with it ----

// What a form gave, in both themes: it has no address of its own.
const answered = async (page, name) => {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    const found = await axe(page);
    check(`${name}, ${colorScheme}: axe finds nothing`, found.length === 0, found.join("\n"));
    for (const width of [1440, 1024, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: `${shots}/${name}-${width}-${colorScheme}.png` });
    }
    check(`${name}, ${colorScheme}: fits a telephone`, await page.evaluate(fits));
    await page.setViewportSize({ width: 1440, height: 900 });
  }
  await page.emulateMedia({ colorScheme: null });
};

const pasteAndUpload = async (page) => {
  await page.goto(`${base}/try`);
  await page.fill("textarea", TEXT);
  await page.click("main button.primary");
  check("a pasted text is matched", (await page.locator(".matches a").first().textContent()).length > 0);
  check("and its verdict shown", await page.locator("#result .notice, #result article").count() > 0);
  await answered(page, "tried");
  await page.fill("textarea", `</textarea><script>window.hacked=1</script> ${TEXT}`);
  await page.click("main button.primary");
  check("what was pasted comes back as text", !(await hacked(page)) && (await page.inputValue("textarea")).startsWith("</textarea>"));

  await page.goto(`${base}/upload`);
  await page.setInputFiles("input[type=file]", { name: "<b>setup</b>.log", mimeType: "text/plain", buffer: Buffer.from(TEXT) });
  await page.click("main button.primary");
  check("an upload is read under its own name", (await page.locator("#result").textContent()).includes("<b>setup</b>.log"));
  await answered(page, "uploaded");
  settled("pasting and uploading log no error");
};

const themes = async (page) => {
  await page.goto(`${base}/rules?q=exchange`);
  await page.click(".themes button[value=dark]");
  check("the switch makes it dark", await page.evaluate(() => document.documentElement.dataset.theme) === "dark");
  check("and stays where one was", page.url().endsWith("/rules?q=exchange"), page.url());
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  check("dark is dark", /rgb\((\d+)/.exec(ground)[1] < 60, ground);
  await page.click(".themes button[value=system]");
  check("and back", await page.evaluate(() => document.documentElement.dataset.theme) === undefined);
};

const tables = async (page) => {
  await page.goto(`${base}/rules`);
  const first = () => page.locator(ROW).first().textContent();
  const before = await first();
  await page.click("th button.sort >> nth=1");
  await page.click("th button.sort >> nth=1");
  check("a table is sorted by a click on its head", await first() !== before);
  check("and says so", await page.locator("th[aria-sort=descending]").count() === 1);
};

const keys = async (page) => {
  await page.goto(`${base}/rules`);
  const active = () => page.evaluate(() => document.activeElement.textContent || document.activeElement.id);
  await page.keyboard.press("/");
  check("/ goes to the search", await page.evaluate(() => document.activeElement.id) === "q");
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  const first = await active();
  await page.keyboard.press("j");
  check("j goes down", await active() !== first);
  await page.keyboard.press("k");
  check("k goes up", await active() === first);
  await Promise.all([page.waitForURL("**/rules/*"), page.keyboard.press("Enter")]);
  check("Enter opens", true);
  await page.keyboard.press("?");
  check("? shows the keys", await page.locator("#help").evaluate((d) => d.open));
  await page.keyboard.press("Escape");
  check("Escape closes them", !(await page.locator("#help").evaluate((d) => d.open)));
  await page.keyboard.press("Tab");
  await page.goto(`${base}/rules`);
  await page.keyboard.press("Tab");
  check("the first stop skips to the content", await page.evaluate(() => document.activeElement.className) === "skip");
  await page.keyboard.press("Enter");
  check("and does", await page.evaluate(() => location.hash) === "#main");
  settled("keys log no error");
};

const filters = async (page) => {
  await page.goto(`${base}/inbox?show=all`);
  const all = await page.locator(ROW).count();
  await page.fill("input[name=server]", "MAIL01");
  await page.click("main button:has-text('Apply')");
  check("filters are in the address", page.url().includes("server=MAIL01"), page.url());
  const fewer = await page.locator(ROW).count();
  check("and leave fewer", fewer > 0 && fewer < all, `${fewer} of ${all}`);
  await page.click(".chips a");
  check("a chip takes one away", !page.url().includes("server=") && await page.locator(ROW).count() === all, page.url());
  const counts = await page.locator(".tabs .count").allTextContents();
  check("tabs have counts", counts.length === 8 && Number(counts[7].replace(/\D/g, "")) >= all, counts.join(" "));
  await page.fill("#q", "MAIL0");
  await Promise.all([page.waitForURL("**q=MAIL0*"), page.keyboard.press("Enter")]);
  check("searching finds servers", await page.locator("main a[href*='name=MAIL01']").count() > 0);
  settled("filters log no error");
};

const signs = async (page, list) => {
  const path = list.find(([name]) => name === "attempt")[1];
  await page.goto(base + path);
  await page.keyboard.press("n");
  const at = () => page.evaluate(() => document.activeElement.matches("ol.signs > li, [data-sign]") && document.activeElement.textContent);
  const first = await at();
  check("n goes to a sign", Boolean(first));
  await page.keyboard.press("n");
  check("and to the next", await at() !== first);
  await page.keyboard.press("p");
  check("p goes back", await at() === first);
};

const resolve = async (page, list) => {
  const path = list.find(([name]) => name === "finding")[1];
  await page.goto(base + path);
  await page.keyboard.press("c");
  await page.locator("#said:has-text('copied')").waitFor({ state: "attached" }).catch(() => {});
  check("c copies the text for the ticket", (await page.locator("#said").textContent()).includes("copied"));
  await page.click("summary:has-text('Resolve')");
  await page.fill("input[name=fix]", "Switched to install mode <b>twice</b>");
  await page.fill("input[name=ticket]", "INC-42");
  await page.click("button:has-text('Mark as resolved')");
  await answered(page, "resolved");
  check("resolving comes back to the finding", page.url().endsWith(path), page.url());
  const history = await page.locator("ol.history").textContent();
  check("and is in its history", history.includes("INC-42") && history.includes("<b>twice</b>"), history);
  await page.click("summary:has-text('Silence')");
  await page.fill("input[name=until]", "2099-01-01");
  await page.fill("form[action*=silence] input[name=reason]", "known, the vendor is on it");
  await page.click("form[action*=silence] button");
  check("silencing is shown", (await page.locator(".facts-row .badge").first().textContent()).includes("Silenced"));
  settled("deciding logs no error");
};

const charts = async (page) => {
  await page.goto(`${base}/trends?period=all`);
  const live = page.locator(".uplot canvas").first();
  await live.waitFor({ timeout: 5000 }).catch(() => {});
  const built = (await (await page.request.get(`${base}/trends`)).text()).includes("/assets/uplot.js");
  check(built ? "charts are drawn by the script" : "without uPlot the drawing of the server stays",
    (await live.count() > 0) === built);
  check("and their data is a table", await page.locator("figure details table").count() > 0);
  settled("charts log no error");
};

const withoutScript = async (browser, list) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = watch(await context.newPage());
  let empty = 0;
  for (const [, path] of list) {
    await page.goto(base + path);
    empty += (await page.locator("main").textContent()).trim().length < 60;
  }
  check("every screen says something without a script", empty === 0, `${empty} are empty`);
  await page.goto(`${base}/try`);
  await page.fill("textarea", TEXT);
  await page.click("main button.primary");
  check("pasting works without a script", await page.locator(".matches a").count() > 0);
  const finding = list.find(([name]) => name === "finding");
  if (finding) {
    await page.goto(base + finding[1]);
    await page.click("summary:has-text('Ticket text')");
    await page.selectOption("select[name=ticket]", "jira");
    await page.selectOption("select[name=voice]", "user");
    await page.click(".ticket button:has-text('Show')");
    const ticket = await page.locator("#ticket-text").inputValue();
    check("markup and voice of a ticket are chosen without a script",
      /^h\d\./.test(ticket) && await page.locator("#ticket-text").isVisible(), ticket);
  }
  await page.click(".themes button[value=dark]");
  check("so does the theme", await page.locator("html[data-theme=dark]").count() === 1);
  trouble.length = 0;
  await context.close();
};

const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = watch(await context.newPage());
  const list = await screens(page);
  const stored = list.some(([name]) => name === "inbox");
  await visit(browser, list);
  if (stored) { await oneFile(browser); }
  await pasteAndUpload(page);
  await themes(page);
  await tables(page);
  await keys(page);
  if (stored) {
    await filters(page);
    await signs(page, list);
    await charts(page);
    await resolve(page, list);
  }
  await withoutScript(browser, list);
  writeFileSync(`${shots}/index.txt`, `${list.map(([name, path]) => `${name} ${path}`).join("\n")}\n`);
} finally {
  await browser.close();
}
process.exitCode = failed ? 1 : 0;
