// Listen: the lesson read aloud, sentence by sentence, the sentence marked as it is read. Only a voice that works on this
// device is used: any other would send the text to somebody else's machine. Where there is none, there is no button.
const bar = document.querySelector(".listen");
const speech = window.speechSynthesis;
const tongue = document.documentElement.lang;
const SAID = "h1, h2, h3, p, li, dt, dd, td, th, legend, figcaption, summary, .aims, .answer, .choice, .cells > label, .tile";
const UNSAID = ".sources, .hint, .act, .n, .ordering label, .words, .moves, .visually-hidden, .print-only, button:not(.term), select, svg, [hidden]";

const RATES = [0.75, 1, 1.25, 1.5];

const spoken = (tag) => tag.toLowerCase().split(/[-_]/)[0];
const voice = () => speech.getVoices().find((one) => one.localService && spoken(one.lang) === tongue);

// The sentences of what can be seen now, each as a range in the page.
function sentences() {
  const article = bar.closest("article"), found = [];
  const walk = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
  let pieces = [], of = null;
  const close = () => {
    const text = pieces.map((node) => node.data).join("");
    const cuts = window.Intl?.Segmenter ? [...new Intl.Segmenter(tongue, { granularity: "sentence" }).segment(text)] : [{ index: 0, segment: text }];
    for (const { index, segment } of cuts) {
      if (!/[\p{L}\p{N}]/u.test(segment)) continue;
      const range = document.createRange();
      const put = (at, how) => {
        for (const node of pieces) {
          if (at <= node.length) { range[how](node, at); return; }
          at -= node.length;
        }
      };
      put(index, "setStart");
      put(index + segment.trimEnd().length, "setEnd");
      found.push({ range, text: segment.trim().replace(/\s+/g, " ") });
    }
    pieces = [];
  };
  while (walk.nextNode()) {
    const node = walk.currentNode, parent = node.parentElement, holder = parent.closest(SAID);
    if (!holder || parent.closest(UNSAID)) continue;
    if (parent.closest("[lang]").lang !== tongue || parent.checkVisibility?.() === false || !parent.getClientRects().length) continue;
    if (holder !== of) { close(); of = holder; }
    pieces.push(node);
  }
  close();
  return found;
}

function listen() {
  const [pauseWord, onWord, stopWord, speedWord, ...paces] = bar.dataset.words.split("|");
  const play = bar.firstElementChild, word = play.lastChild, first = word.data;
  const stop = document.createElement("button"), label = document.createElement("label"), speed = document.createElement("select");
  Object.assign(stop, { type: "button", className: play.className, textContent: stopWord });
  speed.append(...paces.map((name, n) => new Option(name, RATES[n], n === 1, n === 1)));
  label.append(speedWord, " ", speed);
  bar.append(stop, label);
  let list = [], at = 0, now = null;

  const mark = (range) => {
    if (!window.Highlight) return;
    if (range) CSS.highlights.set("said", new Highlight(range));
    else CSS.highlights.delete("said");
  };
  const draw = (words, begun) => {
    word.data = words;
    bar.classList.toggle("on", begun);
    stop.hidden = label.hidden = !begun;
  };
  const hush = () => { now = null; speech.cancel(); };
  const end = () => { hush(); at = 0; list = []; mark(); draw(first, false); };
  const pause = () => { hush(); draw(onWord, true); };

  const say = () => {
    const chosen = voice();
    if (!chosen || at >= list.length) { end(); return; }
    const { range, text } = list[at], mine = new SpeechSynthesisUtterance(text);
    Object.assign(mine, { voice: chosen, lang: chosen.lang, rate: Number(speed.value) });
    const next = () => {
      if (mine !== now || !bar.isConnected) return;  // she paused, or Exit emptied the page
      at += 1;
      say();
    };
    mine.addEventListener("end", next);
    mine.addEventListener("error", () => { if (mine === now) end(); });
    now = mine;
    mark(range);
    const box = range.getBoundingClientRect();
    if (box.top < bar.parentElement.getBoundingClientRect().bottom || box.bottom > innerHeight - 90) range.startContainer.parentElement.scrollIntoView({ block: "center" });
    speech.speak(mine);
  };
  // Pausing speech is unreliable on phones: we stop, and later say the same sentence from its beginning. What is to be
  // seen may have changed by then (an answer, a fold), so the sentences are listed anew.
  const go = () => {
    const { startContainer, startOffset } = list[at]?.range ?? {};
    list = sentences();
    at = Math.max(0, list.findIndex(({ range }) => range.startContainer === startContainer && range.startOffset === startOffset));
    draw(pauseWord, true);
    say();
  };

  play.addEventListener("click", () => { if (now) pause(); else go(); });
  stop.addEventListener("click", () => { end(); play.focus(); });
  speed.addEventListener("change", () => { if (now) { hush(); say(); } });
  document.addEventListener("visibilitychange", () => { if (document.hidden && now) pause(); });
  addEventListener("pagehide", end);
  const offer = () => {
    bar.hidden = !voice();
    if (bar.hidden) end();
  };
  speech.addEventListener?.("voiceschanged", offer);
  draw(first, false);
  offer();
}

if (bar && speech) listen();
