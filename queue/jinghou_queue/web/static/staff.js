// What a staff page does beside its forms: it follows the hall's feed, says when the line is broken, counts seconds,
// and takes the second click of a double click for none. Without it every form still works.
"use strict";

const EVERY_MS = Number(document.body.dataset.everyMs); // how often the part is fetched at most, however much happens
const TRY_AGAIN_MS = 3000;

const KINDS = ["leg", "call", "ticket", "counter", "booking", "help", "plan", "day", "reset"]; // of the feed's events

// The part of the page that follows the hall. It says of itself which kinds of events it is about.
const part = () => document.querySelector("[data-live]");
const lost = document.getElementById("lost");
const unsent = document.getElementById("unsent");

// A counter's page is about its own counter and the services it can serve, not about those of all others.
function concerns(kind, event) {
  const { live, counter, label, services } = part().dataset;
  if (!live.split(" ").includes(kind)) return false;
  if (kind === "leg" && label) return event.counter === label || services.split(" ").includes(event.service);
  if (kind === "call" && label) return event.counter === label;
  if (kind === "counter" && counter) return event.counter === counter;
  return true;
}

let due = null;
let fetchedAt = 0;

function fetchSoon() {
  if (due !== null) return;
  due = setTimeout(() => {
    due = null;
    fetchedAt = Date.now();
    htmx.trigger(part(), "refresh");
  }, Math.max(0, fetchedAt + EVERY_MS - Date.now()));
}

function follow() {
  const { feed: address, seq, epoch } = part().dataset;
  const feed = new EventSource(`${address}?after=${seq}&epoch=${epoch}`);
  for (const kind of KINDS) {
    feed.addEventListener(kind, (message) => {
      if (concerns(kind, JSON.parse(message.data))) fetchSoon();
    });
  }
  feed.addEventListener("open", () => {
    if (!lost.hidden) fetchSoon();
    lost.hidden = true;
  });
  feed.addEventListener("error", () => {
    if (lost.hidden) {
      for (const time of lost.querySelectorAll("time")) time.textContent = timeInHall();
      lost.hidden = false;
    }
    if (feed.readyState === EventSource.CLOSED) {
      // refused rather than broken: the session may be over, and then the page says so
      fetchSoon();
      setTimeout(follow, TRY_AGAIN_MS);
    }
  });
}

// What somebody has typed, ticked or chosen stays while the part is fetched anew, until it is sent.
let touched = new WeakSet();
document.addEventListener("input", (event) => touched.add(event.target));
Idiomorph.defaults.callbacks.beforeNodeMorphed = (shown, fetched) => {
  if (!touched.has(shown) || !fetched.matches("input, select, textarea")) return;
  if (shown.type === "checkbox") fetched.checked = shown.checked;
  else if (shown.matches("select")) fetched.value = shown.value;
  else fetched.setAttribute("value", shown.value);
};
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.requestConfig.verb === "post") touched = new WeakSet();
});

// Seconds go on from what the server said; this machine's clock may be wrong.
let serverAhead = 0;
function heedClock() {
  if (part()) serverAhead = Number(part().dataset.now) - Date.now();
}
function timeInHall() {
  const form = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: part().dataset.zone };
  return new Date(Date.now() + serverAhead).toLocaleTimeString("zh-CN", form);
}
function countSeconds() {
  for (const time of document.querySelectorAll("time[data-since]")) {
    const seconds = Math.max(0, Math.floor((Date.now() + serverAhead - Number(time.dataset.since)) / 1000));
    time.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
  for (const clock of document.querySelectorAll("time[data-clock]")) clock.textContent = timeInHall();
}

document.addEventListener("click", (click) => {
  const button = click.target.closest("button");
  if (button && (click.detail > 1 || button.getAttribute("aria-disabled") === "true")) {
    click.preventDefault();
    click.stopPropagation();
  }
}, true);

// Alt and a letter press a button, whatever the keyboard's language; other keys belong to the browser.
document.addEventListener("keydown", (key) => {
  if (!key.altKey || key.ctrlKey || key.metaKey || key.repeat) return;
  const button = document.querySelector(`button[data-key="${key.code}"]`);
  if (button) {
    key.preventDefault();
    button.click();
  }
});

for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(failure, (event) => {
    if (event.detail.requestConfig.verb === "post") unsent.hidden = false;
  });
}
document.addEventListener("htmx:afterSwap", () => {
  unsent.hidden = true;
  heedClock();
  countSeconds();
});
if (part()) {
  heedClock();
  countSeconds();
  setInterval(countSeconds, 1000);
  follow();
}
