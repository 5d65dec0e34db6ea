// What is shown when the page itself has failed: its program has panicked, or could not be loaded. Plain code that
// shares nothing with that program: it reads what storage holds as it stands, and gives it to the reviewer as a file.
// The form of the file is told in src/store/rescue/mod.rs; Import takes it in.
(() => {
  'use strict';

  const OURS = 'hearsay/';
  const STORES = ['log', 'texts', 'snapshots'];
  // How many milliseconds the database may take, and a page that has met an error before it was there.
  const PATIENCE = 5000;
  const GRACE = 3000;

  let isOver = false;

  const hasStarted = () => document.querySelector('main, .waiting') !== null;

  // Errors after which the program cannot go on: a trap, or a stack that is full.
  const isFatal = (error) => error instanceof WebAssembly.RuntimeError
    || (error instanceof RangeError && /wasm/.test(error.stack ?? ''));

  const met = (error, words) => {
    if (isFatal(error)) {
      end('Hearsay has stopped', words);
    } else if (!hasStarted()) {
      setTimeout(() => hasStarted() || end('Hearsay could not start', words), GRACE);
    }
  };

  addEventListener('hearsay-panic', (event) => end('Hearsay has stopped', event.detail));
  addEventListener('unhandledrejection', ({ reason }) => met(reason, String(reason)));
  addEventListener('error', (event) => {
    const isScript = event.target instanceof HTMLScriptElement;
    if (isScript || event.target === window) {
      met(event.error, event.message ?? `${event.target.src || 'The program of the page'} could not be loaded.`);
    }
  }, true);

  const end = (title, words) => {
    if (isOver) return;
    isOver = true;
    // What has failed hears of nothing more.
    const deaf = [
      'click', 'keydown', 'keyup', 'beforeinput', 'input', 'change', 'pointerdown', 'pointermove', 'pointerup',
      'mousedown', 'mouseup', 'focusin', 'focusout', 'selectionchange', 'hashchange', 'visibilitychange', 'pagehide',
      'resize', 'storage',
    ];
    for (const type of deaf) {
      addEventListener(type, (event) => {
        event.stopImmediatePropagation();
        if (type === 'click') act(event.target);
      }, true);
    }
    // It may still be in the middle of what it did.
    setTimeout(() => show(title, words));
  };

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  const show = (title, words) => {
    document.title = title;
    const heading = element('h1', { tabIndex: -1 }, title);
    const told = element('p', { className: 'rescue-told' });
    told.setAttribute('role', 'status');
    document.body.replaceChildren(element('main', { className: 'rescue' },
      heading,
      element('p', {}, 'Everything that the page called saved is still in this browser. What you did in the last '
        + 'moment may be lost.'),
      element('p', { className: 'rescue-tools' },
        element('button', { className: 'solid', type: 'button', id: 'rescue-reload' }, 'Reload the page'),
        element('button', { type: 'button', id: 'rescue-download' }, 'Download all saved work')),
      told,
      element('p', {}, 'The download is one file that Import takes in, here or in another browser. If this comes '
        + 'again and again, download the file, and send what is written below to whoever keeps this page.'),
      element('details', {},
        element('summary', {}, 'What happened'),
        element('pre', { tabIndex: 0 }, String(words).slice(0, 4000)))));
    heading.focus();
  };

  const act = async (target) => {
    switch (target?.id) {
      case 'rescue-reload':
        return location.reload();
      case 'rescue-download': {
        const told = document.querySelector('.rescue-told');
        told.textContent = 'Reading what is kept…';
        const file = await collect();
        const name = `hearsay-rescue-${file.made_at.slice(0, 10)}.json`;
        const link = element('a', {
          href: URL.createObjectURL(new Blob([JSON.stringify(file)], { type: 'application/json' })),
          download: name,
        });
        link.click();
        told.textContent = [`${name} downloaded.`, ...file.problems].join(' ');
      }
    }
  };

  // A text that is not well-formed cannot stand in a file: the list of its units can.
  const kept = (value) => typeof value === 'string' && /\p{Surrogate}/u.test(value)
    ? Array.from({ length: value.length }, (_, at) => value.charCodeAt(at))
    : value;

  const collect = async () => {
    const problems = [];
    const local = {};
    try {
      for (const key of Object.keys(localStorage)) {
        if (key.startsWith(OURS)) local[key] = kept(localStorage.getItem(key));
      }
    } catch (error) {
      problems.push(`Local storage could not be read: ${error.message}`);
    }
    const database = {};
    for (const store of STORES) {
      database[store] = await withinReason(read(store)).catch((error) => {
        problems.push(`The database could not be read: ${error?.message ?? error}`);
        return {};
      });
    }
    const made_at = new Date().toISOString();
    return { format: 'hearsay-rescue', version: 1, made_at, local_storage: local, database, problems };
  };

  const withinReason = (promise) => Promise.race([
    promise,
    new Promise((_, reject) => setTimeout(reject, PATIENCE, 'it takes too long.')),
  ]);

  // All of a store of the database, by key.
  const read = async (store) => {
    const answer = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const opening = indexedDB.open('hearsay');
    let isMissing = false;
    // There is none: none is made.
    opening.onupgradeneeded = () => {
      isMissing = true;
      opening.transaction.abort();
    };
    const database = await answer(opening).catch((error) => {
      if (isMissing) return null;
      throw error;
    });
    if (!database?.objectStoreNames.contains(store)) return {};
    const inside = database.transaction(store).objectStore(store);
    const [keys, values] = await Promise.all([answer(inside.getAllKeys()), answer(inside.getAll())]);
    database.close();
    return Object.fromEntries(keys.map((key, at) => [String(key), kept(values[at])]));
  };
})();
