// SARIF against the published schema, speedscope against its own, JUnit through a reader. Damaged copies must be refused:
// a validator that accepts everything proves nothing.
//   node schemas.mjs DIRECTORY
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import Ajv from 'ajv';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'junit2json';
import { check, must } from './checks.mjs';

const require = createRequire(import.meta.url);
const directory = process.argv[2];
const read = file => JSON.parse(readFileSync(join(directory, file), 'utf8'));

function find(folder, name) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) { const found = find(path, name); if (found) return found; } else if (entry.name === name) return path;
  }
  return null;
}

function compile(schema) {
  const Class = /2020/.test(schema.$schema ?? '') ? (Ajv2020.default ?? Ajv2020) : (Ajv.default ?? Ajv);
  const ajv = new Class({ strict: false, allErrors: true, logger: false });
  (addFormats.default ?? addFormats)(ajv);
  delete schema.$schema;
  return ajv.compile(schema);
}

const multitool = dirname(require.resolve('@microsoft/sarif-multitool-linux/package.json'));
const sarif = compile(JSON.parse(readFileSync(find(multitool, 'sarif-2.1.0.json') ?? find(multitool, 'sarif-2.1.0-rtm.6.json'), 'utf8').replace(/^\ufeff/, '')));
const speedscope = compile(JSON.parse(readFileSync(join(dirname(require.resolve('speedscope/package.json')), 'dist', 'release', 'file-format-schema.json'), 'utf8')));

for (const variant of ['shop', 'hostile', 'empty']) {
  await check(`sarif ${variant}`, () => {
    must(sarif(read(`${variant}.sarif`)), JSON.stringify(sarif.errors?.slice(0, 5)));
    return '';
  });
  await check(`speedscope schema ${variant}`, () => {
    must(speedscope(read(`${variant}.speedscope.json`)), JSON.stringify(speedscope.errors?.slice(0, 5)));
    return '';
  });
  await check(`junit ${variant}`, async () => {
    const suites = await parse(readFileSync(join(directory, `${variant}.junit.xml`), 'utf8'));
    const cases = suites.testsuite[0].testcase;
    must(cases.length === suites.tests, `tests ${suites.tests}, read ${cases.length}`);
    must(cases.filter(c => c.failure).length === suites.failures, 'failures as announced');
    return JSON.stringify(cases.map(c => c.classname));
  });
}

await check('sarif damaged', () => {
  for (const damage of [s => { s.version = '9'; }, s => { delete s.runs[0].tool; }, s => { s.runs[0].results[0].message = 'text'; }, s => { s.runs[0].results[0].locations[0].physicalLocation.region.startLine = 'x'; }]) {
    const copy = read('shop.sarif');
    damage(copy);
    must(!sarif(copy), `the schema accepts ${damage}`);
  }
});
await check('speedscope schema damaged', () => {
  const copy = read('shop.speedscope.json');
  copy.profiles[0].unit = 'lightyears';
  must(!speedscope(copy), 'the schema accepts a wrong unit');
});
