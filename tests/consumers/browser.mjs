// Opens hud's files in headless Chromium: the speedscope app for what it imports, HTML report and SVG by themselves.
//   node browser.mjs DIRECTORY
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, extname, join, normalize } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { check, must } from './checks.mjs';

const require = createRequire(import.meta.url);
const directory = process.argv[2];
const speedscope = join(dirname(require.resolve('speedscope/package.json')), 'dist', 'release');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const variants = ['shop', 'hostile', 'empty'];

const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm' };
const server = createServer((request, response) => {
  const path = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname));
  const file = path.startsWith('/files/') ? join(directory, path.slice(7)) : join(speedscope, path);
  try { statSync(file); } catch { response.writeHead(404).end(); return; }
  response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream' });
  createReadStream(file).pipe(response);
});
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

async function open(address, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, ...options });
  const page = await context.newPage();
  page.lines = [];
  page.asked = [];
  page.on('console', m => page.lines.push(`${m.type()}: ${m.text()}`));
  page.on('pageerror', e => page.lines.push(`error: ${e}`));
  page.on('request', r => page.asked.push(r.url()));
  page.on('dialog', d => { page.lines.push(`error: dialog ${d.message()}`); d.dismiss(); });
  await page.goto(address);
  return page;
}

// Chromium itself remarks on reading a WebGL picture back, as a screenshot does.
const bad = page => page.lines.filter(l => /^(warning|error)/.test(l) && !/GPU stall due to ReadPixels/.test(l));

async function inSpeedscope(file) {
  const page = await open(`${origin}/index.html#profileURL=${encodeURIComponent(`${origin}/files/${file}`)}&title=check`);
  try {
    await page.waitForFunction(() => document.querySelector('canvas') !== null || /went wrong|unrecognized/i.test(document.body.innerText), null, { timeout: 20000 });
    const text = await page.evaluate(() => document.body.innerText);
    must(!/went wrong|unrecognized/i.test(text), `speedscope refuses ${file}: ${page.lines.join(' | ')}`);
    await page.keyboard.press('2');
    await page.waitForTimeout(100);
    must(bad(page).length === 0, bad(page).join(' | '));
    const importer = page.lines.find(l => /importing/i.test(l)) ?? '';
    if (file === 'shop.speedscope.json') await page.screenshot({ path: join(directory, 'speedscope.png') });
    return importer;
  } finally {
    await page.context().close();
  }
}

async function htmlReport(variant) {
  const address = pathToFileURL(join(directory, `${variant}.html`)).href;
  const page = await open(address);
  try {
    must(page.asked.filter(u => !u.startsWith('data:')).length === 1, `asks for ${page.asked.join(' ')}`);
    const data = await page.evaluate(() => JSON.parse(document.getElementById('hud-data').textContent));
    const headline = await page.textContent('h1');
    must(headline.trim().length > 10, 'no verdict');
    must(await page.evaluate(() => Object.keys(window).every(k => !k.startsWith('pwned'))), 'a name was run as script');
    if (data.totalNs > 0) {
      await zoomAndSearch(page);
      const opened = await page.evaluate(() => {
        const link = [...document.querySelectorAll('.places a')].pop();
        link.click();
        return new Promise(r => setTimeout(() => r(document.querySelector(link.getAttribute('href')).open), 50));
      });
      must(opened, 'a link in the table opens its details');
    }
    for (const theme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: theme });
      await page.screenshot({ path: join(directory, `${variant}-${theme}.png`), fullPage: true });
      await page.evaluate(axe);
      const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }).then(r => r.violations.map(v => `${v.id}: ${v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + ' ' + n.failureSummary).join(' | ')}`)));
      must(found.length === 0, `${theme}: ${found.join('\n')}`);
    }
    must(bad(page).length === 0, bad(page).join(' | '));
    return `totalNs=${data.totalNs}`;
  } finally {
    await page.context().close();
  }
}

async function zoomAndSearch(page) {
  const frames = await page.$$('svg.hud-flame g.f');
  must(frames.length > 2, 'the flame graph has frames');
  const width = g => g.$eval('rect', r => +r.getAttribute('width'));
  const target = frames[2], before = await width(target);
  await target.$eval('rect', r => r.dispatchEvent(new MouseEvent('click', { bubbles: true })));
  const after = await width(target);
  must(after >= before && after > 300, `a click zooms: ${before} → ${after}`);
  await page.keyboard.press('Escape');
  must(Math.abs(await width(target) - before) < 1, 'Escape resets the zoom');
  const name = await target.$eval('title', t => t.textContent.split('\n')[0]);
  if (await page.$('#hud-search:is(input)')) {
    await page.keyboard.press('/');
    await page.keyboard.type(name.slice(0, 12));
  } else {
    await page.evaluate(() => { window.prompt = () => 'shop'; });
    await page.keyboard.press('/');
  }
  must(await page.$$eval('g.match', m => m.length) > 0, `the search finds ${name}`);
  must(/%/.test(await page.textContent('#hud-matched')), 'the search says how much it found');
  await page.keyboard.press('Escape');
  await frames[0].focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  must(await page.evaluate(() => document.activeElement.matches('g.f')), 'arrow keys walk the graph');
}

async function diffPage() {
  const page = await open(pathToFileURL(join(directory, 'diff.html')).href);
  try {
    must(page.asked.filter(u => !u.startsWith('data:')).length === 1, `asks for ${page.asked.join(' ')}`);
    for (const theme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: theme });
      await page.screenshot({ path: join(directory, `diff-${theme}.png`), fullPage: true });
      await page.evaluate(axe);
      const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }).then(r => r.violations.map(v => `${v.id}: ${v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | ')}`)));
      must(found.length === 0, `${theme}: ${found.join('\n')}`);
    }
    must(bad(page).length === 0, bad(page).join(' | '));
  } finally {
    await page.context().close();
  }
}

async function svgFile(variant) {
  const page = await open(pathToFileURL(join(directory, `${variant}.svg`)).href);
  try {
    must(page.asked.length === 1, `asks for ${page.asked.join(' ')}`);
    if (variant === 'shop') await zoomAndSearch(page);
    await page.screenshot({ path: join(directory, `${variant}-svg.png`) });
    must(bad(page).length === 0, bad(page).join(' | '));
  } finally {
    await page.context().close();
  }
}

try {
  for (const variant of ['shop', 'hostile']) {
    for (const ending of ['speedscope.json', 'json', 'folded', 'pb.gz'])
      await check(`speedscope ${variant}.${ending}`, () => inSpeedscope(`${variant}.${ending}`));
  }
  for (const variant of variants) await check(`html ${variant}`, () => htmlReport(variant));
  await check('html diff', diffPage);
  for (const variant of variants) await check(`svg ${variant}`, () => svgFile(variant));
} finally {
  await browser.close();
  server.close();
}
