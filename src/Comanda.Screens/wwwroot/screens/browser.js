// What only a browser can do, for Front/Browser.cs: storage, dialogs, focus, keys, a bell.
// Storage may be forbidden or full; a screen works without it, for as long as it is open.

/** @param {() => Storage} storage @param {string} name @returns {string | null} */
function read(storage, name) {
  try {
    return storage().getItem("comanda." + name);
  } catch {
    return null;
  }
}

/** @param {() => Storage} storage @param {string} name @param {string | null} value */
function write(storage, name, value) {
  try {
    if (value === null) storage().removeItem("comanda." + name);
    else storage().setItem("comanda." + name, value);
  } catch {
    // kept nowhere
  }
}

/** @param {string} name */
export const kept = (name) => read(() => localStorage, name);
/** @param {string} name @param {string | null} value */
export const keep = (name, value) => write(() => localStorage, name, value);
/** @param {string} name */
export const keptInTab = (name) => read(() => sessionStorage, name);
/** @param {string} name @param {string | null} value */
export const keepInTab = (name, value) => write(() => sessionStorage, name, value);

/** Of ?name= or #name=, which then leaves the address and the history. @param {string} name @returns {string | null} */
export function takeFromAddress(name) {
  const address = new URL(location.href);
  const behindHash = new URLSearchParams(address.hash.slice(1));
  const value = address.searchParams.get(name) ?? behindHash.get(name);
  if (value === null) return null;
  address.searchParams.delete(name);
  behindHash.delete(name);
  address.hash = behindHash.toString();
  history.replaceState(history.state, "", address);
  return value;
}

export const languages = () => [...navigator.languages];

/** @param {string} language @param {string} direction */
export function speak(language, direction) {
  document.documentElement.lang = language;
  document.documentElement.dir = direction;
}

/** What had the focus before each dialog that is open. @type {(Element | null)[]} */
const before = [];

/** @param {HTMLDialogElement} dialog @param {{ invokeMethodAsync(name: string): Promise<void> }} owner */
export function showDialog(dialog, owner) {
  if (!dialog?.isConnected || dialog.open) return;
  before.push(document.activeElement);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    owner.invokeMethodAsync("Cancelled");
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) owner.invokeMethodAsync("Cancelled"); // beside it
  });
  dialog.showModal();
}

export function returnFocus() {
  const element = before.pop();
  if (element instanceof HTMLElement && element.isConnected) element.focus({ preventScroll: true });
}

/** @param {string} selector */
export function focusOn(selector) {
  const element = document.querySelector(selector);
  if (element instanceof HTMLElement) element.focus({ preventScroll: true });
}

/** @type {((event: KeyboardEvent) => void) | null} */
let listener = null;

/** @param {{ invokeMethodAsync(name: string, key: string): Promise<void> }} owner @param {string[]} keys */
export function listenForKeys(owner, keys) {
  stopListening();
  listener = (event) => {
    const typing = event.target instanceof HTMLElement && event.target.matches("input, textarea");
    const plain = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!keys.includes(event.key) || (typing && plain) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    owner.invokeMethodAsync("Pressed", event.key);
  };
  document.addEventListener("keydown", listener);
}

export function stopListening() {
  if (listener) document.removeEventListener("keydown", listener);
  listener = null;
}

/** @type {AudioContext | null} */
let audio = null;

/** Two short notes. Browsers are silent until somebody has touched the page once. */
export function ring() {
  try {
    audio ??= new AudioContext();
    for (const [delay, pitch] of [[0, 880], [0.16, 1175]]) {
      const [note, loudness] = [audio.createOscillator(), audio.createGain()];
      const at = audio.currentTime + delay;
      note.frequency.value = pitch;
      loudness.gain.setValueAtTime(0.0001, at);
      loudness.gain.exponentialRampToValueAtTime(0.3, at + 0.02);
      loudness.gain.exponentialRampToValueAtTime(0.0001, at + 0.3);
      note.connect(loudness).connect(audio.destination);
      note.start(at);
      note.stop(at + 0.32);
    }
  } catch {
    // a machine without sound
  }
}

export const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";

/** @param {string} language @param {string[]} codes */
export function countries(language, codes) {
  const names = new Intl.DisplayNames([language], { type: "region" });
  return codes.map((code) => names.of(code) ?? code);
}

/** @param {string} title */
export const title = (title) => { document.title = title; };

/** @param {string} name @param {string} type @param {Uint8Array} content */
export function save(name, type, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([/** @type {BlobPart} */ (content)], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export const printPage = () => print();
