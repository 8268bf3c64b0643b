// Says what a payload is worth, from what was known when this file was made. The site may know more since.

const KNOWN = JSON.parse(document.getElementById("known").textContent);
const HASH_BYTES = 6;

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

// Eight bytes for each withdrawal: a piece of the hash of its code, and its day.
function readWithdrawn(packed) {
  const bytes = Uint8Array.from(atob(packed), (sign) => sign.charCodeAt(0));
  const found = new Map();
  for (let at = 0; at < bytes.length; at += HASH_BYTES + 2) {
    const days = bytes[at + HASH_BYTES] * 256 + bytes[at + HASH_BYTES + 1];
    found.set(hex(bytes.subarray(at, at + HASH_BYTES)), new Date(FIRST_DAY + days * DAY_MS));
  }
  return found;
}

const withdrawn = readWithdrawn(KNOWN.withdrawn);

const withdrawnOn = (code) =>
  withdrawn.get(hex(sha512(new TextEncoder().encode(`withdrawn ${code}`)).subarray(0, HASH_BYTES)));

async function signatureHolds(paper, key) {
  const raw = fromBase64url(key.public);
  if (!readKey(raw)) return { fits: false, by: "file" };
  try {
    const imported = await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
    const fits = await crypto.subtle.verify({ name: "Ed25519" }, imported, paper.signature, paper.signed);
    return { fits, by: "browser" };
  } catch {
    return { fits: signatureFits(raw, paper.signature, paper.signed), by: "file" };
  }
}

async function judge(text) {
  const code = codeInText(text);
  if (code) {
    const since = withdrawnOn(code);
    return since ? { verdict: "withdrawn", since } : { verdict: "code" };
  }
  const paper = decode(payloadInText(text));
  if (!paper) return { verdict: "unreadable" };
  const key = KNOWN.keys.find((one) => one.kid === paper.kid);
  if (!key) return { verdict: "unknown" };
  const { fits, by } = await signatureHolds(paper, key);
  if (!fits) return { verdict: "changed", by };
  const since = withdrawnOn(paper.code);
  if (since) return { verdict: "withdrawn", since, paper, by };
  if (key.state === "compromised") return { verdict: "stolen", since: new Date(key.since), paper, by };
  if (paper.trial) return { verdict: "trial", paper, by };
  const notes = [paper.day > new Date(KNOWN.day) ? "note_newer" : "note_known"];
  if (key.state === "retired") notes.push("note_retired");
  return { verdict: "valid", notes, paper, by };
}

// For whoever has a whole list to check: in the console of the browser, one text at a time.
globalThis.checkCertificate = judge;
