"""The same way by keyboard only; at each stop the focus must be somewhere, seen, and not covered by anything."""

from playwright.sync_api import expect

from tests.browser.walk import Walk

# The mark of focus may stand on the element itself or on the label that stands for a hidden radio button.
FOCUS = """() => {
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return "lost";
  const stands = [element, ...(element.labels ?? [])];
  const marked = stands.filter(one => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
  if (!marked.length) return "no mark on " + element.outerHTML.slice(0, 120);
  const seen = marked.some(one => {
    const box = one.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
    return top && (one.contains(top) || top.contains(one) || stands.some(other => other.contains(top)));
  });
  return seen ? "" : "covered: " + element.outerHTML.slice(0, 120);
}"""
STOPS = 90


class Keyboard(Walk):
    """A guest without a mouse."""

    def tab_to(self, selector: str) -> None:
        self.page.wait_for_load_state("load")  # a key pressed before belongs to no page
        for _stop in range(STOPS):
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            self.page.keyboard.press("Tab")
            assert (found := self.page.evaluate(FOCUS)) == "", f"{found} at {self.page.url}"
        raise AssertionError(f"{selector} is not reached within {STOPS} presses of Tab at {self.page.url}")

    def press(self, selector: str) -> None:
        self.tab_to(selector.removesuffix(" >> nth=0"))
        self.page.keyboard.press("Enter")

    def choose(self, form: str, name: str, value: str) -> None:
        field = f'{form} input[name="{name}"]'
        target = f'{field}[value="{value}"]'
        if self.page.locator(target).get_attribute("type") == "radio":
            self.tab_to(field)  # a group of radio buttons is one stop; the arrows walk in it
            for _step in range(self.page.locator(field).count()):
                if self.page.evaluate("selector => document.activeElement.matches(selector)", target):
                    break
                self.page.keyboard.press("ArrowDown")
        else:
            self.tab_to(target)
        self.page.keyboard.press("Space")
        expect(self.page.locator(target)).to_be_checked()

    def write(self, selector: str, words: str) -> None:
        self.tab_to(selector)
        self.page.keyboard.type(words)
