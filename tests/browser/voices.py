"""A stand-in for the browser's speech: says nothing aloud, notes what it is asked to say, ends a sentence when told."""

from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Page

Voice = dict[str, Any]

LOCAL: list[Voice] = [
    {"name": "Here", "lang": "en-GB", "localService": True},
    {"name": "Εδώ", "lang": "el_GR", "localService": True},
]
REMOTE: list[Voice] = [
    {"name": "Far", "lang": "en-GB", "localService": False},
    {"name": "Μακριά", "lang": "el-GR", "localService": False},
]

_SPEECH = """
const speech = new EventTarget();
window.said = [];
window.SpeechSynthesisUtterance = class extends EventTarget { constructor(text) { super(); this.text = text; } };
Object.assign(speech, {
  voices: VOICES, now: null,
  getVoices() { return this.voices; },
  speak(one) { said.push({ text: one.text, voice: one.voice?.name, lang: one.lang, rate: one.rate }); this.now = one; },
  cancel() {
    const one = this.now;
    this.now = null;
    if (one) setTimeout(() => one.dispatchEvent(new Event("error")));
  },
  finish() { const one = this.now; this.now = null; one.dispatchEvent(new Event("end")); },
});
Object.defineProperty(window, "speechSynthesis", { value: speech });
"""


def speaking(voices: Sequence[Voice]) -> str:
    """Give the script that stands in for speech, to run before the page's own."""
    return _SPEECH.replace("VOICES", repr(list(voices)).replace("True", "true").replace("False", "false"))


def said(page: Page) -> list[dict[str, Any]]:
    """List what was asked to be said so far."""
    found: list[dict[str, Any]] = page.evaluate("window.said")
    return found


def finish(page: Page) -> None:
    """Let the sentence that is being said come to its end."""
    page.evaluate("speechSynthesis.finish()")


def highlighted(page: Page) -> str:
    """Give the text that is marked as being read."""
    text: str = page.evaluate("[...(CSS.highlights.get('said') ?? [])].map(range => range.toString()).join('|')")
    return " ".join(text.split())
