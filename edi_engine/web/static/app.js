// Keys for people who never leave the keyboard. Every page works without this file.
"use strict";

const rows = () => [...document.querySelectorAll("table.rows tbody tr, .candidate")];
let here = -1;

function go(step) {
  const all = rows();
  if (!all.length) return;
  if (here >= 0) all[here].classList.remove("here");
  here = Math.min(Math.max(here + step, 0), all.length - 1);
  all[here].classList.add("here");
  all[here].querySelector("a.open, h2 a")?.focus({ preventScroll: true });
  all[here].scrollIntoView({ block: "nearest" });
}

// Presses a button of the row one is on. Where there are several rows and one is on none, it goes to
// the first: no key decides about something that nobody chose.
function press(key) {
  const all = rows();
  const row = all[here] ?? (all.length === 1 ? all[0] : null);
  if (row) row.querySelector(`[data-key="${key}"]`)?.click();
  else go(1);
}

function isTyping(target) {
  return target instanceof HTMLElement && target.closest("input, select, textarea, dialog[open]");
}

const KEYS = {
  j: () => go(1),
  k: () => go(-1),
  a: () => press("a"),
  r: () => press("r"),
  n: () => document.getElementById("next")?.click(),
  g: () => { location.href = "/"; },
  "/": () => document.getElementById("find")?.select(),
  f: () => document.querySelector("main input:not([type=hidden]), main select")?.focus(),
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

// Uploads: file by file with progress, by drag and drop too. Without this the form sends them all.

const MISSED = "It could not be sent. Check the connection and send it again.";

function sendOne(form, file, item) {
  const bar = document.createElement("progress");
  const told = document.createElement("span");
  item.append(`${file.name} `, bar, " ", told);
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", `Sending ${file.name}`);
  const fail = (words) => {
    bar.remove();
    told.className = "wrong";
    told.setAttribute("role", "alert");
    told.textContent = words;
    return false;
  };
  const most = Number(form.dataset.bytesMax);
  if (file.size > most) {
    return Promise.resolve(fail(`It is too large: at most ${most / 1e6} million bytes can be sent.`));
  }
  return new Promise((settled) => {
    const data = new FormData();
    const csrf = form.elements.csrf.value;
    data.append("csrf", csrf);
    data.append("files", file, file.name);
    const request = new XMLHttpRequest();
    request.responseType = "document";
    request.open("POST", form.action);
    request.setRequestHeader("x-csrf", csrf);
    request.upload.onprogress = (event) => { bar.value = event.loaded / Math.max(event.total, 1); };
    request.onerror = () => settled(fail(MISSED));
    request.onload = () => {
      const page = request.response;
      if (new URL(request.responseURL).pathname === "/login") {
        settled(fail("You were logged out. Load the page again and log in."));
      } else if (request.status >= 400) {
        settled(fail(page?.querySelector("main .wrong")?.textContent || MISSED));
      } else {
        told.textContent = "sent";
        settled(true);
      }
    };
    request.send(data);
  });
}

async function sendAll(form, files) {
  const list = document.getElementById("sending");
  list.replaceChildren();
  const items = [...files].map((file) => {
    const item = document.createElement("li");
    list.append(item);
    return [file, item];
  });
  sending = true;
  for (const [file, item] of items) {
    if (await sendOne(form, file, item)) {
      await showUploads();
      item.remove();
    }
  }
  sending = false;
  await showUploads();
  form.reset();
}

let asking = 0;
let sending = false;

async function showUploads() {
  clearTimeout(asking);
  const here = document.getElementById("uploads");
  if (!here) return;
  const answer = await fetch("/files/uploads").catch(() => null);
  if (!answer) asking = setTimeout(showUploads, 5000);
  if (!answer?.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.getElementById("uploads");
  if (!found) return;
  if (found.innerHTML !== here.innerHTML) here.replaceChildren(...found.childNodes);
  if ("busy" in found.dataset) {
    here.dataset.busy = "";
    asking = setTimeout(showUploads, 2000);
  } else if (!sending && "busy" in here.dataset) {
    delete here.dataset.busy;
    document.getElementById("told").textContent = "All uploads are done.";
  }
}

const upload = document.getElementById("upload");
if (upload) {
  upload.addEventListener("submit", (event) => {
    event.preventDefault();
    sendAll(upload, upload.elements.files.files);
  });
  for (const kind of ["dragenter", "dragover"]) {
    upload.addEventListener(kind, (event) => {
      event.preventDefault();
      upload.classList.add("over");
    });
  }
  for (const kind of ["dragleave", "drop"]) {
    upload.addEventListener(kind, () => upload.classList.remove("over"));
  }
  upload.addEventListener("drop", (event) => {
    event.preventDefault();
    sendAll(upload, event.dataTransfer.files);
  });
  if ("busy" in (document.getElementById("uploads")?.dataset ?? {})) {
    asking = setTimeout(showUploads, 1000);
  }
}
