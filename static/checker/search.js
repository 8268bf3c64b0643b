// Finds the payload in what the checker is given: a text, the certificate's PDF, or a picture of the square code.
// The mark in the PDF is set by toolkit/pdf.py, uncompressed; only a PDF that another program wrote anew is unpacked.

const MARK = /wlt:([A-Za-z0-9_-]{80,320})(?![A-Za-z0-9_-])/;
const MAX_FILE_BYTES = 30e6;
const MAX_STREAMS = 500;
const MAX_UNPACKED_SIGNS = 4e6;
const CAN_SEE = "BarcodeDetector" in globalThis;
const CAN_UNPACK = "DecompressionStream" in globalThis;

// Blanks and signs without width come in when a text is copied over several lines.
const bare = (text) => text.replace(/[\s\u00ad\u200b-\u200d\u2060\ufeff]/g, "");

const payloadInText = (text) => bare(text).replace(/^.*#/, "").replace(/^wlt:/, "");

// A typed code as the site reads it (toolkit/rules/codes.py), or nothing.
function codeInText(text) {
  const code = bare(text).replace(/-/g, "").toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1");
  return code.length === 12 && [...code].every((sign) => CODE_SIGNS.includes(sign)) ? code : "";
}

const asSigns = (bytes) => new TextDecoder("latin1").decode(bytes);

// Some programs write each sign of a keyword with two bytes.
const marked = (signs) => (MARK.exec(signs) || MARK.exec(signs.replaceAll("\0", "")))?.[1];

async function unpacked(bytes) {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  let signs = "";
  try {
    for (let step = await reader.read(); !step.done && signs.length < MAX_UNPACKED_SIGNS; step = await reader.read()) {
      signs += asSigns(step.value);
    }
    await reader.cancel();
  } catch {
    // Not packed this way, or broken off: what came out until then may still hold the mark.
  }
  return signs;
}

async function payloadInPdf(bytes) {
  const signs = asSigns(bytes);
  const plain = marked(signs);
  if (plain || !CAN_UNPACK) return { payload: plain, why: /\/ObjStm|\/FlateDecode/.test(signs) ? "packed" : "nothing" };
  const streams = /\bstream\r?\n([^]*?)\r?\n?endstream/g;
  for (let n = 0, one; n < MAX_STREAMS && (one = streams.exec(signs)); n += 1) {
    const from = one.index + one[0].indexOf("\n") + 1;
    const found = marked(await unpacked(bytes.subarray(from, from + one[1].length)));
    if (found) return { payload: found };
  }
  return { why: "nothing" };
}

async function textInPicture(picture) {
  const [found] = await new BarcodeDetector({ formats: ["qr_code"] }).detect(picture);
  return found?.rawValue;
}

async function payloadInFile(file) {
  if (file.size > MAX_FILE_BYTES) return { why: "nothing" };
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (asSigns(bytes.subarray(0, 1024)).includes("%PDF-")) return await payloadInPdf(bytes);
    const text = CAN_SEE && (await textInPicture(await createImageBitmap(file)));
    return text ? { payload: payloadInText(text) } : { why: "nothing" };
  } catch {
    return { why: "nothing" };
  }
}
