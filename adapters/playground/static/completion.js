// Completion in the message box: a combobox with a listbox, as in the ARIA Authoring Practices.

const box = document.getElementById("box");
const list = document.getElementById("words");
const told = document.getElementById("words-said");
const words = JSON.parse(box.form.dataset.words);

let offered = [];
let selected = -1;
let from = 0;

const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function wanted() {
  const text = box.value.slice(0, box.selectionStart);
  const atEnd = box.selectionStart === box.value.length;
  if (text.startsWith("/") && atEnd) {
    const found = words["/"].filter((each) => each.label.startsWith(text.toLowerCase()) && each.label !== text);
    if (found.length) {
      const whole = words["/"].some((each) => each.label === text.toLowerCase());
      return { from: 0, found, preselect: !whole };
    }
  }
  const asked = /^\/values ([^#@]*)$/i.exec(text);
  if (asked && asked[1] && atEnd) {
    const found = words["#"].filter((each) => each.find.startsWith(folded(asked[1])) && each.find !== folded(asked[1]));
    return { from: 8, found: found.map((each) => ({ ...each, put: each.find })), preselect: false };
  }
  const sign = /(^|\s)([@#])([^@#]{0,30})$/.exec(text);
  if (!sign || (sign[2] === "#" && (!text.startsWith("/") || /\s/.test(sign[3])))) return null;
  const query = folded(sign[3]);
  const hits = words[sign[2]].filter((each) => {
    const name = folded(each.find);
    return name.startsWith(query) || name.includes(" " + query);
  });
  const whole = hits.some((each) => [each.find, each.label].map(folded).includes(query));
  if (whole && hits.length === 1) return null;
  return { from: text.length - sign[3].length - 1, found: hits, preselect: !whole };
}

function suggest() {
  const now = wanted();
  offered = now ? now.found.slice(0, 8) : [];
  selected = now && now.preselect && offered.length ? 0 : -1;
  from = now ? now.from : 0;
  list.replaceChildren(
    ...offered.map((each, at) => {
      const option = document.createElement("li");
      option.id = `word-${at}`;
      option.setAttribute("role", "option");
      const label = document.createElement("strong");
      label.textContent = each.label;
      const detail = document.createElement("span");
      detail.className = "detail";
      detail.textContent = each.detail;
      option.append(label, " ", detail);
      return option;
    }),
  );
  show();
  const count = offered.length;
  told.textContent = count ? `${count} ${count === 1 ? "suggestion" : "suggestions"}` : "";
}

function show() {
  list.hidden = !offered.length;
  box.setAttribute("aria-expanded", String(!list.hidden));
  [...list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === selected)));
  if (selected < 0) box.removeAttribute("aria-activedescendant");
  else {
    box.setAttribute("aria-activedescendant", `word-${selected}`);
    list.children[selected].scrollIntoView({ block: "nearest" });
  }
}

function close() {
  offered = [];
  selected = -1;
  told.textContent = "";
  show();
}

function accept(at) {
  box.setRangeText(offered[at].put, from, box.selectionStart, "end");
  close();
  box.focus();
  if (/[@#/ ]$/.test(box.value)) suggest();
}

box.setAttribute("role", "combobox");
box.setAttribute("aria-autocomplete", "list");
box.setAttribute("aria-controls", "words");
box.setAttribute("aria-expanded", "false");
box.addEventListener("input", suggest);
box.addEventListener("blur", close);
box.addEventListener("keydown", (event) => {
  if (list.hidden || event.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const start = selected < 0 && step < 0 ? 0 : selected;
    selected = (start + step + offered.length) % offered.length;
    show();
  } else if ((event.key === "Enter" || event.key === "Tab") && selected >= 0 && !event.shiftKey) {
    accept(selected);
  } else if (event.key === "Escape") {
    close();
    event.stopPropagation();
  } else return;
  event.preventDefault();
});
list.addEventListener("pointerdown", (event) => {
  const option = event.target.closest("[role=option]");
  event.preventDefault(); // the box keeps the focus
  if (option) accept([...list.children].indexOf(option));
});
if (box.value) box.setSelectionRange(box.value.length, box.value.length);
