// The timeline: each process is a bar in a lane below its parent's, as high up as there is room.
const lanes = (() => {
  let size = 1;
  while (size < processCount) size *= 2;
  const ends = new Float64Array(2 * size).fill(-Infinity);  // a tree of minima over the lanes' last ends
  const find = (node, low, high, from, time) => {
    if (high <= from || ends[node] > time) return none;
    if (high - low === 1) return low;
    const middle = (low + high) / 2, left = find(2 * node, low, middle, from, time);
    return left >= 0 ? left : find(2 * node + 1, middle, high, from, time);
  };
  const laneOf = new Int32Array(processCount);
  const all = [];
  for (let p = 0; p < processCount; p++) {
    const parent = P.parent[p], from = parent >= 0 ? laneOf[parent] + 1 : 0;
    const lane = find(1, 0, size, Math.min(from, size - 1), P.begin[p]);
    laneOf[p] = lane < 0 ? size - 1 : lane;
    (all[laneOf[p]] ||= []).push(p);
    let node = size + laneOf[p];
    ends[node] = Math.max(P.end[p], P.begin[p] + 1);
    for (node >>= 1; node >= 1; node >>= 1) ends[node] = Math.min(ends[2 * node], ends[2 * node + 1]);
  }
  for (let i = 0; i < all.length; i++) all[i] ||= [];
  return { all, laneOf };
})();

const ruler = 22, canvas = $('lanes'), overview = $('overview');
let laneHeight = 18, scroll = 0, viewHeight = 320;

function layout() {
  const count = Math.max(lanes.all.length, 1);
  laneHeight = count <= 18 ? 20 : count <= 40 ? 15 : count <= 90 ? 10 : 8;
  viewHeight = ruler + Math.min(Math.max(count * laneHeight, 90), Math.max(innerHeight * .46, 240)) + 6;
  scroll = clampScroll(scroll);
}
const contentHeight = () => lanes.all.length * laneHeight;
const clampScroll = y => Math.max(0, Math.min(y, contentHeight() - (viewHeight - ruler - 6)));
const toX = (time, width) => (time - state.from) / (state.to - state.from) * width;
const toTime = (x, width) => state.from + x / width * (state.to - state.from);

function setView(from, to) {
  const least = Math.min(2000, length), span = Math.max(Math.min(to - from, length * 1.02), least);
  let begin = from + (to - from - span) / 2;
  const margin = length * .01;
  begin = Math.max(-margin, Math.min(begin, length + margin - span));
  state.from = begin;
  state.to = begin + span;
  tell('view');
}
function zoom(factor, around = (state.from + state.to) / 2) {
  setView(around - (around - state.from) * factor, around + (state.to - around) * factor);
}
function showAll() { setView(-length * .01, length * 1.01); }

/** The first of the lane's processes that ends at or after a time. */
function firstAt(list, time) {
  let low = 0, high = list.length;
  while (low < high) { const middle = (low + high) >> 1; if (P.end[list[middle]] < time) low = middle + 1; else high = middle; }
  return low;
}

