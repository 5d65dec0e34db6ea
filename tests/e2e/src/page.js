// What the tests ask of the page. Offsets are code points of the article's text.
const reader = () => document.querySelector('[role="document"][data-article-id]');
const blocks = () => [...(reader()?.querySelectorAll('[data-block-start]') ?? [])];
const startOf = (block) => Number(block.dataset.blockStart);
const points = (text) => { let n = 0; for (const _ of text) n += 1; return n; };
const textNodes = (root) => {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return nodes;
};

// What a request to a store of the page's database gives.
const inDatabase = (name, request) => new Promise((told) => {
  indexedDB.open('hearsay').onsuccess = ({ target: { result: database } }) => {
    const asked = request(database.transaction(name).objectStore(name));
    asked.onsuccess = () => {
      database.close();
      told(asked.result);
    };
  };
});

// The UTF-16 index of the code point `n` of `text`.
const utf16 = (text, n) => {
  let index = 0;
  for (; n > 0; n -= 1) {
    if (index >= text.length) throw new Error('a code point outside the block');
    index += text.codePointAt(index) > 0xffff ? 2 : 1;
  }
  return index;
};

const blockOf = (offset, side) => {
  const all = blocks();
  if (all.length === 0) throw new Error('no block in the document');
  // The last block that begins before the character, or at it when the character is the one after the offset.
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const start = startOf(all[middle]);
    if (start < offset || (side === 'start' && start === offset)) low = middle + 1; else high = middle;
  }
  if (low === 0) throw new Error(`no block holds the character at ${offset}`);
  return all[low - 1];
};

// The place in the DOM of the UTF-16 index `index` of the block's text.
const place = (block, index) => {
  for (const node of textNodes(block)) {
    if (index <= node.length) return [node, index];
    index -= node.length;
  }
  throw new Error('an index outside the block');
};

// The range of the grapheme cluster that begins (side `start`) or ends (side `end`) at the offset.
const cluster = (offset, side) => {
  const block = blockOf(offset, side);
  const text = block.textContent;
  const index = utf16(text, offset - startOf(block));
  const from = Math.max(0, index - 64);
  const near = text.slice(from, index + 64);
  const probe = side === 'start' ? index - from : index - from - 1;
  const found = new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(near).containing(probe);
  if (!found) throw new Error(`no character at ${offset}`);
  const edge = side === 'start' ? found.index : found.index + found.segment.length;
  if (edge + from !== index) throw new Error(`${offset} is inside the cluster ${JSON.stringify(found.segment)}`);
  const range = document.createRange();
  const [head, headIndex] = place(block, from + found.index);
  const [tail, tailIndex] = place(block, from + found.index + found.segment.length);
  range.setStart(head, headIndex);
  range.setEnd(tail, tailIndex);
  return { range, text: found.segment };
};

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

// A point in the viewport where a press puts the caret at the offset: in the outer quarter of the character beside it.
const pointAt = (offset, side) => {
  // Of what is far and was never laid out, Chromium tells no rectangles of a range before it was asked for the block's.
  blockOf(offset, side).getBoundingClientRect();
  const { range, text } = cluster(offset, side);
  const rects = [...range.getClientRects()].filter((rect) => rect.width > 0.5);
  if (rects.length === 0) throw new Error(`the character beside ${offset} has no width`);
  const rect = side === 'start' ? rects[0] : rects[rects.length - 1];
  const atLeft = (side === 'start') !== rightToLeft.test(text);
  const x = atLeft ? rect.left + rect.width * 0.2 : rect.right - rect.width * 0.2;
  return { x, y: rect.top + rect.height / 2, top: rect.top, bottom: rect.bottom };
};

const frame = () => new Promise((done) => { requestAnimationFrame(() => setTimeout(done)); });

const scroller = (element) => {
  for (let at = element; at && at !== document.body; at = at.parentElement) {
    const flow = getComputedStyle(at).overflowY;
    if ((flow === 'auto' || flow === 'scroll') && at.scrollHeight > at.clientHeight) return at;
  }
  return document.scrollingElement;
};

// Scrolls the character into the upper half of the viewport; blocks that are filled on the way may move it again.
const reveal = async (offset, side) => {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const { top } = pointAt(offset, side);
    const wanted = innerHeight * 0.35;
    if (top > innerHeight * 0.2 && top < innerHeight * 0.6) return;
    const area = scroller(reader());
    const before = area.scrollTop;
    area.scrollBy({ top: top - wanted, behavior: 'instant' });
    await frame();
    if (area.scrollTop === before) return;
  }
  throw new Error(`cannot scroll to ${offset}`);
};

const atPoint = ({ x, y }) => {
  if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return `outside the viewport: ${x},${y}`;
  const hit = document.elementFromPoint(x, y);
  return reader().contains(hit) ? null : `covered by ${hit?.outerHTML.slice(0, 120)}`;
};

const visiblePoint = (offset, side) => {
  const point = pointAt(offset, side);
  const fault = atPoint(point);
  if (fault) throw new Error(`the character at ${offset} is ${fault}`);
  return { x: Math.round(point.x), y: Math.round(point.y) };
};

