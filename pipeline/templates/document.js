"use strict";
// Walks the edits of a document by key and shows the card of the one that is pointed at or has the focus.
const edits = [...document.querySelectorAll(".edit")];
const cardOf = (mark) => mark && document.getElementById(mark.hash.slice(1));
const markOf = (card) => card.parentElement.querySelector(`.mark[href="#${card.id}"]`);
let open = null;
let last = null; // the edit that was walked to

function show(card) {
  if (card === open) return;
  if (open) open.classList.remove("open");
  open = card;
  if (card) card.classList.add("open");
}

function go(card) {
  last = card;
  show(card);
  (markOf(card) || card).focus({ preventScroll: true });
  card.parentElement.scrollIntoView({ block: "center" });
}

function step(by) {
  const seen = edits.filter((card) => card.parentElement.getClientRects().length);
  const at = seen.indexOf(last);
  const next = seen[at < 0 && by < 0 ? seen.length - 1 : at + by];
  if (next) go(next);
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "n") step(1);
  else if (event.key === "p") step(-1);
  else if (event.key === "Escape") show(null);
});
addEventListener("focusin", ({ target }) => {
  const mark = target.closest(".mark");
  if (mark) show((last = cardOf(mark)));
  else if (!target.closest(".edit")) show(null);
});
addEventListener("mouseover", ({ target }) => {
  const mark = target.closest(".mark");
  if (mark) show(cardOf(mark));
  else if (!target.closest(".edit")) show(cardOf(document.activeElement.closest(".mark")));
});
addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#e-"]');
  const card = cardOf(link);
  if (!card) return;
  event.preventDefault();
  go(card);
});
if (location.hash.startsWith("#e-") && cardOf(location)) go(cardOf(location));
