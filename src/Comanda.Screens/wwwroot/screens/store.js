// What a till keeps by itself, for Front/TillStore.cs: facts that the server told, and sales that it may not have yet. One database for
// each shop. A sale and its number are written in one transaction, to the disk, before anybody is told that it was sold.

const [facts, sales, numbers] = ["facts", "sales", "numbers"];

/** @type {Promise<IDBDatabase> | null} */
let opening = null;
let opened = "";

/** Other tabs of this till, which show the same queue. @type {BroadcastChannel | null} */
let channel = null;

/** @param {string} name @param {{ invokeMethodAsync(name: string): Promise<void> }} owner */
export async function openStore(name, owner) {
  if (opened !== name) {
    channel?.close();
    opening = openDatabase(name);
    opened = name;
    channel = new BroadcastChannel(name);
    channel.onmessage = () => owner.invokeMethodAsync("Heard");
    addEventListener("online", () => owner.invokeMethodAsync("Heard"));
    navigator.storage?.persist?.(); // else a browser that runs short of room might take it for a cache
  }
  await opening;
}

/** @param {string} name @returns {Promise<IDBDatabase>} */
function openDatabase(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(facts);
      request.result.createObjectStore(numbers);
      request.result.createObjectStore(sales, { keyPath: "key" });
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
}

/**
 * What a transaction came to, once it is on the disk.
 * @template T @param {string[]} stores @param {IDBTransactionMode} mode
 * @param {(get: (name: string) => IDBObjectStore) => { value: T }} what @returns {Promise<T>}
 */
async function within(stores, mode, what) {
  const database = await /** @type {Promise<IDBDatabase>} */ (opening);
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(stores, mode, { durability: mode === "readwrite" ? "strict" : "default" });
    const result = what((name) => transaction.objectStore(name));
    transaction.oncomplete = () => resolve(result.value);
    transaction.onerror = transaction.onabort = () => reject(transaction.error ?? new Error("the browser gave up"));
  });
}

const tellOthers = () => channel?.postMessage("changed");

/** @param {string} name @returns {Promise<string | null>} */
export const fact = (name) => within([facts], "readonly", (get) => {
  const result = { value: /** @type {string | null} */ (null) };
  get(facts).get(name).onsuccess = (event) => { result.value = /** @type {any} */ (event.target).result ?? null; };
  return result;
});

/** @param {string} name @param {string | null} text */
export const putFact = (name, text) => within([facts], "readwrite", (get) => {
  if (text === null) get(facts).delete(name);
  else get(facts).put(text, name);
  return { value: null };
});

/** Letters by which this browser's numbers differ from those of another at the same register. @returns {Promise<string>} */
export const ownMark = () => within([facts], "readwrite", (get) => {
  const result = { value: "" };
  get(facts).get("mark").onsuccess = (event) => {
    result.value = /** @type {any} */ (event.target).result
      ?? [...crypto.getRandomValues(new Uint8Array(3))].map((b) => "ABCDEFGHJKLMNPQRSTUVWXYZ"[b % 24]).join("");
    get(facts).put(result.value, "mark");
  };
  return result;
});

/**
 * Keeps a sale under its key with the series' next number, which becomes the reference of its order. One that is there already stays as
 * it is: it is the same sale.
 * @param {string} text @param {string} series @returns {Promise<string>} the sale as it is kept
 */
export async function addSale(text, series) {
  const kept = await within([sales, numbers], "readwrite", (get) => {
    const result = { value: JSON.parse(text) };
    get(sales).get(result.value.key).onsuccess = (found) => {
      const before = /** @type {any} */ (found.target).result;
      if (before) {
        result.value = before;
        return;
      }
      get(numbers).get(series).onsuccess = (event) => {
        const number = (/** @type {any} */ (event.target).result ?? 0) + 1;
        const reference = `${series}-${number}`;
        const order = JSON.stringify({ ...JSON.parse(result.value.order), reference });
        result.value = { ...result.value, number, reference, order };
        get(numbers).put(number, series);
        get(sales).add(result.value);
      };
    };
    return result;
  });
  tellOthers();
  return JSON.stringify(kept);
}

/** @returns {Promise<string>} in the order in which they were sold */
export const allSales = () => within([sales], "readonly", (get) => {
  const result = { value: "[]" };
  get(sales).getAll().onsuccess = (event) => {
    const all = /** @type {any[]} */ (/** @type {any} */ (event.target).result);
    all.sort((a, b) => a.made_at < b.made_at ? -1 : a.made_at > b.made_at ? 1 : a.number - b.number);
    result.value = JSON.stringify(all);
  };
  return result;
});

/**
 * What became of sales: fields that change, or null where the server has it and the till is done with it.
 * @param {Record<string, object | null>} changes by key
 */
export async function changeSales(changes) {
  await within([sales], "readwrite", (get) => {
    for (const [key, change] of Object.entries(changes)) {
      if (change === null) get(sales).delete(key);
      else get(sales).get(key).onsuccess = (event) => {
        const kept = /** @type {any} */ (event.target).result;
        if (kept) get(sales).put({ ...kept, ...change });
      };
    }
    return { value: null };
  });
  tellOthers();
}

/** Held until they are given back, or the tab is gone however it went. @type {Map<number, () => void>} */
const held = new Map();
let nextHold = 1;

/** @param {string} name @returns {Promise<number>} 0 where another tab, or this one, holds it */
export function hold(name) {
  const id = nextHold++;
  if (!navigator.locks) {
    held.set(id, () => {}); // a page without https has none; the server still takes each sale once
    return Promise.resolve(id);
  }
  return new Promise((resolve, reject) => {
    navigator.locks.request(`${opened} ${name}`, { ifAvailable: true }, (lock) => {
      if (!lock) {
        resolve(0);
        return undefined;
      }
      return new Promise((release) => {
        held.set(id, () => release(undefined));
        resolve(id);
      });
    }).catch(reject);
  });
}

/** @param {number} id */
export function giveBack(id) {
  held.get(id)?.();
  held.delete(id);
}

/** A PIN as it is kept: slow to guess, and useless elsewhere. @param {string} pin @param {string} salt @returns {Promise<string | null>} */
export async function derive(pin, salt) {
  if (!crypto.subtle) return null;
  const bytes = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", bytes.encode(pin), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: bytes.encode(salt), iterations: 600_000 }, key, 256);
  return [...new Uint8Array(bits)].map((b) => b.toString(16).padStart(2, "0")).join("");
}
