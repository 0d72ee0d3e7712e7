"use strict";
// Keys and buttons. A decision is shown as done only when the server has answered that it is on the disk.

const places = () => [...document.querySelectorAll(".place")].filter((one) => one.checkVisibility());
const names = { open: "suggested", line: "read with doubt", changed: "changed by hand" };
const series = document.getElementById("series")?.dataset.series;
let here = null;
let busy = false;
let onward = null; // the page to go to, and the line to mark there, once the text that a rule changes is made anew

function say(text) {
  document.getElementById("said").textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { document.getElementById("said").textContent = ""; }, 6000);
}

async function post(path, content) {
  if (busy) return null;
  busy = true;
  try {
    const answer = await fetch(path, {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(content),
    });
    const kind = answer.headers.get("content-type") || "";
    const said = kind.includes("json") ? await answer.json() : { trouble: await answer.text() };
    if (answer.ok) return said;
    say(said.trouble || "This could not be done.");
  } catch {
    say("The server does not answer; nothing was decided. Start `declass review` again.");
  } finally {
    busy = false;
  }
  return null;
}

function stand(one) {
  for (const place of document.querySelectorAll(".place")) {
    if (place.dataset.line === one.line && place.dataset.key !== one.key) {
      // Its neighbours on the line learn of a decision on the whole line.
      if (one.key === one.line) place.dataset.lineSeen = one.seen;
      else if (place.dataset.key !== place.dataset.line) place.dataset.lineSeen = one.line_seen;
    }
    if (place.dataset.key !== one.key) continue;
    place.dataset.seen = one.seen;
    place.dataset.lineSeen = one.line_seen;
    place.className = `place ${one.state}`;
    place.querySelector(".state").textContent = names[one.state] || one.state;
    if (one.said) {
      const becomes = place.querySelector(".becomes");
      if (becomes) becomes.textContent = one.said;
      place.dataset.now = one.said;
    }
  }
}

function progressed(now) {
  for (const name of ["decided", "left"]) document.querySelector(`#progress [data-of=${name}]`).textContent = now[name];
  const writing = document.querySelector("#progress [data-of=writing]");
  writing.textContent = now.trouble ? `· text waits: ${now.trouble}` : now.waiting ? "· making text" : "";
  if (now.series) document.querySelector("[data-of=series]").textContent = now.series.decided;
  clearTimeout(progressed.timer);
  if (now.waiting) progressed.timer = setTimeout(ask, onward ? 400 : 1500);
  else if (onward && !document.querySelector("dialog[open], textarea")) {
    sessionStorage.setItem("here", onward.line);
    if (onward.path === location.pathname + location.search) location.reload();
    else location.assign(onward.path);
  }
}

async function ask() {
  try {
    progressed(await (await fetch(series ? `/progress?series=${series}` : "/progress")).json());
  } catch { /* the next decision will say so */ }
}

// What this tab did and where, so that undoing in one tab never takes back what another did, and finds its way back.
const done = () => JSON.parse(sessionStorage.getItem("done") || "[]");
function remember(what, place) {
  const where = place && { key: place.dataset.key, line: place.dataset.line, told: place.querySelector(".where a").textContent };
  const at = { path: location.pathname + location.search, ...where };
  sessionStorage.setItem("done", JSON.stringify([...done().slice(-200), { ...what, ...at }]));
}

async function decide(content, next, place) {
  const said = await post("/decide", content);
  if (!said) return;
  said.now.forEach(stand);
  for (const [one, why] of said.refused) {
    if (typeof one === "object") stand(one);
    say(why);
  }
  if (said.ids.length) remember({ ids: said.ids }, place);
  progressed(said.progress);
  if (series) ask();
  if (!said.refused.length) {
    const count = said.ids.length === 1 ? "Decided." : `${said.ids.length} decided.`;
    say(content.series ? `${count} N goes on to the next series.` : count);
  }
  if (next && said.now.length) move(1);
}

const asked = (place) => ({ key: place.dataset.key, seen: place.dataset.seen, line_seen: place.dataset.lineSeen });

function verb(place, name, choice = 0) {
  if (name === "edit") return write(place);
  const picked = places().filter((one) => one.querySelector(".pick:checked"));
  const many = picked.length && (name === "accept" || name === "reject");
  const content = { verdict: name, what: (many ? picked : [place]).map(asked), choice: Number(choice) };
  for (const one of picked) if (many) one.querySelector(".pick").checked = false;
  return decide(content, !many, many ? picked[0] : place);
}

function write(place) {
  if (place.querySelector("textarea")) return place.querySelector("textarea").focus();
  const box = document.createElement("textarea");
  box.rows = 1;
  box.value = place.dataset.now;
  box.setAttribute("aria-label", "The line as it should be; Enter saves, Escape leaves it");
  box.addEventListener("keydown", async (event) => {
    event.stopPropagation();
    if (event.key === "Escape") { box.remove(); place.focus(); }
    if (event.key !== "Enter") return;
    event.preventDefault();
    await decide({ verdict: "edit", what: [asked(place)], after: box.value }, false, place);
    box.remove();
    place.focus();
  });
  place.append(box);
  box.focus();
}

