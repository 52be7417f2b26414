// What a long table needs of the browser, for Parts/DataTable.razor: how far it is scrolled, and the arrow keys.

/** @type {WeakMap<HTMLElement, AbortController>} */
const watched = new WeakMap();

/** @param {HTMLElement} box @param {{ invokeMethodAsync(name: string, top: number, height: number): Promise<void> }} owner */
export function watch(box, owner) {
  if (!box?.isConnected) return; // the page was left before it was drawn
  const left = new AbortController();
  watched.set(box, left);
  let [isAsked, hadFocus] = [false, false];
  const tell = () => {
    isAsked = false;
    if (left.signal.aborted) return;
    owner.invokeMethodAsync("Seen", Math.floor(box.scrollTop), box.clientHeight).then(() => {
      // A row that had the focus and is no longer drawn: the table has it then, and keys go on scrolling.
      if (hadFocus && document.activeElement === document.body) box.focus({ preventScroll: true });
    }, () => {});
  };
  const ask = () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(tell);
  };
  box.addEventListener("scroll", ask, { passive: true, signal: left.signal });
  box.addEventListener("focusin", () => { hadFocus = true; }, { signal: left.signal });
  box.addEventListener("focusout", (event) => { hadFocus = event.relatedTarget === null; }, { signal: left.signal });
  box.addEventListener("keydown", move, { signal: left.signal });
  const size = new ResizeObserver(ask);
  size.observe(box);
  left.signal.addEventListener("abort", () => size.disconnect());
}

/** @param {HTMLElement} box */
export function leave(box) {
  if (box) watched.get(box)?.abort();
}

/** @param {HTMLElement} box */
export function toTop(box) {
  if (box) box.scrollTop = 0;
}

/** Up and down lead to the same column of the row before and after. @param {KeyboardEvent} event */
function move(event) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const from = event.target instanceof HTMLElement ? event.target : null;
  const cell = from?.closest("td");
  if (!from || !cell || from.matches("input, select")) return;
  const step = event.key === "ArrowDown" ? "nextElementSibling" : "previousElementSibling";
  const next = cell.parentElement?.[step]?.children[cell.cellIndex]?.querySelector("a, button");
  if (!(next instanceof HTMLElement)) return;
  event.preventDefault();
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}
