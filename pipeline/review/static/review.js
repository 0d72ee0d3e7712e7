"use strict";
// Keys and buttons. A decision is shown as done only when the server has answered that it is on the disk.

const places = () => [...document.querySelectorAll(".place")].filter((one) => one.checkVisibility());
const names = { open: "suggested", line: "read with doubt", changed: "changed by hand" };
let here = null;
let busy = false;

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
  clearTimeout(progressed.timer);
  if (now.waiting) progressed.timer = setTimeout(ask, 1500);
}

async function ask() {
  try { progressed(await (await fetch("/progress")).json()); } catch { /* the next decision will say so */ }
}

// What this tab did, so that undoing in one tab never takes back what another did.
const done = () => JSON.parse(sessionStorage.getItem("done") || "[]");
function remember(ids) {
  if (ids.length) sessionStorage.setItem("done", JSON.stringify([...done().slice(-200), ids]));
}

async function decide(content, next) {
  const said = await post("/decide", content);
  if (!said) return;
  said.now.forEach(stand);
  for (const [one, why] of said.refused) {
    if (typeof one === "object") stand(one);
    say(why);
  }
  remember(said.ids);
  progressed(said.progress);
  if (!said.refused.length) say(said.ids.length === 1 ? "Decided." : `${said.ids.length} decided.`);
  if (next && said.now.length) move(1);
}

const asked = (place) => ({ key: place.dataset.key, seen: place.dataset.seen, line_seen: place.dataset.lineSeen });

function verb(place, name, choice = 0) {
  if (name === "edit") return write(place);
  const picked = places().filter((one) => one.querySelector(".pick:checked"));
  const many = picked.length && (name === "accept" || name === "reject");
  const content = { verdict: name, what: (many ? picked : [place]).map(asked), choice: Number(choice) };
  for (const one of picked) if (many) one.querySelector(".pick").checked = false;
  return decide(content, !many);
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
    await decide({ verdict: "edit", what: [asked(place)], after: box.value }, false);
    box.remove();
    place.focus();
  });
  place.append(box);
  box.focus();
}

async function undo() {
  const all = done();
  const ids = all.pop();
  if (!ids) return say("This tab has nothing to undo; older decisions stand under Decisions.");
  const keys = [...document.querySelectorAll(".place")].map((one) => one.dataset.key);
  const said = await post("/undo", { ids, keys });
  if (!said) return;
  sessionStorage.setItem("done", JSON.stringify(all));
  said.now.forEach(stand);
  progressed(said.progress);
  say(said.gone.length ? "Taken back." : "That was taken back already.");
}

async function rule(place, name) {
  const said = await post("/rule", { key: place.dataset.key, rule: name });
  if (!said) return;
  const dialog = document.getElementById("rule");
  dialog.querySelector("pre").textContent = said.toml;
  dialog.querySelector("[data-effect]").textContent = said.effect;
  dialog.querySelector("[data-cancel]").onclick = () => dialog.close();
  dialog.querySelector("[data-write]").onclick = async () => {
    dialog.close();
    if (await post("/rule", { key: place.dataset.key, rule: name, write: true })) {
      say("Written. The text is made anew.");
      ask();
    }
  };
  dialog.showModal();
  dialog.querySelector("[data-write]").focus();
}

function move(step) {
  const all = places();
  const at = all.indexOf(here);
  const to = all[at < 0 ? 0 : at + step];
  if (!to) {
    const on = document.querySelector(step > 0 ? "a[rel=next]" : "a[rel=prev]");
    return on && say(step > 0 ? "The last one here; the next page follows below." : "The first one here.");
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
  else if (button.dataset.all) decide({ verdict: button.dataset.all, series: button.parentElement.dataset.series }, false);
  else if (button.dataset.undo && await post("/undo", { ids: [button.dataset.undo] })) location.reload();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.matches("textarea, input:not(.pick)")) return;
  const all = document.querySelector(`[data-all=${{ A: "accept", R: "reject" }[event.key] || "none"}]`);
  const steps = { n: 1, p: -1 };
  if (event.key in steps) move(steps[event.key]);
  else if (event.key === "u") undo();
  else if (event.key === "?") document.getElementById("keys").showModal();
  else if (all) all.click();
  else if (here && event.key === "x") here.querySelector(".pick")?.click();
  else {
    const verbs = { a: "[data-verb=accept]", r: "[data-verb=reject]", e: "[data-verb=edit]", k: "[data-verb=confirm]",
      s: "[data-verb=strip]", c: "[data-rule=always]", v: "[data-rule=never]" };
    const number = /^[1-9]$/.test(event.key) ? Number(event.key) : 0;
    const button = here && (number ? here.querySelectorAll("[data-verb=choose]")[number - 1]
      : event.key in verbs && here.querySelector(verbs[event.key]));
    if (!button) return;
    button.click();
  }
  event.preventDefault();
});

for (const image of document.querySelectorAll(".place img")) image.addEventListener("error", () => image.remove());
if (location.hash) document.getElementById(location.hash.slice(1))?.focus();
ask();
