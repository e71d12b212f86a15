// On the pages of a course: says that somebody shows a program to the class. It takes no focus and moves nothing.
const ASK_MS = 10_000, FIRST_MS = 1000, PUT_AWAY = "etude:demo-put-away";
const box = document.getElementById("demo-banner");
const words = document.getElementById("demo-banner-words");
let timer = 0, asked = 0, shown = 0;

const putAway = () => { try { return Number(sessionStorage.getItem(PUT_AWAY)); } catch { return 0; } };

function show(demo) {
  const isHere = demo && new URL(demo.url, location.href).pathname === location.pathname;
  const id = !demo || isHere || putAway() === demo.id ? 0 : demo.id;
  if (id === shown) return;
  shown = id;
  box.replaceChildren();
  if (!id) return;
  const content = words.content.cloneNode(true);
  content.querySelector(".said").textContent = demo.sentence;
  content.querySelector("a").href = demo.url;
  content.querySelector("button").addEventListener("click", () => {
    try { sessionStorage.setItem(PUT_AWAY, String(demo.id)); } catch { /* it is said again on the next page */ }
    show(null);
  });
  box.append(content);
}

async function ask() {
  clearTimeout(timer);
  if (document.hidden) return; // asked again when it is looked at
  asked = Date.now();
  const answer = await fetch(box.dataset.url, { headers: { Accept: "application/json" }, cache: "no-store" }).catch(() => null);
  if (answer?.ok) show((await answer.json()).demo);
  if ([401, 403, 404].includes(answer?.status)) return; // signed out, or not in the course any more
  timer = setTimeout(ask, ASK_MS * (0.8 + 0.4 * Math.random())); // a class does not ask all at once
}

if (box) {
  timer = setTimeout(ask, FIRST_MS);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - asked > ASK_MS) ask();
  });
}
