// What a citizen's page does beside its links and forms: it follows the holder's own number, counts down what is held,
// sends each form once, and says when the line is broken. Without it every form works and pages ask again by themselves.
"use strict";

const TRY_AGAIN_MS = 3000;
const CALLED = [400, 150, 400, 150, 400]; // ms of vibration and of rest
const NEAR = [200];
const WORDED = 4; // from so many ahead on, another place changes a figure and no word

const main = document.querySelector("main");
const lost = document.getElementById("lost");
const unsent = document.getElementById("unsent");
const own = () => (main.dataset.own ? JSON.parse(main.dataset.own) : null);

// The words of a page are the server's. Who only moves up gets the new figures from the event itself: a hall of phones
// that each fetched the page at every call would be a storm.
function words({ ahead, estimate, ...rest }) {
  return JSON.stringify([rest, Math.min(ahead, WORDED), estimate && estimate.p90 > estimate.p50]);
}

function fill({ ahead, estimate }) {
  for (const place of main.querySelectorAll("[data-number]")) {
    place.textContent = { ahead, ...estimate }[place.dataset.number];
  }
}

// Takes over a page that the server sent; parts that are as before are left alone, with their focus.
function take(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const fresh = page.querySelector("main");
  const parts = (root) => [...root.querySelectorAll("[data-part]")];
  const same = parts(main).map((part) => part.id).join() === parts(fresh).map((part) => part.id).join();
  const focused = main.contains(document.activeElement);
  document.title = page.title;
  main.className = fresh.className;
  for (const name of Object.keys(main.dataset)) delete main.dataset[name];
  Object.assign(main.dataset, fresh.dataset);
  if (same && parts(main).length) {
    parts(main).forEach((part, place) => {
      const next = parts(fresh)[place];
      if (part.innerHTML !== next.innerHTML) part.replaceChildren(...next.childNodes);
    });
    const over = !fresh.querySelector("#wake");
    if (over) for (const each of main.querySelectorAll("#wake, .foot")) each.remove();
  } else {
    main.replaceChildren(...fresh.childNodes);
    countDown();
  }
  offerWake();
  if (focused && !main.contains(document.activeElement)) {
    main.tabIndex = -1;
    main.focus();
  }
}

let fetching = false;
let again = false;

async function refresh() {
  again = fetching;
  if (fetching) return;
  fetching = true;
  try {
    const answer = await fetch(main.dataset.home ?? location.pathname);
    if (answer.ok || answer.status === 404) take(await answer.text());
  } catch {
    // the line is broken: the feed says so, and asks again once it is back
  } finally {
    fetching = false;
    if (again) refresh();
  }
}

function vibrate(pattern) {
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(pattern);
}

function heard(ticket) {
  const before = own();
  if (ticket.leg === "called" && (before.leg !== "called" || ticket.calls > before.calls)) {
    vibrate(CALLED);
    if (main.dataset.home) location.replace(main.dataset.home);
  } else if (ticket.leg === "waiting" && ticket.ahead < before.ahead && [3, 1, 0].includes(ticket.ahead)) {
    vibrate(NEAR);
  }
  if (words(ticket) === words(before)) {
    fill(ticket);
    main.dataset.own = JSON.stringify(ticket);
  } else if (!main.dataset.home) {
    refresh();
  }
}

function follow() {
  const feed = new EventSource(`/api/v1/t/${location.pathname.split("/")[2]}/events`);
  feed.addEventListener("ticket", (message) => {
    if (!own()) return feed.close();
    heard(JSON.parse(message.data));
    if (["done", "cancelled", "no_show"].includes(JSON.parse(message.data).leg)) feed.close();
  });
  feed.addEventListener("open", () => {
    lost.hidden = true;
  });
  feed.addEventListener("error", () => {
    if (lost.hidden) {
      lost.querySelector("time").textContent = new Date().toTimeString().slice(0, 5);
      lost.hidden = false;
    }
    if (feed.readyState === EventSource.CLOSED) setTimeout(follow, TRY_AGAIN_MS);
  });
}

// A form is sent once, however often it is pressed. What did not arrive is said, and what was typed stays.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.hasAttribute("data-send")) return;
  event.preventDefault();
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  unsent.hidden = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    const page = new URL(answer.url).pathname;
    if (answer.redirected && page !== location.pathname) location.replace(page);
    else take(await answer.text());
  } catch {
    unsent.hidden = false;
  } finally {
    form.ariaBusy = "false";
  }
});

// A browser vibrates only for who has touched the page, and a dark screen hears of nothing: one button for both.
let awake = null;
async function stayAwake() {
  awake = await navigator.wakeLock?.request("screen").catch(() => null);
}
function offerWake() {
  const button = document.getElementById("wake");
  if (button && !button.dataset.on) button.hidden = !("vibrate" in navigator);
}
document.addEventListener("click", (click) => {
  const button = click.target.closest("#wake");
  if (!button || button.dataset.on) return;
  button.dataset.on = "yes";
  button.textContent = button.dataset.done;
  button.setAttribute("aria-disabled", "true");
  vibrate(NEAR);
  stayAwake();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  if (awake) stayAwake();
  if (own() || "fresh" in main.dataset) refresh();
});

// A place that is held is gone at its time; this phone's clock may be wrong, so what is left is counted.
function countDown() {
  const left = main.querySelector("[data-until]");
  if (!left) return;
  const until = performance.now() + Number(left.dataset.until);
  const counting = setInterval(() => {
    const seconds = Math.max(0, Math.ceil((until - performance.now()) / 1000));
    left.hidden = false;
    left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (!left.isConnected || !seconds) {
      clearInterval(counting);
      if (left.isConnected) refresh();
    }
  }, 1000);
}

offerWake();
countDown();
if (own()) follow();
