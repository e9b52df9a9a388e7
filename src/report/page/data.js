// The data of the page: columns, an index for each process, attempt and text. Times are nanoseconds from the first record.
const $ = id => document.getElementById(id);
const data = JSON.parse($('data').textContent);
const T = data.texts, P = data.processes, A = data.attempts, E = data.events;
const processCount = P.pid.length, attemptCount = A.at.length;
const length = Math.max(data.length, 1);
const none = -1;

/** Numbers 0..count-1 grouped by key: of(k) gives those of k, in order. */
function group(count, keys, keyOf) {
  const first = new Int32Array(keys + 1);
  for (let i = 0; i < count; i++) { const k = keyOf(i); if (k >= 0) first[k + 1]++; }
  for (let k = 0; k < keys; k++) first[k + 1] += first[k];
  const at = first.slice(0, keys), all = new Int32Array(first[keys]);
  for (let i = 0; i < count; i++) { const k = keyOf(i); if (k >= 0) all[at[k]++] = i; }
  return { of: k => all.subarray(first[k], first[k + 1]), count: k => first[k + 1] - first[k] };
}
const children = group(processCount, processCount, p => P.parent[p]);
const attemptsOf = group(attemptCount, processCount, a => A.process[a]);
const roots = []; for (let p = 0; p < processCount; p++) if (P.parent[p] < 0) roots.push(p);
const failures = []; for (let a = 0; a < attemptCount; a++) if (A.error[a] > 0) failures.push(a);

const text = id => id < 0 ? '' : T[id];
const SEEN = 1, BEGIN_KNOWN = 2, END_KNOWN = 4;
const flag = (p, bit) => (P.flags[p] & bit) !== 0;
const endedBadly = p => P.exit[p] > 0 || P.signal[p] > 0;
const processText = p => P.program[p] >= 0 ? text(A.command[P.program[p]]) : '[' + (text(P.comm[p]) || '?') + ']';
/** "gcc" of "/usr/bin/gcc -c x.c". */
function shortName(p) {
  if (P.program[p] < 0) return '[' + (text(P.comm[p]) || '?') + ']';
  const file = text(A.file[P.program[p]]), slash = file.lastIndexOf('/');
  return slash >= 0 && slash + 1 < file.length ? file.slice(slash + 1) : file || '?';
}
function resultText(a) {
  const name = A.error[a] > 0 ? data.errors[A.error[a]] || 'failed' : A.status[a] === 0 ? 'ok' : A.status[a] === 1 ? 'failed' : 'unfinished';
  return A.searched[a] > 0 ? `${name} (after ${A.searched[a]} of PATH)` : name;
}
function endText(p) {
  if (P.signal[p] > 0) return 'signal ' + P.signal[p];
  return P.exit[p] >= 0 ? 'exit ' + P.exit[p] : '';
}
const lifetime = p => flag(p, BEGIN_KNOWN) && flag(p, END_KNOWN) ? P.end[p] - P.begin[p] : none;

const digits = (x, n) => x.toLocaleString('en', { minimumFractionDigits: n, maximumFractionDigits: n });
const count = x => x.toLocaleString('en');
function duration(ns) {
  if (ns < 0) return '';
  if (ns < 1e3) return ns + ' ns';
  const [value, unit] = ns < 999.5e3 ? [ns / 1e3, 'µs'] : ns < 999.5e6 ? [ns / 1e6, 'ms'] : ns < 600e9 ? [ns / 1e9, 's']
    : ns < 36000e9 ? [ns / 60e9, 'min'] : [ns / 3600e9, 'h'];
  return digits(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0) + ' ' + unit;
}
const seconds = (ns, n = 6) => (ns / 1e9).toFixed(n);

function make(tag, className, content) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (content !== undefined) element.textContent = content;
  return element;
}
/** A text that is longer than this is cut where it is shown in one line: nobody sees more of it there. */
const line = s => s.length > 600 ? s.slice(0, 600) + '…' : s;

/** What everybody listens to: on('choose', f), tell('choose', p). */
const listeners = {};
const on = (what, f) => (listeners[what] ||= []).push(f);
const tell = (what, ...rest) => { for (const f of listeners[what] || []) f(...rest); };
const state = { chosen: none, from: 0, to: length };

/** The colours of the style sheet, for canvases. */
let colour = {};
function readColours() {
  const style = getComputedStyle(document.documentElement);
  for (const name of ['panel', 'ink', 'muted', 'line', 'accent', 'lane', 'lane2', 'faint', 'fail', 'bad', 'loss', 'loss-soft', 'hover', 'accent-soft'])
    colour[name] = style.getPropertyValue('--' + name).trim();
}
/** A canvas in the screen's own pixels: gives the context and the size in the page's. */
function prepare(canvas, height) {
  const ratio = window.devicePixelRatio || 1, width = Math.max(canvas.clientWidth, 50);
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.height = height + 'px';
  }
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}
/** Calls f once before the next picture, however often it is asked for. */
function later(f) {
  let waits = false;
  return () => { if (!waits) { waits = true; requestAnimationFrame(() => { waits = false; f(); }); } };
}
const tip = $('tip');
function showTip(event, lines) {
  if (!lines) { tip.hidden = true; return; }
  tip.replaceChildren(...lines.map(([content, className]) => make('div', className, content)));
  tip.hidden = false;
  const x = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8), below = event.clientY + 18;
  tip.style.left = Math.max(x, 4) + 'px';
  tip.style.top = (below + tip.offsetHeight > innerHeight ? event.clientY - tip.offsetHeight - 12 : below) + 'px';
}
