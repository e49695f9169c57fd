// Keys for people who never leave the keyboard. Every page works without this file.
"use strict";

const rows = () => [...document.querySelectorAll("table.rows tbody tr")];
let here = -1;

function go(step) {
  const all = rows();
  if (!all.length) return;
  if (here >= 0) all[here].classList.remove("here");
  here = Math.min(Math.max(here + step, 0), all.length - 1);
  all[here].classList.add("here");
  const link = all[here].querySelector("a.open");
  if (link) link.focus();
  all[here].scrollIntoView({ block: "nearest" });
}

function isTyping(target) {
  return target instanceof HTMLElement && target.closest("input, select, textarea, dialog");
}

const KEYS = {
  j: () => go(1),
  k: () => go(-1),
  n: () => document.getElementById("next")?.click(),
  g: () => { location.href = "/"; },
  "/": () => document.querySelector("main input:not([type=hidden]), main select")?.focus(),
  "?": () => document.getElementById("keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const act = KEYS[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});
