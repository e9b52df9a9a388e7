// The flame graph: outermost frames on top, as wide as they are frequent.
const flame = (() => {
  const root = { name: 'all', count: 0, children: new Map(), depth: 0, parent: null };
  for (const [frames, times] of data.stacks) {
    let node = root;
    root.count += times;
    for (const frame of frames) {
      let next = node.children.get(frame);
      if (!next) node.children.set(frame, next = { name: T[frame], count: 0, children: new Map(), depth: node.depth + 1, parent: node });
      next.count += times;
      node = next;
    }
  }
  return { root, zoomed: root, boxes: [] };
})();
const flameCanvas = $('flame'), flameRow = 20;

/** A colour of the frame's own, always the same, close to the page's. */
function frameColour(name) {
  let hash = 0;
  for (let i = 0; i < Math.min(name.length, 60); i++) hash = (hash * 31 + name.charCodeAt(i)) >>> 0;
  const dark = isDark();
  return name.startsWith('<') || name.startsWith('0x') ? (dark ? `hsl(${200 + hash % 30} 16% ${32 + hash % 6}%)` : `hsl(${200 + hash % 30} 26% ${80 + hash % 6}%)`)
    : dark ? `hsl(${22 + hash % 24} 34% ${34 + hash % 8}%)` : `hsl(${26 + hash % 22} 62% ${78 + hash % 8}%)`;
}
function drawFlame() {
  if ($('stacks').hidden || !flame.root.count) return;
  let deepest = 0;
  const walk = [flame.root];
  while (walk.length) { const node = walk.pop(); deepest = Math.max(deepest, node.depth); walk.push(...node.children.values()); }
  const { context: c, width } = prepare(flameCanvas, Math.min((deepest + 1) * flameRow + 2, 2000));
  flame.boxes = [];
  c.font = '12px ' + getComputedStyle(document.body).fontFamily;
  c.textBaseline = 'middle';
  const place = (node, x, w) => {
    if (w < .4) return;
    flame.boxes.push({ node, x, w });
    const y = node.depth * flameRow;
    const wanted = $('search').value.trim().toLowerCase();
    c.fillStyle = node === flame.root ? colour.hover : frameColour(node.name);
    if (wanted && node.name.toLowerCase().includes(wanted)) c.fillStyle = colour.accent;
    c.fillRect(x, y, Math.max(w - .7, .5), flameRow - 1.5);
    if (w > 30) {
      const label = node === flame.root ? `all ${count(node.count)}` : node.name, room = Math.floor((w - 8) / 6.4);
      c.fillStyle = colour.ink;
      c.fillText(label.length > room ? label.slice(0, Math.max(room - 1, 1)) + '…' : label, x + 4, y + flameRow / 2);
    }
  };
  const stack = [[flame.root, 0, width]];
  const path = new Set();
  for (let node = flame.zoomed; node; node = node.parent) path.add(node);
  while (stack.length) {
    const [node, x, w] = stack.pop();
    place(node, x, w);
    if (w < .4) continue;
    const inside = path.has(node) && node !== flame.zoomed;
    let left = x;
    for (const child of [...node.children.values()].sort((a, b) => b.count - a.count)) {
      const part = inside ? (path.has(child) ? w : 0) : w * child.count / node.count;
      if (part > 0) stack.push([child, left, part]);
      left += part;
    }
  }
}
function frameAt(event) {
  const bounds = flameCanvas.getBoundingClientRect(), x = event.clientX - bounds.left, depth = Math.floor((event.clientY - bounds.top) / flameRow);
  const found = flame.boxes.find(b => b.node.depth === depth && x >= b.x && x < b.x + b.w);
  return found ? found.node : null;
}
flameCanvas.addEventListener('mousemove', event => {
  const node = frameAt(event);
  showTip(event, node && [[node.name, 'mono'], [`${count(node.count)} of ${count(flame.root.count)}, ${digits(100 * node.count / flame.root.count, 1)} %`, 'muted num']]);
});
flameCanvas.addEventListener('mouseleave', () => showTip());
flameCanvas.addEventListener('click', event => { const node = frameAt(event); if (node) { flame.zoomed = node; drawFlame(); } });
flameCanvas.addEventListener('keydown', event => { if (event.key === 'Escape') { flame.zoomed = flame.root; drawFlame(); } });
$('no-stacks').hidden = flame.root.count > 0;
flameCanvas.hidden = flame.root.count === 0;
