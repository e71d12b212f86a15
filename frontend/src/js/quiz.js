// Quizzes: the answers stay in this browser until they are handed in, so that an ended session loses nothing.
import * as copies from "./copies.js";
import { page, say } from "./page.js";

const form = document.getElementById("quiz");
const key = copies.keyOf("quiz", page.assignment);
const inputs = () => [...form.elements].filter((input) => input.name && !["hidden", "submit"].includes(input.type) && !input.disabled);
const isChoice = (input) => ["radio", "checkbox"].includes(input.type);

function read() {
  const answers = {};
  for (const input of inputs()) {
    if (isChoice(input)) {
      answers[input.name] ??= [];
      if (input.checked) answers[input.name].push(input.value);
    } else if (input.matches("input, textarea, select")) answers[input.name] = input.value;
  }
  return answers;
}

function restore(answers) {
  for (const input of inputs()) {
    if (!(input.name in answers)) continue;
    if (isChoice(input)) input.checked = answers[input.name].includes(input.value);
    else if (input.matches("input, textarea, select")) input.value = answers[input.name];
  }
}

if (page.marked) copies.drop(key);
else if (form) {
  const [found] = copies.find(key);
  if (found && JSON.stringify(found[1].answers) !== JSON.stringify(read())) {
    restore(found[1].answers);
    say(page.text.restored);
  }
  form.addEventListener("input", () => copies.keep(key, { answers: read() }));
}
document.documentElement.dataset.ready = "";
