// The page of a look over somebody's shoulder.
import { Mirror } from "./mirror.js";
import { page, say } from "./page.js";

const { text } = page;
const mirror = new Mirror(document.getElementById("terminal"), { events: page.events });
say(text.connecting);
mirror.addEventListener("found", () => say(text.live));
mirror.addEventListener("lost", () => say(text.lost, { isBad: true }));
mirror.addEventListener("state", ({ detail }) => detail.state === "ended" && say(text.ended));
document.documentElement.dataset.ready = "";
