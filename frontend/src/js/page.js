// What the server wrote into the page for the scripts: translated texts, addresses, who is signed in.
const read = (id) => JSON.parse(document.getElementById(id)?.textContent || "{}");

export const site = { user: "", text: {}, ...read("site-data") };
export const page = { text: {}, ...read("page-data") };

/** Fills {name} places of a translated sentence. */
export const fill = (sentence, values = {}) => (sentence ?? "").replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

const language = document.documentElement.lang || "en";
export const formatNumber = (value) => new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value);
export const formatTime = (date) => new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" }).format(date);

/** One line, read aloud by screen readers, that says what happened. */
export function say(sentence, { isBad = false } = {}) {
  const line = document.getElementById("status");
  if (!line) return;
  line.textContent = sentence;
  line.classList.toggle("bad", isBad);
}

export const csrfToken = () => document.querySelector("input[name=csrf_token]")?.value ?? "";

/**
 * Fetches this page again to renew the CSRF token, after the student signed in again in another tab.
 * Returns false when nobody, or somebody else, is signed in.
 */
export async function renewToken() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return false;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const data = JSON.parse(fresh.getElementById("site-data")?.textContent || "{}");
    const token = fresh.querySelector("input[name=csrf_token]")?.value;
    if (!token || data.user !== site.user) return false;
    for (const input of document.querySelectorAll("input[name=csrf_token]")) input.value = token;
    return true;
  } catch {
    return false;
  }
}