// The code-point offset of a place in the DOM, or null outside the article's text.
const offsetOf = (node, index) => {
  const root = reader();
  if (!root || !node || !root.contains(node)) return null;
  const at = document.createRange();
  at.setStart(node, index);
  const block = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest('[data-block-start]');
  if (block && root.contains(block)) {
    const before = document.createRange();
    before.setStart(block, 0);
    before.setEnd(node, index);
    return startOf(block) + points(before.toString());
  }
  // Between blocks: the beginning of the next one, or the end of the last.
  const all = blocks();
  const next = all.find((each) => at.comparePoint(each, 0) >= 0);
  if (next) return startOf(next);
  const last = all[all.length - 1];
  return last ? startOf(last) + points(last.textContent) : null;
};

const selected = () => {
  const selection = getSelection();
  const anchor = offsetOf(selection.anchorNode, selection.anchorOffset);
  const focus = offsetOf(selection.focusNode, selection.focusOffset);
  return anchor === null || focus === null ? null : { anchor, focus };
};

// For each annotation id, the code-point ranges that its marks cover, adjoining ones joined.
const coverage = () => {
  const found = {};
  for (const block of blocks()) {
    let at = startOf(block);
    for (const node of textNodes(block)) {
      const end = at + points(node.data);
      const ids = new Set();
      for (let mark = node.parentElement.closest('mark'); mark; mark = mark.parentElement.closest('mark')) {
        for (const id of (mark.dataset.annotations ?? '').split(' ').filter(Boolean)) ids.add(id);
      }
      if (end > at) {
        for (const id of ids) {
          const ranges = (found[id] ??= []);
          const last = ranges[ranges.length - 1];
          if (last && last[1] === at) last[1] = end; else ranges.push([at, end]);
        }
      }
      at = end;
    }
  }
  return found;
};

const articleText = () => blocks().map((block) => [startOf(block), block.textContent]);

// How many grapheme clusters lie between two offsets; a line break between blocks counts as one.
const clustersBetween = (from, to) => {
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  let count = 0;
  let last = null;
  for (const [start, text] of articleText()) {
    if (last !== null) count += Math.max(0, Math.min(start, to) - Math.max(last, from));
    last = start + points(text);
    if (last < from) continue;
    if (start >= to) break;
    const slice = text.slice(utf16(text, Math.max(from, start) - start), utf16(text, Math.min(to, last) - start));
    count += [...segmenter.segment(slice)].length;
  }
  return count;
};

// The rows of the list `Articles`. Counts are read as they are heard: a number before the name of a label.
const rows = (list) => [...list.querySelectorAll('a[href*="#/article/"]')].map((link) => {
  const row = link.closest('li') ?? link;
  const counts = ['Claim', 'Attribution', 'Unverified'].map((name) => {
    const number = [...row.textContent.matchAll(new RegExp(`(\\d[\\d,]*)\\s*${name}`, 'g'))].at(-1);
    return number ? Number(number[1].replaceAll(',', '')) : null;
  });
  const id = decodeURIComponent(link.getAttribute('href').split('#/article/')[1]);
  return { id, title: link.textContent.trim(), text: row.innerText, counts };
});

// The items of the list `Annotations`.
const items = (list) => [...list.querySelectorAll('[data-annotation-id]')].map((item) => ({
  id: item.dataset.annotationId,
  label: item.dataset.label ?? '',
  quote: item.querySelector('.quote')?.textContent ?? '',
  text: item.textContent,
  current: (item.closest('[aria-current="true"]') ?? item.querySelector('[aria-current="true"]')) !== null,
}));

const centre = (rect) => ({
  x: Math.round(rect.left + rect.width / 2),
  y: Math.round(rect.top + rect.height / 2),
});

// A point on a handle of the selected annotation, or null while it is nowhere.
const handlePoint = (edge) => {
  const point = centre(document.querySelector(`.handle[data-edge="${edge}"] i`)?.getBoundingClientRect() ?? new DOMRect());
  const hit = document.elementFromPoint(point.x, point.y);
  return hit?.closest(`.handle[data-edge="${edge}"]`) ? point : null;
};

// What a long press and the system's own handles leave behind.
const selectByTouch = (start, end) => {
  const at = (offset, side) => {
    const block = blockOf(offset, side);
    return place(block, utf16(block.textContent, offset - startOf(block)));
  };
  const press = { pointerType: 'touch', isPrimary: true, bubbles: true, cancelable: true, button: 0, buttons: 1 };
  blockOf(start, 'start').dispatchEvent(new PointerEvent('pointerdown', press));
  // The system takes the finger over.
  blockOf(start, 'start').dispatchEvent(new PointerEvent('pointercancel', { ...press, buttons: 0 }));
  getSelection().setBaseAndExtent(...at(start, 'start'), ...at(end, 'end'));
};

// What has the focus, and whether it looks otherwise than without; no name where nothing has.
const focusShown = () => {
  const element = document.activeElement;
  if (!element || element === document.body) return {};
  const look = () => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor } = getComputedStyle(element);
    return [outlineStyle === 'none' ? '' : `${outlineWidth} ${outlineColor}`, boxShadow, borderColor, backgroundColor].join();
  };
  const name = element.outerHTML.slice(0, 120);
  if (element.getAttribute('role') === 'document') {
    const caret = document.querySelector('.caret')?.getBoundingClientRect();
    return { name, shown: Boolean(caret?.height) };
  }
  const focused = look();
  element.blur();
  const shown = look() !== focused;
  element.focus();
  return { name, shown };
};
