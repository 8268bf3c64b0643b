// Checks the certificate that rides in the address after "#": read, verified and shown in this browser, sent nowhere.
// The page (templates/certificates/verify.html) brings the words and the places: #verify with data-keys,
// data-courses (JSON: key → title), data-lang and one sentence for each verdict, in it the places by data-slot;
// #verify-server with the form that asks the server where this browser cannot check.
// The layout of the payload stands in toolkit/rules/certificate_payload.py.

const LAYOUT = 1;
const HEAD_BYTES = 18;
const SIGNATURE_BYTES = 64;
const MAX_TEXT_SIGNS = 320;
const FIRST_DAY = Date.UTC(2020, 0, 1);
const DAY_MS = 86400000;
const CODE_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SHOWN = ["valid", "trial", "compromised"]; // verdicts under which the paper's own words may stand

const root = document.getElementById("verify");
const lang = root?.dataset.lang || "en";

function fromBase64url(text) {
  if (!/^[A-Za-z0-9_-]+$/.test(text) || text.length > MAX_TEXT_SIGNS) return null;
  try {
    const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    // Only one spelling counts: bits that base64 leaves over must be zero.
    const again = btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
    return again === text ? Uint8Array.from(raw, (sign) => sign.charCodeAt(0)) : null;
  } catch {
    return null;
  }
}

function readCode(bytes) {
  let number = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  if (number >> 60n) return null;
  let code = "";
  for (let sign = 0; sign < 12; sign += 1, number >>= 5n) code = CODE_SIGNS[Number(number & 31n)] + code;
  return code;
}

function decode(text) {
  const raw = fromBase64url(text);
  if (!raw || raw.length < HEAD_BYTES + SIGNATURE_BYTES + 4 || raw[0] !== LAYOUT || raw[1] > 3) return null;
  const signed = raw.subarray(0, -SIGNATURE_BYTES);
  const parts = [];
  let at = HEAD_BYTES;
  while (at < signed.length) {
    parts.push(signed.subarray(at + 1, at + 1 + signed[at]));
    at += 1 + signed[at];
  }
  const code = readCode(signed.subarray(6, 14));
  if (at !== signed.length || parts.length !== 4 || !code) return null;
  try {
    const read = (part, as) => new TextDecoder(as, { fatal: true, ignoreBOM: true }).decode(part);
    const [language, course, version] = parts.slice(0, 3).map((part) => read(part, "utf-8"));
    const name = read(parts[3], raw[1] & 2 ? "utf-16be" : "utf-8");
    if (!name || name !== name.normalize("NFC") || /\p{C}/u.test(name)) return null;
    return {
      signed, signature: raw.subarray(-SIGNATURE_BYTES), trial: Boolean(raw[1] & 1),
      kid: Array.from(signed.subarray(2, 6), (byte) => byte.toString(16).padStart(2, "0")).join(""),
      day: new Date(FIRST_DAY + (signed[14] * 256 + signed[15]) * DAY_MS),
      code, minutes: signed[16] * 256 + signed[17], language, course, version, name,
    };
  } catch {
    return null;
  }
}

let keys = null; // kept for as long as the page is open, so that the next paper checks without a network

async function fetchKeys() {
  const answer = await fetch(root.dataset.keys, { credentials: "omit" });
  if (!answer.ok) throw new Error("no keys");
  return (await answer.json()).keys;
}

async function signatureHolds(paper, key) {
  const raw = fromBase64url(key.public);
  const imported = await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
  return crypto.subtle.verify({ name: "Ed25519" }, imported, paper.signature, paper.signed);
}

async function judge(paper) {
  if (!paper) return "broken";
  try {
    keys ??= await fetchKeys();
  } catch {
    return "offline";
  }
  const key = keys.find((one) => one.kid === paper.kid);
  if (!key) return "unknown";
  try {
    if (!(await signatureHolds(paper, key))) return "broken";
  } catch {
    return "unsupported"; // an old browser, or a page without TLS, has no Ed25519
  }
  if (key.state === "compromised") return "compromised";
  return paper.trial ? "trial" : "valid";
}

const longDate = (day) =>
  new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { dateStyle: "long", timeZone: "UTC" }).format(day);

function languageName(tag) {
  try {
    return new Intl.DisplayNames([lang], { type: "language" }).of(tag);
  } catch {
    return tag;
  }
}

function put(slot, word) {
  const place = root.querySelector(`dd[data-slot="${slot}"]`);
  if (!place) return;
  place.textContent = word;
  place.parentElement.hidden = !word;
}

function fill(paper) {
  const titles = JSON.parse(root.dataset.courses || "{}");
  put("name", paper.name);
  put("course", Object.hasOwn(titles, paper.course) ? titles[paper.course] : paper.course);
  put("date", longDate(paper.day));
  put("minutes", String(paper.minutes));
  put("language", languageName(paper.language));
  put("version", paper.version);
  put("code", paper.code.replace(/(.{4})(?=.)/g, "$1-"));
  // The next step is the code: it says whether the certificate was replaced or withdrawn since.
  const field = document.querySelector('input[name="code"]');
  if (field) field.value = paper.code;
}

function show(text, paper, verdict) {
  const server = document.getElementById("verify-server");
  const unsupported = verdict === "unsupported";
  if (SHOWN.includes(verdict)) fill(paper);
  else for (const place of root.querySelectorAll("dd[data-slot]")) put(place.dataset.slot, "");
  root.querySelector('[data-slot="status"]').hidden = !SHOWN.includes(verdict);
  root.querySelector('[data-slot="verdict"]').textContent = root.dataset[verdict] || "";
  root.dataset.state = verdict;
  root.hidden = unsupported;
  server.hidden = !unsupported;
  server.querySelector('input[name="payload"]').value = unsupported ? text : "";
  (unsupported ? server.querySelector("button") : root.querySelector("h2")).focus();
}

let latest = 0;

async function check(text) {
  const mine = (latest += 1);
  const paper = decode(text);
  const verdict = await judge(paper);
  if (mine === latest) show(text, paper, verdict); // else a second paper came in between
}

function fromAddress() {
  if (location.hash.length > 1) check(location.hash.slice(1));
}

if (root) {
  addEventListener("hashchange", fromAddress);
  fromAddress();
}
