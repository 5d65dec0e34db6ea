// The benchmark's instruments, in every page before the page's own scripts. They note times and count; they change
// nothing that the page can see.
(() => {
  const probe = { wasmReady: null, firstRow: null, tasks: [], writes: [], memories: [] };
  globalThis.hearsayProbe = probe;

  for (const name of ['instantiate', 'instantiateStreaming']) {
    const instantiate = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await instantiate.apply(WebAssembly, given);
      const { memory } = (made.instance ?? made).exports ?? {};
      if (memory) probe.memories.push(memory);
      probe.wasmReady ??= performance.now();
      return made;
    };
  }

  const { setItem } = Storage.prototype;
  Storage.prototype.setItem = function (key, value) {
    probe.writes.push({ to: 'local storage', units: `${key}${value}`.length });
    return setItem.call(this, key, value);
  };
  for (const name of ['put', 'add']) {
    const put = IDBObjectStore.prototype[name];
    IDBObjectStore.prototype[name] = function (...given) {
      const units = given.map((each) => (typeof each === 'string' ? each.length : JSON.stringify(each)?.length ?? 0));
      probe.writes.push({ to: 'database', units: units.reduce((sum, each) => sum + each, 0) });
      return put.apply(this, given);
    };
  }

  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) probe.tasks.push({ startTime, duration });
  }).observe({ type: 'longtask', buffered: true });

  // Calls back in the frame after the one that shows what is there now: by then it has been painted.
  probe.painted = (done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())));

  const row = '[aria-label="Articles"] a[href*="#/article/"]';
  const look = new MutationObserver(() => {
    if (!document.querySelector(row)) return;
    look.disconnect();
    probe.painted((time) => { probe.firstRow = time; });
  });
  look.observe(document, { childList: true, subtree: true });

  // The longest task since a time, and none where none took 50 ms.
  probe.longestSince = (time) => Math.max(0, ...probe.tasks.filter((task) => task.startTime + task.duration > time)
    .map((task) => task.duration));

  // Notes when each frame begins, and what of the article in view it has not drawn. Returns what ends it.
  probe.frames = (root) => {
    const frames = { times: [], blank: 0, plain: 0 };
    let on = true;
    const sections = root ? [...root.querySelectorAll('.section')] : [];
    const inView = (element) => {
      const { top, bottom } = element.getBoundingClientRect();
      return bottom > 0 && top < innerHeight;
    };
    // To ask for anything within what is not laid out would have it laid out.
    const isBlank = (part) => !part.firstElementChild.checkVisibility({ contentVisibilityAuto: true });
    const look = (part) => {
      if (!inView(part)) return;
      if (part.localName === 'p') frames.plain += part.querySelector('mark') ? 0 : 1;
      else if (isBlank(part)) frames.blank += 1;
      else [...part.children].forEach(look);
    };
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => sections.forEach(look);
    const frame = (time) => {
      frames.times.push(time);
      if (!on) return;
      // The message comes once the frame is drawn, when looking costs no layout.
      if (sections.length > 0) port2.postMessage(null);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    return () => {
      on = false;
      return frames;
    };
  };
})();