async function undo() {
  const all = done();
  const last = all.pop();
  if (!last) return say("This tab has nothing to undo; older decisions stand under Decisions.");
  const { ids = [], toml = "", protect = "" } = last;
  const keys = [...document.querySelectorAll(".place")].map((one) => one.dataset.key);
  const said = await post("/undo", { ids, keys, toml, protect });
  if (!said) return;
  sessionStorage.setItem("done", JSON.stringify(all));
  said.now.forEach(stand);
  if (toml) onward = last;
  progressed(said.progress);
  if (series) ask();
  const back = mark(last.key) || mark(last.line);
  const place = last.told && !back ? `: ${last.told}` : "";
  if (toml) say("The rule is taken back; the text is made anew.");
  else say(said.gone.length ? `Taken back${place || "."}` : `That was taken back already${place || "."}`);
}

function mark(key) {
  const place = key && (document.getElementById(key) || document.querySelector(`.place[data-line="${key}"]`));
  if (!place) return false;
  place.closest("details")?.setAttribute("open", "");
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: "center" });
  return true;
}

function shown(said) {
  const rows = said.places.map(([, href, where, suggested]) => {
    const row = document.createElement("li");
    const link = Object.assign(document.createElement("a"), { href, target: "_blank", rel: "noopener", textContent: where });
    row.append(link, suggested ? " (suggested)" : "");
    return row;
  });
  if (said.more) rows.push(Object.assign(document.createElement("li"), { textContent: `and ${said.more} more` }));
  return rows;
}

async function rule(place, name) {
  const said = await post("/rule", { key: place.dataset.key, rule: name });
  if (!said) return;
  const dialog = document.getElementById("rule");
  dialog.querySelector("pre").textContent = said.toml;
  dialog.querySelector("[data-told]").textContent = said.told;
  dialog.querySelector("[data-places]").replaceChildren(...shown(said));
  dialog.querySelector("[data-cancel]").onclick = () => dialog.close();
  dialog.querySelector("[data-write]").onclick = async () => {
    dialog.close();
    const written = await post("/rule", { key: place.dataset.key, rule: name, write: true });
    if (!written) return;
    remember({ toml: written.toml, protect: written.protect }, place);
    for (const one of document.querySelectorAll(".place")) {
      if (written.keys.includes(one.dataset.key)) one.querySelector(".state").textContent = "the rule is at work";
    }
    say("Written. The text is made anew, and this page with it.");
    const gone = series ? (written.series ? `/series/${written.series}?show=all` : "/series") : "";
    onward = { path: gone || location.pathname + location.search, line: place.dataset.line };
    progressed(written.progress);
  };
  dialog.showModal();
  dialog.querySelector("[data-write]").focus();
}

function move(step) {
  const rows = [...document.querySelectorAll("[data-list] tbody th a")];
  const all = rows.length ? rows : places();
  if (!all.length) return say("There is nothing to go through on this page.");
  const at = all.indexOf(rows.length ? document.activeElement : here);
  const to = all[at < 0 ? 0 : at + step];
  if (!to) {
    const on = document.querySelector(step > 0 ? "a[rel=next]" : "a[rel=prev]");
    const more = step > 0 ? "; the next page follows below." : "; the page before is below.";
    return say(`The ${step > 0 ? "last" : "first"} one here${on ? more : "."}`);
  }
  to.focus({ preventScroll: true });
  to.scrollIntoView({ block: "center" });
}

document.addEventListener("focusin", (event) => { here = event.target.closest(".place") || here; });

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  const place = event.target.closest(".place");
  if (!button) return;
  if (button.dataset.verb) verb(place, button.dataset.verb, button.dataset.choice);
  else if (button.dataset.rule) rule(place, button.dataset.rule);
  else if (button.dataset.all) decide({ verdict: button.dataset.all, series }, false, here);
  else if (button.dataset.undo && await post("/undo", { ids: [button.dataset.undo] })) location.reload();
});

const buttons = { a: "[data-verb=accept]", r: "[data-verb=reject]", e: "[data-verb=edit]", k: "[data-verb=confirm]",
  s: "[data-verb=strip]", c: "[data-rule=always]", v: "[data-rule=never]", x: ".pick" };
const wide = { A: "[data-all=accept]", R: "[data-all=reject]", N: "[data-next]" };
const arrows = { ArrowDown: 1, ArrowUp: -1 };

// A key for one place: its button, or why there is none.
function onPlace(key) {
  const number = Number(key);
  if (!places().length) return say(`${key} decides on a place, and there is none on this page.`);
  if (!here) return say("No place is marked yet; n goes to the first.");
  const button = number ? here.querySelectorAll("[data-verb=choose]")[number - 1] : here.querySelector(buttons[key]);
  if (button) button.click();
  else say(number ? `This place has no answer ${key}.` : `${key} is not for this place; its buttons show what is.`);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.matches("textarea, input:not(.pick)")) return;
  const key = event.key;
  const steps = document.querySelector("[data-list]") ? { n: 1, p: -1, ...arrows } : { n: 1, p: -1 };
  if (key in steps) move(steps[key]);
  else if (key === "u") undo();
  else if (key === "?") keys();
  else if (key in wide) (document.querySelector(wide[key]) || { click: () => say(`${key} is for a series; open one.`) }).click();
  else if (key in buttons || /^[1-9]$/.test(key)) onPlace(key);
  else return;
  event.preventDefault();
});

function keys() {
  const dialog = document.getElementById("keys");
  for (const row of dialog.querySelectorAll("[data-needs]")) row.hidden = !document.querySelector(`main ${row.dataset.needs}`);
  dialog.showModal();
}

for (const image of document.querySelectorAll(".place img")) image.addEventListener("error", () => image.remove());
mark(location.hash.slice(1) || sessionStorage.getItem("here"));
sessionStorage.removeItem("here");
ask();
