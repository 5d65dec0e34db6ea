// Starts the page's program, and has the browser keep the page for when its server is out of reach. A file of its
// own, since the page's policy allows no script within it; the build tells in attributes what the files are called.
const { script, program, worker } = document.querySelector('script[data-program]').dataset;
const address = (file) => new URL(file, document.baseURI).href;

// How many milliseconds a page that stays open takes a version for the newest.
const FRESH = 60 * 60 * 1000;

// Tells the page (src/browser/version.rs) that a version `waits`, or `rules`: this tab or another wanted it. The page
// answers with `hearsay-version-wanted` when the reviewer wants the one that waits.
const tell = (news) => dispatchEvent(new Event(`hearsay-version-${news}`));

const keep = async () => {
  const workers = navigator.serviceWorker;
  // The first worker takes over nothing but the server's place.
  let hasPredecessor = workers.controller !== null;
  workers.addEventListener('controllerchange', () => {
    if (hasPredecessor) tell('rules');
    hasPredecessor = true;
  });

  const registration = await workers.register(address(worker));
  const look = () => {
    if (registration.waiting && registration.active) tell('waits');
  };
  const watch = () => registration.installing?.addEventListener('statechange', look);
  registration.addEventListener('updatefound', watch);
  watch();
  look();

  addEventListener('hearsay-version-wanted', () => {
    if (registration.waiting) {
      registration.waiting.postMessage('take-over');
    } else {
      tell('rules');
    }
  });
  let looked = Date.now();
  document.addEventListener('visibilitychange', () => {
    if (document.hidden || Date.now() - looked < FRESH) return;
    looked = Date.now();
    // The server may be out of reach, which is no trouble.
    registration.update().catch(() => {});
  });
};

const { default: init } = await import(address(script));
await init({ module_or_path: address(program) });

// Only a page to release has a worker. It fetches all of the page, so what the page itself needs comes first.
if (worker && navigator.serviceWorker) {
  const begin = () => keep().catch((reason) => console.warn('The page is not kept for use offline:', reason));
  if ('requestIdleCallback' in window) {
    requestIdleCallback(begin, { timeout: 5000 });
  } else {
    setTimeout(begin, 2000);
  }
}
