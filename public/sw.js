// The service worker: serves the page, whole and of one version, with the network and the server gone.
//
// `cargo xtask finish` writes the next line anew in a page to release: a version, and every file's hash. A browser
// takes that for a new worker, which lays the files by under its version, all or none, and waits until the reviewer
// wants it. As the line stands here the worker takes itself and all that was laid by away, so that a page that is
// worked on never comes from here.
const PAGE = null;

// Other pages of this origin may be Hearsay too, under another path.
const OURS = `hearsay ${registration.scope} `;
const OWN = PAGE && OURS + PAGE.version;
const address = (file) => new URL(file, registration.scope).href;

addEventListener('install', (event) => event.waitUntil(PAGE ? layBy() : skipWaiting()));

addEventListener('activate', (event) => event.waitUntil(PAGE ? clients.claim() : leave()));

addEventListener('message', (event) => {
  if (event.data === 'take-over') event.waitUntil(skipWaiting());
});

addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request;
  if (!PAGE || method !== 'GET' || !url.startsWith(registration.scope)) return;
  event.respondWith(answer(event.request));
  if (mode === 'navigate') event.waitUntil(tidy());
});

// Lays every file by, if each is what the build has made: a server in the middle of an update has not all of them.
const layBy = async () => {
  try {
    const laid = await caches.open(OWN);
    await Promise.all(Object.entries(PAGE.files).map(async ([file, integrity]) => {
      const response = await fetch(address(file), { cache: 'no-cache', integrity });
      if (!response.ok) throw new Error(`${file} is missing: ${response.status}`);
      await laid.put(address(file), response);
    }));
  } catch (error) {
    await caches.delete(OWN);
    throw error;
  }
};

const answer = async (request) => {
  const { origin, pathname } = new URL(request.url);
  const file = (origin + pathname).replace(/\/index\.html$/, '/');
  const find = (cacheName) => caches.match(file, { cacheName, ignoreVary: true });
  let found = await find(OWN);
  // What a page asks for after its start has a hash in its name, so one that is still of an older version finds its
  // own files there, and never those of another.
  for (const name of found ? [] : await older()) found ??= await find(name);
  return found ?? fetch(request);
};

const older = async () => (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== OWN);

// Older versions go when nobody can be using one, and none is on its way in.
const tidy = async () => {
  const { installing, waiting } = registration;
  const pages = await clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (!installing && !waiting && pages.length <= 1) await forget(await older());
};

const leave = async () => {
  await forget(await older());
  await registration.unregister();
};

const forget = (names) => Promise.all(names.map((name) => caches.delete(name)));
