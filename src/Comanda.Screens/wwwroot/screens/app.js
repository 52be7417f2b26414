// The app as it is kept by the browser, for Front/AppUpdate.cs: whether a newer one waits, and taking it.

const version = document.querySelector('meta[name="comanda-version"]')?.getAttribute("content") ?? "";

/** Of this page. */
export const ownVersion = () => version;

/** Of what the server gives out now; null where it cannot be reached. @returns {Promise<string | null>} */
export async function serverVersion() {
  try {
    const page = await fetch("/till", { cache: "no-store", credentials: "omit" });
    return page.headers.get("comanda-version");
  } catch {
    return null;
  }
}

let touched = performance.now();
for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => { touched = performance.now(); }, { passive: true });

/** For how long nobody has touched anything, in seconds; 0 while a question is open. */
export const quietFor = () => document.querySelector("dialog[open]") ? 0 : (performance.now() - touched) / 1000;

/** Keeps the app for when the server is away. Nothing depends on it: a browser may have no place for it. */
export async function keepApp() {
  try {
    const where = { scope: "/", updateViaCache: /** @type {const} */ ("none") };
    const registration = await navigator.serviceWorker?.register("/screens/service-worker.js", where);
    // One that keeps what this page is of may take over at once. One that keeps something newer waits until a page of it is opened.
    const offer = () => registration?.waiting?.postMessage({ version });
    offer();
    registration?.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer));
  } catch {
    // kept nowhere
  }
}

/** Takes the newer app: now is a quiet moment. */
export async function takeNewer() {
  try {
    await (await navigator.serviceWorker?.getRegistration())?.update();
  } catch {
    // the page is loaded from the server all the same
  }
  location.reload();
}

/** @returns {Promise<boolean>} whether this page, as it is, could be opened without the server */
export async function isKept() {
  const worker = (await navigator.serviceWorker?.getRegistration())?.active;
  if (worker?.state !== "activated") return false;
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (answer) => resolve(answer.data === version);
    worker.postMessage({ asks: "version" }, [port2]);
  });
}
