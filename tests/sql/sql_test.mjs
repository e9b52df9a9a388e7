// Asks every question of share/sql with DuckDB, over records that are made here: sql_test.mjs [RECORDS_A_HOST [HOSTS]]
// Needs npm's @duckdb/node-api in the folder FTRACECTL_NODE_MODULES, or where node looks; prints "SKIPPED: why" without it.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url)), sql = join(here, '../../share/sql');
const modules = process.env.FTRACECTL_NODE_MODULES;
let duckdb;
try {
  duckdb = createRequire(modules ? join(modules, 'x.js') : import.meta.url)('@duckdb/node-api');
} catch {
  console.log('SKIPPED: no @duckdb/node-api (npm install @duckdb/node-api; FTRACECTL_NODE_MODULES names the folder)');
  process.exit(0);
}

const record = (values) => JSON.stringify(values) + '\n';
const exec = (ts_ns, pid, ppid, comm, filename, argv) => record({ type: 'exec', ts_ns, clock: 'mono', cpu: 0, pid, tid: pid, ppid, uid: 0,
  comm, syscall: 'execve', filename, argv, ret: 0, error: null, status: 'ok', duration_ns: 5, new_comm: argv[0] });
const at = 9000000000000;
const extra = exec(at, 800, 700, 'init', '/usr/sbin/cron', ['cron']) + exec(at + 1, 900, 800, 'cron', '/usr/bin/curl', ['curl', '-d', 'token=abc']) +
  exec(at + 2, 901, 800, 'cron', '/tmp/x', ['x']) +
  record({ type: 'exit', ts_ns: at + 900, cpu: 0, pid: 901, tid: 901, ppid: 800, comm: 'x', exit_code: null, signal: 11, lifetime_ns: 898 }) +
  record({ type: 'lost', ts_ns: at + 901, cpu: 1, count: 329 }) + record({ type: 'new_thing', x: [1] }) +
  record({ type: 'summary', records: 4, lost: 329, malformed: 0, kernel: null, entries: 9, execs: 3, execs_with_argv: 3, duration_ns: 1 });

// The first row of those whose answer is known.
const expected = {
  '01-who-started': ['h0', 'cron', '800', '0', '1', 'curl -d token=abc'],
  '04-tree-above': ['0', '900', '/usr/bin/curl', 'curl -d token=abc'],
  '07-root': ['h0', '/tmp/x', 'cron', '1'],
  '11-arguments': ['h0', '/usr/bin/curl', 'token=abc', '1'],
  '12-losses': ['h0', '329', '329', '0'],
};

const [count = '6000', hosts = '3'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'ftracectl-sql-'));
let failed = 0;
try {
  const lines = execFileSync('python3', [join(here, '../page/make_records.py'), count], { maxBuffer: 2 ** 31 }).toString('latin1')
    .split('\n').filter(line => line && !line.startsWith('{"type":"lost"')).join('\n') + '\n';
  for (let host = 0; host < +hosts; host++) {
    mkdirSync(join(folder, 'records', 'h' + host), { recursive: true });
    writeFileSync(join(folder, 'records', 'h' + host, 'a.jsonl'), lines + (host === 0 ? extra : ''), 'latin1');
  }
  const connection = await (await duckdb.DuckDBInstance.create(':memory:')).connect();
  const ask = async text => (await connection.runAndReadAll(text)).getRowsJson();
  await connection.run(`set variable records = '${folder}/records/**/*.jsonl'; set variable host = 'h0'; set variable pid = 900;`);
  await connection.run(readFileSync(join(sql, 'records.sql'), 'utf8'));
  console.log(`${(await ask('select count(*) from records'))[0][0]} records of ${hosts} hosts`);
  for (const file of readdirSync(sql).filter(name => /^[0-9].*\.sql$/.test(name)).sort()) {
    const name = file.replace('.sql', ''), begin = performance.now();
    let rows = [], fault = '';
    try { rows = await ask(readFileSync(join(sql, file), 'utf8')); } catch (error) { fault = error.message; }
    const took = ((performance.now() - begin) / 1000).toFixed(3);
    const good = rows.length > 0 && (!expected[name] || expected[name].join('|') === rows[0].map(String).join('|'));
    if (!good) failed++;
    console.log(`${good ? 'ok' : 'FAILED'} ${name}: ${rows.length} rows, ${took} s${good ? '' : ' ' + fault + JSON.stringify(rows.slice(0, 2))}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
