// Comforts only: a page that follows what others do and says what has become of what one did. Everything works
// without.

// A press elsewhere closes a menu.

document.addEventListener("pointerdown", (event) => {
  document.querySelectorAll("details[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

// What lies over the page closes when the focus goes elsewhere, so that it never hides what has the focus.

document.addEventListener("focusin", (event) => {
  for (const over of document.querySelectorAll(".who[open], [popover]:popover-open")) {
    if (over.contains(event.target) || event.target.getAttribute("popovertarget") === over.id) continue;
    if (over.open) over.open = false;
    else over.hidePopover();
  }
});

// What one does leads to a new page. It says what has become of it, and the focus goes back to where one was.

const { where } = document.body.dataset;

// Words that are not sent yet wait for one to come back: in the message box, and in a form until it is left.

const boxes = [...document.querySelectorAll("#box, dialog :is(textarea, input[type=text])")];
const waiting = (box) => `${where}, ${box.form.elements.form?.value ?? ""}, ${box.name}`;
let done = null;

for (const box of boxes) {
  const words = sessionStorage.getItem(waiting(box));
  // What was wanted in the message box is more than what waits there.
  if (words !== null && !(box.id === "box" && box.value)) box.value = words;
}
document.addEventListener("submit", (event) => {
  done = event.target;
});
document.addEventListener("click", (event) => {
  const dialog = event.target.closest("dialog");
  if (dialog && event.target.closest("a")?.getAttribute("href") === dialog.dataset.close) done = dialog.querySelector("form");
});
addEventListener("pagehide", () => {
  for (const box of boxes) {
    if (box.form === done || box.value === box.defaultValue) sessionStorage.removeItem(waiting(box));
    else sessionStorage.setItem(waiting(box), box.value);
  }
  done = null;
});

// Headings and items of a list end where the eye sees it; the ear needs a full stop.
function wordsOf(message) {
  const parts = message.querySelectorAll(".by strong, .only, .body > :not(form, ul), .body li, .sticker .unseen");
  const said = [...parts].map((part) => {
    const words = part.innerText.replace(/\s+/g, " ").trim();
    return part.matches(".body :is(h2, h3, li)") ? words.replace(/(?<![.!?:…])$/, ".") : words;
  });
  return said.filter(Boolean);
}

// What is new of a message; all of it if something was only taken away, as by a step to fewer lines.
function newsOf(parts, before) {
  const fresh = parts.filter((part) => !before?.includes(part));
  return fresh.length || parts.length === before?.length ? fresh : parts;
}

const everyMessage = () => Object.fromEntries([...document.querySelectorAll(".message")].map((each) => [each.id, wordsOf(each)]));

const today = () => document.querySelector("#now time").textContent;

function tell(before, date) {
  const now = everyMessage();
  const news = Object.entries(now)
    .map(([id, parts]) => newsOf(parts, before[id]).join(" "))
    .filter(Boolean);
  showFrom(Object.keys(now).find((id) => !(id in before)));
  const gone = Object.keys(before).some((id) => !(id in now));
  // A live region says what is put into it, not what it holds from the start.
  if (date !== today()) news.unshift(`It is ${today()}`);
  if (news.length || gone) document.getElementById("outcome").textContent = news.join(". ") || "It is gone.";
}

// What is too long for the window is read from its beginning.
function showFrom(id) {
  const place = document.getElementById("messages");
  const above = id ? document.getElementById(id).getBoundingClientRect().top - place.getBoundingClientRect().top : 0;
  if (above < 0) place.scrollTop += above;
}

const buttonsOf = (place) => [...place.querySelectorAll("button")];

function returnTo(pressed) {
  const message = document.getElementById(location.hash.slice(1))?.closest(".message");
  const buttons = buttonsOf(message ?? document.getElementById("page"));
  const again = pressed?.value ? buttons.find((each) => each.value === pressed.value) : null;
  // Such as *Switch on* for *Switch off*.
  const instead = pressed?.at >= 0 && !message ? buttonsOf(document.querySelector("main"))[pressed.at] : null;
  const button = again ?? instead;
  const target = button?.closest("details:not([open])")?.querySelector("summary") ?? button ?? message;
  if (!target) return;
  if (target === message) message.tabIndex = -1;
  target.focus({ preventScroll: Boolean(message) });
}

document.addEventListener("submit", (event) => {
  if (event.target.closest("dialog")) return;
  const value = event.submitter?.value ?? "";
  const at = event.target.closest(".home") ? buttonsOf(document.querySelector("main")).indexOf(event.submitter) : -1;
  sessionStorage.setItem("act", JSON.stringify({ where, pressed: { value, at }, before: everyMessage(), date: today() }));
});

addEventListener("load", () => {
  if (document.querySelector("dialog[open]")) return;
  const act = JSON.parse(sessionStorage.getItem("act"));
  sessionStorage.removeItem("act");
  setTimeout(() => {
    const here = act?.where === where;
    returnTo(here ? act.pressed : null);
    if (here) tell(act.before, act.date);
  }, 100);
});

// The page follows what happens elsewhere: a number is asked for, and only when it has grown, the page.

const same = (one, other) => {
  const bare = (element) => element.outerHTML.replace(/ name="once" value="\d+"/g, "");
  return bare(one) === bare(other);
};
const busy = (element) => element.contains(document.activeElement) || element.querySelector("details[open]");

// Who is on a button of what is renewed is on the same button of the new.
function renew(old, fresh) {
  const held = old.contains(document.activeElement) ? document.activeElement.outerHTML : null;
  old.replaceWith(fresh);
  if (held === null) return;
  const again = [...fresh.querySelectorAll("a, button, summary")].find((each) => each.outerHTML === held);
  if (!again) fresh.tabIndex = -1;
  (again ?? fresh).focus({ preventScroll: true });
}

function follow(fresh) {
  const shown = document.querySelector(".messages");
  const wanted = [...fresh.querySelector(".messages").children];
  const ids = new Set(wanted.map((each) => each.id));
  [...shown.children].filter((each) => !ids.has(each.id)).forEach((each) => each.remove());
  let before = null;
  for (const each of wanted) {
    const old = document.getElementById(each.id);
    let stands = old;
    if (!old) {
      if (before) before.after(each);
      else shown.prepend(each);
      stands = each;
    } else if (!same(old, each)) {
      if (old.querySelector("details[open]")) return false;
      renew(old, each);
      stands = each;
    }
    before = stands;
  }
  for (const id of ["places", "people", "now"]) {
    const old = document.getElementById(id);
    if (!busy(old) && !old.closest("details[open]")) old.replaceChildren(...fresh.getElementById(id).childNodes);
  }
  return true;
}

async function look() {
  if (document.hidden || document.querySelector("dialog[open]")) return;
  try {
    const version = await (await fetch("/version")).text();
    if (version === document.body.dataset.version) return;
    const page = await (await fetch(location.href)).text();
    if (follow(new DOMParser().parseFromString(page, "text/html"))) document.body.dataset.version = version;
  } catch {
    // The playground was stopped, or is being started again: look later.
  }
}

setInterval(look, 2500);
document.addEventListener("visibilitychange", look);

// What fits the words in a form stands below them and follows them, at a pause; nothing else in the form is touched.

document.querySelectorAll(".said").forEach((said) => {
  const box = said.parentElement.querySelector("textarea");
  let written = 0;
  box.addEventListener("input", async () => {
    const mine = ++written;
    await new Promise((pause) => setTimeout(pause, 400));
    if (mine !== written) return;
    try {
      const answer = await fetch("/writing", { method: "POST", body: new URLSearchParams(new FormData(box.form)) });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body;
      if (answer.status !== 200 || mine !== written || fresh.innerHTML === said.innerHTML) return;
      said.replaceChildren(...fresh.childNodes);
    } catch {
      // The playground was stopped, or is being started again: the next words may be luckier.
    }
  });
});
