"""What is measured in a page: rules broken, things cut off, too small, or hidden while they have the focus."""

from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
#: Why axe may fail to tell a contrast: something lies over the text, or it is an emoji. Without what lies over it, the
#: text is measured in another scene.
NOT_TOLD: Final = frozenset(
    {"bgOverlap", "elmPartiallyObscured", "elmPartiallyObscuring", "nonBmp", "shortTextContent"}
)
TABS_MOST: Final = 200  #: stops on a page

# Text that is there for all to see, and where each of its lines stands.
_LINES: Final = """
const lines = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const node = walker.currentNode, owner = node.parentElement;
  if (!node.data.trim() || owner.matches("script, style, textarea")) continue;
  if (!owner.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) continue;
  if (owner.closest(".unseen, .skip, .follows > .avatar") || getComputedStyle(owner).clipPath !== "none") continue;
  let clipped = false;
  for (let up = owner; up; up = up.parentElement) clipped ||= getComputedStyle(up).clipPath !== "none";
  if (clipped) continue;
  const range = document.createRange();
  range.selectNodeContents(node);
  for (const rect of range.getClientRects()) if (rect.width > 1) lines.push({ text: node.data.trim(), owner, rect });
}
"""

_CUT_OFF: Final = (
    "() => {"
    + _LINES
    + """
const cut = new Set();
for (const { text, owner, rect } of lines) {
  let { left, right, top, bottom } = rect;
  if (left < -1 || right > innerWidth + 1) cut.add(text);
  for (let up = owner; up; up = up.parentElement) {
    const style = getComputedStyle(up), box = up.getBoundingClientRect();
    if (style.display === "inline" || style.display === "contents") continue;
    if (style.overflowX !== "visible" && (left < box.left - 1 || right > box.right + 1)) cut.add(text);
    const vertically = style.overflowY;
    if (["hidden", "clip"].includes(vertically) && (top < box.top - 1 || bottom > box.bottom + 1)) cut.add(text);
    // What can be scrolled to is not cut off, as long as the scroller itself is not.
    if (["auto", "scroll"].includes(vertically)) ({ left, right, top, bottom } = box);
    if (style.position === "fixed") break;
  }
}
return [...cut];
}"""
)

_SIDEWAYS: Final = """() => [document.scrollingElement, ...document.querySelectorAll("body *")].filter((each) => {
  if (!each.checkVisibility() || each.matches("input, textarea, .unseen") || !each.clientWidth) return false;
  const style = getComputedStyle(each);
  if (style.clipPath !== "none") return false;
  const scrolls = each === document.scrollingElement || style.overflowX !== "visible";
  return scrolls && each.scrollWidth > each.clientWidth + 1;
}).map((each) => each.id || each.className || each.tagName)"""

_SMALL: Final = """() => [...document.querySelectorAll("a[href], button, summary, input, textarea, [role=option]")]
  .filter((each) => {
    if (!each.checkVisibility() || each.type === "hidden" || each.closest("[inert]")) return false;
    // A link within a sentence may be as low as its line; a box that belongs to a label is pressed with it.
    if (getComputedStyle(each).display === "inline" && each.matches("a")) return false;
    const box = (each.closest("label") ?? each).getBoundingClientRect();
    return box.width < 24 || box.height < 24;
  }).map((each) => each.outerHTML.slice(0, 160))"""

_FOCUS: Final = """() => {
  const each = document.activeElement;
  if (!each || each === document.body) return null;
  const box = each.getBoundingClientRect(), style = getComputedStyle(each);
  const wrong = [];
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) wrong.push("no ring");
  if (!each.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) wrong.push("invisible");
  const fits = box.width <= innerWidth && box.height <= innerHeight;
  if (fits && (box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1)) {
    wrong.push("outside");
  }
  for (const across of [0.1, 0.5, 0.9]) {
    const down = box.top + Math.min(box.height, innerHeight) / 2;
    const at = document.elementFromPoint(box.left + box.width * across, down);
    if (at && !each.contains(at) && !at.contains(each)) wrong.push(`behind ${at.outerHTML.slice(0, 60)}`);
  }
  return { what: each.outerHTML.slice(0, 120), wrong };
}"""

_SPACED: Final = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
    p { margin-bottom: 2em !important; }
  `);
  document.adoptedStyleSheets = [sheet];
}"""


def rules_broken(page: Page, *, contrast: bool = True) -> list[str]:
    """What axe finds wrong, and what it could not tell for another reason than those we know."""
    options = {
        "runOnly": list(RULES),
        "rules": {"color-contrast": {"enabled": contrast}},
        "resultTypes": ["violations", "incomplete"],
    }
    response = Axe().run(page, options=options).response
    return [
        f"{rule['id']}: {node['target']}: {node['html'][:200]}: {[each['message'] for each in node['any']]}"
        for rule in (*response["violations"], *response["incomplete"])
        for node in rule["nodes"]
        if rule in response["violations"] or not _known(rule, node)
    ]


def _known(rule: dict[str, Any], node: dict[str, Any]) -> bool:
    reasons = {check["data"]["messageKey"] for check in node["any"] if isinstance(check["data"], dict)}
    return rule["id"] == "color-contrast" and bool(reasons) and reasons <= NOT_TOLD


def cut_off(page: Page) -> list[str]:
    """Texts of which a part is out of sight, and cannot be scrolled to but sideways."""
    return list(page.evaluate(_CUT_OFF))


def scrolls_sideways(page: Page) -> list[str]:
    """The page, or what in it can be scrolled sideways."""
    return list(page.evaluate(_SIDEWAYS))


def too_small(page: Page) -> list[str]:
    """What can be pressed, but is less than 24 px wide or high."""
    return list(page.evaluate(_SMALL))


def space_text(page: Page) -> None:
    """Set the text as widely as WCAG 1.4.12 asks for."""
    page.evaluate(_SPACED)


def tab(page: Page, key: str = "Tab") -> str:
    """Go to the next stop, which must be in sight with a ring around it, and say what it is; "" for none."""
    page.keyboard.press(key)
    focus = page.evaluate(_FOCUS)
    if focus is None:
        return ""
    assert focus["wrong"] == [], focus
    return str(focus["what"])


def tab_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Go to `target` by keyboard; every stop on the way is in sight."""
    for _ in range(TABS_MOST):
        tab(page, key)
        if target.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError(f"{target} cannot be reached")
