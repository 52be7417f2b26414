// Keeps the screens for when the server is away. The server writes two lines above this one: `version`, which names all the files of the
// app together, and `files`, their addresses.
//
// A page is of one version from its first file to its last. The server says at each opening which version it has: where that is the one
// kept here, all files come from here; where it is another, all come from the server, and what is kept waits for a quiet moment to be
// replaced. Only where no answer comes is the page opened with what is kept. Nothing of the API is ever kept here.

/* global version, files */
const kept = `comanda-app-${version}`;
const pictures = "comanda-pictures";
const mostPictures = 600;
const worker = /** @type {any} */ (self);

/** What the addresses of the app's pages begin with. */
const pages = ["till", "kitchen", "display", "office", "setup"];

/** How long the server may take to say which version it has, in milliseconds. */
const patience = 8000;

/** Pages that were opened with what the server has, since that is another version. */
const others = new Set();

worker.addEventListener("install", (event) => event.waitUntil(keep()));

async function keep() {
  const cache = await caches.open(kept);
  await Promise.all(files.map(async (file) => {
    // Of the content's name, what an earlier version kept is the same.
    const before = file.for_good ? await caches.match(file.path) : undefined;
    const cached = file.for_good ? "default" : "no-cache";
    const answer = before ?? await fetch(new Request(file.path, { cache: cached, credentials: "omit" }));
    if (!answer.ok) throw new Error(`${file.path}: ${answer.status}`);
    await cache.put(file.path, answer);
  }));
  const page = await fetch("/till", { cache: "no-store", credentials: "omit" });
  if (page.headers.get("comanda-version") !== version) throw new Error("the server has changed meanwhile");
  await cache.put("/till", page);
  if (!worker.registration.active) await worker.skipWaiting(); // nobody works with an earlier one
}

worker.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith("comanda-app-") && name !== kept) await caches.delete(name);
  }
})()));

worker.addEventListener("message", (event) => {
  if (event.data?.asks === "version") event.ports[0].postMessage(version);
  if (event.data?.version === version) worker.skipWaiting(); // a page of this version is open
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (pages.includes(address.pathname.split("/")[1])) event.respondWith(open(event));
  } else if (address.pathname.startsWith("/uploads/") || address.pathname.startsWith("/pictures/")) {
    event.respondWith(picture(request));
  } else if (!others.has(event.clientId) && files.some((f) => f.path === address.pathname)) {
    event.respondWith(ofThisVersion(request, address.pathname));
  }
});

async function open(event) {
  const cache = await caches.open(kept);
  const here = await cache.match("/till");
  try {
    const answer = await fetch(event.request, here ? { signal: AbortSignal.timeout(patience) } : {});
    const its = answer.headers.get("comanda-version");
    if (answer.ok && its && its !== version) {
      others.add(event.resultingClientId);
      worker.registration.update().catch(() => {});
      return answer;
    }
    return answer.ok && here ? here : answer;
  } catch (away) {
    if (here) return here;
    throw away;
  }
}

async function ofThisVersion(request, path) {
  return await (await caches.open(kept)).match(path) ?? fetch(request);
}

async function picture(request) {
  const cache = await caches.open(pictures);
  const before = await cache.match(request);
  if (before) return before;
  const answer = await fetch(request);
  if (answer.ok) {
    cache.put(request, answer.clone()).then(async () => {
      const all = await cache.keys();
      for (const old of all.slice(0, Math.max(0, all.length - mostPictures))) await cache.delete(old);
    }).catch(() => {}); // no room: it is fetched again
  }
  return answer;
}
