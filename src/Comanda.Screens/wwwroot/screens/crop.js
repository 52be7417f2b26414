// A square of a picture that somebody chose, for Office/Offer/CropSheet.razor: drawn as they slide, and taken as a JPEG.

const side = 1200; // pixels of what is taken

/** @type {ImageBitmap | null} */
let picture = null;
/** @type {HTMLCanvasElement | null} */
let canvas = null;
let [zoom, atX, atY] = [1, 0.5, 0.5];

/** @param {string} input @param {string} shown @returns {Promise<boolean>} whether it is a picture */
export async function open(input, shown) {
  const field = document.querySelector(input);
  canvas = /** @type {HTMLCanvasElement | null} */ (document.querySelector(shown));
  const file = field instanceof HTMLInputElement ? field.files?.[0] : undefined;
  try {
    picture = file ? await createImageBitmap(file) : null;
  } catch {
    picture = null;
  }
  if (field instanceof HTMLInputElement) field.value = ""; // the same file can be chosen again
  return picture !== null;
}

/** @param {number} z @param {number} x @param {number} y zoom from 1, and where: 0 the beginning, 1 the end */
export function draw(z, x, y) {
  [zoom, atX, atY] = [z, x, y];
  if (canvas) paint(canvas);
}

/** @returns {Promise<Uint8Array>} */
export async function take() {
  const whole = document.createElement("canvas");
  whole.width = whole.height = Math.min(side, Math.round(Math.min(picture?.width ?? 1, picture?.height ?? 1) / zoom)) || 1;
  paint(whole);
  const blob = await new Promise((resolve) => whole.toBlob(resolve, "image/jpeg", 0.9));
  return new Uint8Array(await blob.arrayBuffer());
}

export function close() {
  picture?.close();
  picture = canvas = null;
}

/** @param {HTMLCanvasElement} on */
function paint(on) {
  const context = on.getContext("2d");
  if (!picture || !context) return;
  const edge = Math.min(picture.width, picture.height) / zoom;
  const [x, y] = [(picture.width - edge) * atX, (picture.height - edge) * atY];
  context.fillStyle = "#fff"; // a JPEG has no holes
  context.fillRect(0, 0, on.width, on.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, x, y, edge, edge, 0, 0, on.width, on.height);
}
