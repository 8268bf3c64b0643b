// Checks the certificate that rides in the address after "#": read, verified and shown in this browser, sent nowhere.
// The page (templates/certificates/verify.html) brings the words and the places: #verify with data-keys,
// data-courses (JSON: key → title), data-lang and one sentence for each verdict, in it the places by data-slot;
// #verify-server with the form that asks the server where this browser cannot check, or cannot know.
// What a payload says is read by payload.js, which is joined before this file (toolkit/web/assets.py).

const SHOWN = ["valid", "trial", "compromised"]; // verdicts under which the paper's own words may stand

const root = document.getElementById("verify");
const lang = root?.dataset.lang || "en";

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
  put("code", showCode(paper.code));
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
  const asks = unsupported || verdict === "compromised"; // the site may have noted this paper before the key was lost
  server.hidden = !asks;
  server.querySelector('input[name="payload"]').value = asks ? text : "";
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