function step(span, most) {
  const least = span / most;
  for (let unit = 1; ; unit *= 10) for (const f of [1, 2, 5]) if (unit * f >= least) return unit * f;
}
function drawRuler(c, width, height) {
  const every = step(state.to - state.from, Math.max(width / 110, 2));
  c.font = '11px ' + getComputedStyle(document.body).fontFamily;
  c.textBaseline = 'middle';
  c.fillStyle = colour.muted;
  c.strokeStyle = colour.line;
  c.lineWidth = 1;
  const places = Math.max(0, Math.min(9, Math.ceil(9 - Math.log10(every) - 1e-9)));
  c.beginPath();
  for (let t = Math.ceil(state.from / every) * every; t <= state.to; t += every) {
    const x = Math.round(toX(t, width)) + .5;
    c.moveTo(x, ruler - 5); c.lineTo(x, height);
    c.fillText(seconds(t, places) + ' s', x + 4, 9);
  }
  c.stroke();
}
function drawLosses(c, width, height) {
  let labelled = -Infinity;
  for (const [at, , lost] of data.losses) {
    const x = toX(at, width);
    if (x < -40 || x > width + 4) continue;
    c.fillStyle = colour['loss-soft']; c.fillRect(x - 4, ruler, 8, height);
    c.fillStyle = colour.loss; c.fillRect(x - .75, ruler, 1.5, height);
    if (x < labelled + 70) continue;
    c.fillText(`${lost < 0 ? '?' : count(lost)} lost`, x + 7, ruler + 9);
    labelled = x;
  }
}
function drawBar(c, p, x0, x1, y, h) {
  const known = flag(p, SEEN);
  c.fillStyle = !known ? colour.faint : P.hue[p] ? colour.lane2 : colour.lane;
  const left = Math.max(x0, -2);
  const w = Math.max(Math.min(x1, canvas.clientWidth + 2) - left, 1);
  c.fillRect(left, y, w, h);
  if (known && !flag(p, END_KNOWN) && w > 10) {
    c.fillStyle = colour.faint; c.fillRect(left + w - 6, y, 6, h);
  }
  if (flag(p, END_KNOWN) && endedBadly(p)) {
    c.fillStyle = colour.bad; c.fillRect(Math.max(x1 - 3, left), y, Math.min(3, w), h);
  }
  if (w > 34 && h >= 9) {
    const room = Math.floor((w - 8) / 6.2), name = shortName(p);
    c.fillStyle = colour.ink;
    c.fillText(name.length > room ? name.slice(0, Math.max(room - 1, 1)) + '…' : name, Math.max(left, 0) + 4, y + h / 2 + .5);
  }
}
function drawLanes(c, width, height) {
  const gap = laneHeight > 9 ? 2 : 1, h = laneHeight - gap;
  const first = Math.floor(scroll / laneHeight), last = Math.min(lanes.all.length, Math.ceil((scroll + height) / laneHeight));
  c.font = (h >= 13 ? '11.5px ' : '10px ') + getComputedStyle(document.body).fontFamily;
  for (let lane = first; lane < last; lane++) {
    const list = lanes.all[lane], y = ruler + lane * laneHeight - scroll;
    let drawn = -Infinity;
    for (let i = firstAt(list, state.from); i < list.length; i++) {
      const p = list[i];
      if (P.begin[p] > state.to) break;
      const x0 = toX(P.begin[p], width), x1 = toX(P.end[p], width);
      if (Math.max(x1, x0 + 1) < drawn + .6) continue;
      drawBar(c, p, x0, x1, y, h);
      drawn = Math.max(x1, x0 + 1);
    }
  }
  const dense = failures.length > width / 2 && state.to - state.from > length / 20;
  const marked = new Map();  // by lane: where the last mark is
  for (const a of failures) {
    const at = A.at[a];
    if (at < state.from || at > state.to) continue;
    const lane = lanes.laneOf[A.process[a]], x = toX(at, width);
    if (lane < first || lane >= last || x - (marked.get(lane) ?? -9) < (dense ? 3 : 1.5)) continue;
    marked.set(lane, x);
    c.fillStyle = colour.fail;
    c.fillRect(x - .5, ruler + lane * laneHeight - scroll, dense ? 1 : 2.5, h);
  }
}
function box(p, width) {
  const x0 = toX(P.begin[p], width), x1 = Math.max(toX(P.end[p], width), x0 + 2);
  return { x0, x1, y: ruler + lanes.laneOf[p] * laneHeight - scroll, h: laneHeight - (laneHeight > 9 ? 2 : 1) };
}
function drawChosen(c, width) {
  const p = state.chosen;
  if (p < 0) return;
  c.strokeStyle = colour.accent; c.lineWidth = 1;
  const link = (parent, child) => {
    const from = box(parent, width), to = box(child, width), x = Math.round(to.x0) + .5;
    c.beginPath(); c.moveTo(x, from.y + from.h); c.lineTo(x, to.y); c.stroke();
  };
  c.globalAlpha = .6;
  for (const child of children.of(p).subarray(0, 400)) link(p, child);
  for (let child = p, depth = 0; P.parent[child] >= 0 && depth < 200; child = P.parent[child], depth++) link(P.parent[child], child);
  c.globalAlpha = 1;
  const b = box(p, width);
  c.lineWidth = 2; c.strokeRect(b.x0 - 1, b.y - 1, b.x1 - b.x0 + 2, b.h + 2);
}
let range = null;  // of Shift+drag: two x
function draw() {
  const { context: c, width, height } = prepare(canvas, viewHeight);
  drawRuler(c, width, height);
  c.save();
  c.beginPath(); c.rect(0, ruler, width, height - ruler); c.clip();
  drawLanes(c, width, height);
  drawLosses(c, width, height);
  drawChosen(c, width);
  if (range) { c.fillStyle = colour.accent; c.globalAlpha = .15; c.fillRect(range[0], ruler, range[1] - range[0], height); c.globalAlpha = 1; }
  c.restore();
  const content = contentHeight(), room = height - ruler - 6;
  if (content > room) {
    c.fillStyle = colour.muted; c.globalAlpha = .35;
    c.fillRect(width - 4, ruler + scroll / content * room, 3, room * room / content); c.globalAlpha = 1;
  }
  $('span').textContent = `${seconds(Math.max(state.from, 0), 3)} – ${seconds(Math.min(state.to, length), 3)} s  (${duration(Math.round(Math.min(state.to, length) - Math.max(state.from, 0)))})`;
}
function drawOverview() {
  const { context: c, width, height } = prepare(overview, 44);
  const bins = Math.max(Math.floor(width / 3), 10), all = new Uint32Array(bins), bad = new Uint32Array(bins);
  for (let a = 0; a < attemptCount; a++) {
    const bin = Math.min(Math.floor(A.at[a] / length * bins), bins - 1);
    all[bin]++;
    if (A.error[a] > 0) bad[bin]++;
  }
  const most = all.reduce((x, y) => Math.max(x, y), 1), x = t => (t / length) * width;
  for (let i = 0; i < bins; i++) {
    if (!all[i]) continue;
    const h = Math.max(all[i] / most * (height - 6), 1.5), hb = all[i] ? h * bad[i] / all[i] : 0;
    c.fillStyle = colour.lane2; c.fillRect(i * width / bins, height - h, width / bins - .6, h - hb);
    if (bad[i]) { c.fillStyle = colour.fail; c.fillRect(i * width / bins, height - Math.max(hb, 2), width / bins - .6, Math.max(hb, 2)); }
  }
  c.fillStyle = colour.loss;
  for (const [at] of data.losses) c.fillRect(x(at) - 1, 0, 2, height);
  const from = Math.max(x(state.from), 0), to = Math.min(x(state.to), width);
  c.fillStyle = colour.panel; c.globalAlpha = .65;
  c.fillRect(0, 0, from, height); c.fillRect(to, 0, width - to, height); c.globalAlpha = 1;
  c.strokeStyle = colour.accent; c.lineWidth = 1; c.strokeRect(Math.max(from, .5), .5, Math.max(to - from - 1, 2), height - 1);
}

