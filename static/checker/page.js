// The page of the checker: takes what it is given, shows the verdict, speaks every language that it holds.

const LOOKS = { valid: "ok", withdrawn: "stop", changed: "stop" }; // all others: warn
const READ_NOTHING = ["unreadable", "nothing", "packed"];
const byId = (id) => document.getElementById(id);

let lang = document.documentElement.lang;
let latest = null; // the last verdict, said again when the language changes
let asked = 0;

// The page starts in the language it was saved in, unless this browser knows another one of ours only.
function startLanguage() {
  const wanted = navigator.languages.map((tag) => tag.split("-")[0]).filter((tag) => Object.hasOwn(KNOWN.words, tag));
  return wanted.length && !wanted.includes(lang) ? wanted[0] : lang;
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

function say(word, places = {}) {
  const now = new Date();
  const always = {
    day: longDate(new Date(KNOWN.day)),
    today: longDate(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())),
    number: new Intl.NumberFormat(lang).format(withdrawn.size),
    address: KNOWN.address,
  };
  return KNOWN.words[lang][word].replace(/\{(\w+)\}/g, (whole, name) => ({ ...always, ...places })[name] ?? whole);
}

function element(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

function facts(paper) {
  const titles = KNOWN.titles[lang];
  const all = {
    name: paper.name, course: Object.hasOwn(titles, paper.course) ? titles[paper.course] : paper.course,
    date: longDate(paper.day), minutes: paper.minutes, language: languageName(paper.language), version: paper.version,
    code: showCode(paper.code),
  };
  return Object.entries(all).map(([name, value]) => {
    const row = document.createElement("div");
    row.append(element("dt", say(`fact_${name}`)), element("dd", value));
    return row;
  });
}

function show() {
  if (!latest) return;
  const { verdict, since, notes = [], paper, by = "" } = latest;
  const look = LOOKS[verdict] || "warn";
  byId("result").hidden = false;
  byId("result").dataset.verdict = verdict;
  byId("result").dataset.by = by;
  byId("notice").className = `notice notice-${look}`;
  byId("sign").setAttribute("href", `#sign-${look}`);
  byId("verdict").textContent = say(verdict, { since: since && longDate(since) });
  byId("facts").replaceChildren(...(paper ? facts(paper) : []));
  byId("notes").replaceChildren(...[...notes, ...(paper ? ["note_compare"] : [])].map((note) => element("li", say(note))));
  const address = `${KNOWN.address}/${lang}/verify`;
  byId("site").parentElement.hidden = READ_NOTHING.includes(verdict);
  byId("site").href = address;
  byId("site").textContent = say("at_site", { address });
  byId("checked").textContent = say("checked");
}

function answer(found) {
  latest = found;
  show();
  byId("result").querySelector("h2").focus();
}

async function check(text) {
  const mine = (asked += 1);
  const found = await judge(text);
  if (mine === asked) answer(found); // else something else was given meanwhile
}

async function checkFile(file) {
  const mine = (asked += 1);
  const { payload, why } = await payloadInFile(file);
  if (mine !== asked) return;
  if (payload) await check(payload);
  else answer({ verdict: why });
}

function speak(tag) {
  lang = document.documentElement.lang = tag;
  for (const place of document.querySelectorAll("[data-word]")) place.textContent = say(place.dataset.word);
  for (const button of document.querySelectorAll("[data-lang]")) {
    button.setAttribute("aria-pressed", String(button.dataset.lang === tag));
  }
  byId("brand").textContent = KNOWN.names[tag];
  document.title = say("title");
  byId("keys").replaceChildren(...KNOWN.keys.map((key) => {
    const row = document.createElement("tr");
    row.append(element("td", say(key.state)), element("td", longDate(new Date(key.since))), element("td", key.public));
    return row;
  }));
  show();
}

let camera = null;

function closeCamera() {
  camera?.getTracks().forEach((track) => track.stop());
  camera = null;
  byId("film").hidden = true;
  byId("scan").hidden = false;
}

async function watch(stream) {
  const video = byId("video");
  while (camera === stream) {
    const text = await textInPicture(video).catch(() => ""); // a frame that is not there yet
    if (text && camera === stream) {
      closeCamera();
      await check(text);
    }
    await new Promise((next) => setTimeout(next, 150));
  }
}

async function openCamera() {
  byId("no-camera").hidden = byId("scan").disabled = true; // a second press must not open it twice
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    camera = stream;
    byId("film").hidden = false;
    byId("scan").hidden = true;
    byId("video").srcObject = stream;
    byId("stop").focus();
    await byId("video").play();
    watch(stream);
  } catch {
    closeCamera();
    byId("no-camera").hidden = false;
  }
  byId("scan").disabled = false;
}

function fromAddress() {
  if (location.hash.length > 1) check(location.hash.slice(1));
}

byId("text-form").addEventListener("submit", (event) => {
  event.preventDefault();
  check(byId("text").value);
});
byId("file").addEventListener("change", () => {
  if (byId("file").files[0]) checkFile(byId("file").files[0]);
  byId("file").value = ""; // so that the same file can be chosen again
});
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files[0]) checkFile(event.dataTransfer.files[0]);
  else if (event.dataTransfer.getData("text")) check(event.dataTransfer.getData("text"));
});
for (const button of document.querySelectorAll("[data-lang]")) {
  button.addEventListener("click", () => speak(button.dataset.lang));
}
byId("print").addEventListener("click", () => print());
byId("scan").addEventListener("click", openCamera);
byId("stop").addEventListener("click", () => {
  closeCamera();
  byId("scan").focus();
});
byId("camera").hidden = !(CAN_SEE && navigator.mediaDevices);
if (CAN_SEE) {
  byId("file").accept += ",image/*";
  byId("choose-hint").dataset.word = "choose_picture";
}
byId("ways").hidden = byId("about").hidden = false;
speak(startLanguage());
addEventListener("hashchange", fromAddress);
fromAddress();