function processAt(event) {
  const bounds = canvas.getBoundingClientRect(), x = event.clientX - bounds.left, y = event.clientY - bounds.top;
  if (y < ruler) return none;
  const list = lanes.all[Math.floor((y - ruler + scroll) / laneHeight)];
  if (!list) return none;
  const slack = (state.to - state.from) / bounds.width * 3, time = toTime(x, bounds.width);
  let best = none, distance = slack;
  for (let i = firstAt(list, time - slack); i < list.length && P.begin[list[i]] <= time + slack; i++) {
    const p = list[i], d = time < P.begin[p] ? P.begin[p] - time : time > P.end[p] ? time - P.end[p] : 0;
    if (d <= distance && (best < 0 || d < distance)) { best = p; distance = d; }
  }
  return best;
}
function tipLines(p) {
  const life = lifetime(p), end = endText(p);
  const lines = [[line(processText(p)), 'mono'], [`${P.pid[p]}` + (life >= 0 ? ` · ${duration(life)}` : '') + (end ? ` · ${end}` : '') +
    (children.count(p) ? ` · started ${count(children.count(p))}` : ''), 'muted num']];
  const failed = Array.from(attemptsOf.of(p)).filter(a => A.error[a] > 0).slice(0, 4);
  for (const a of failed) lines.push([resultText(a) + ' ' + line(text(A.command[a])), 'fail-text']);
  if (!flag(p, SEEN)) lines.push(['known only as the parent of others', 'muted']);
  return lines;
}
function bringIntoView(p, alsoTime) {
  const y = lanes.laneOf[p] * laneHeight, room = viewHeight - ruler - 6;
  if (y < scroll || y + laneHeight > scroll + room) scroll = clampScroll(y - room / 2);
  const span = state.to - state.from;
  if (alsoTime && (P.end[p] < state.from || P.begin[p] > state.to))
    setView(P.begin[p] - span / 2, P.begin[p] + span / 2);
}
function zoomTo(p) {
  const span = Math.max(P.end[p] - P.begin[p], 20000), margin = span * .08;
  setView(P.begin[p] - margin, P.begin[p] + span + margin);
  bringIntoView(p);
}
function goToFailure(direction) {
  if (!failures.length) return;
  const now = state.failure ?? (direction > 0 ? -1 : failures.length);
  state.failure = (now + direction + failures.length) % failures.length;
  const a = failures[state.failure], span = Math.min(state.to - state.from, length / 4);
  choose(A.process[a]);
  setView(A.at[a] - span / 2, A.at[a] + span / 2);
  tell('attempt', a);
}
