// The terminal, alone in a frame without an origin. It knows no address: what is printed and typed goes by messages.
import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";

const THEMES = {
  light: {
    background: "#fffdf8", foreground: "#22201c", cursor: "#22201c", cursorAccent: "#fffdf8", selectionBackground: "#bcd3ee",
    black: "#22201c", red: "#a3231c", green: "#1f6b2c", yellow: "#7a5500", blue: "#1d4f9c", magenta: "#8a2a7a", cyan: "#0f666b", white: "#6b665c",
    brightBlack: "#5c574e", brightRed: "#b4281f", brightGreen: "#23752f", brightYellow: "#815b00", brightBlue: "#2458ab", brightMagenta: "#963085", brightCyan: "#126e74", brightWhite: "#22201c",
  },
  dark: {
    background: "#1b1a18", foreground: "#ece7dc", cursor: "#ece7dc", cursorAccent: "#1b1a18", selectionBackground: "#3d5576",
    black: "#8a8478", red: "#ff8f85", green: "#8fd694", yellow: "#e8c268", blue: "#8db8f5", magenta: "#e6a0d8", cyan: "#7fd3d6", white: "#d6d0c4",
    brightBlack: "#a39c8f", brightRed: "#ffa59d", brightGreen: "#a6e0aa", brightYellow: "#f0d080", brightBlue: "#a6c8f8", brightMagenta: "#eeb5e2", brightCyan: "#99dfe1", brightWhite: "#ffffff",
  },
};
const tell = (message) => parent.postMessage(message, "*"); // only the site itself may frame this page (frame-ancestors)

const terminal = new Terminal({
  allowProposedApi: false, convertEol: false, cursorBlink: false, fontFamily: "ui-monospace, 'DejaVu Sans Mono', Consolas, Menlo, monospace",
  fontSize: 14, lineHeight: 1.2, minimumContrastRatio: 4.5, scrollback: 5000, tabStopWidth: 8, theme: THEMES.light,
});
const fit = new FitAddon();
terminal.loadAddon(fit);

// What a program prints may ask the terminal for an answer, which would be typed into the program; or set a title, the
// clipboard, links. None of it does anything here: what the program reads was typed by somebody.
const inert = () => true;
const ASKING = [
  { final: "c" }, { prefix: ">", final: "c" }, { prefix: "=", final: "c" }, { final: "n" }, { prefix: "?", final: "n" },
  { intermediates: "$", final: "p" }, { prefix: "?", intermediates: "$", final: "p" }, { final: "t" }, { prefix: ">", final: "t" },
  { prefix: ">", final: "q" }, { final: "x" }, { prefix: "?", final: "u" }, { prefix: "?", final: "S" }, { intermediates: "*", final: "y" },
];
for (const asking of ASKING) terminal.parser.registerCsiHandler(asking, inert);
for (const intermediates of ["$", "+"]) terminal.parser.registerDcsHandler({ intermediates, final: "q" }, inert);
terminal.parser.registerEscHandler({ final: "Z" }, inert);
const COMMANDS = [0, 1, 2, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 50, 52, 99, 104, 105, 110, 111, 112, 133, 633, 777, 1337];
for (const command of COMMANDS) terminal.parser.registerOscHandler(command, inert);

let isLeaving = false;
terminal.attachCustomKeyEventHandler((event) => {
  if (event.type !== "keydown") return true;
  if (event.key === "Tab" && isLeaving) return false; // the browser takes it: out of the terminal
  if (event.key !== "Shift") isLeaving = event.key === "Escape";
  if (!event.ctrlKey || event.altKey || event.metaKey) return true;
  if (event.key === "v") return false; // paste
  return !(event.key === "c" && terminal.hasSelection()); // copy what is selected, else interrupt the program
});

let isOpen = false;
let isMirror = false;
let unshown = 0;
terminal.onData((text) => isOpen && tell({ type: "typed", text }));
terminal.onBinary((text) => isOpen && tell({ type: "typed", text }));
terminal.onResize(({ rows, cols }) => tell({ type: "window", rows, columns: cols }));

const acts = {
  setUp({ theme, label }) {
    terminal.options.theme = THEMES[theme];
    document.documentElement.style.setProperty("--terminal-background", THEMES[theme].background);
    document.documentElement.style.colorScheme = theme;
    terminal.textarea.setAttribute("aria-label", label);
  },
  begin() {
    terminal.reset();
    isOpen = true;
    terminal.options.disableStdin = false;
    fit.fit();
    tell({ type: "window", rows: terminal.rows, columns: terminal.cols });
  },
  // The console of somebody else, in its size: the letters are made smaller, then it scrolls; nothing is typed.
  mirror({ rows, columns }) {
    isMirror = true;
    terminal.options.disableStdin = true;
    if (!rows || (rows === terminal.rows && columns === terminal.cols)) return;
    terminal.options.fontSize = 14;
    const room = fit.proposeDimensions() ?? { rows, cols: columns };
    terminal.options.fontSize = Math.max(9, Math.floor(14 * Math.min(1, room.cols / columns, room.rows / rows)));
    terminal.resize(columns, rows);
    terminal.element.parentElement.style.overflow = "auto";
  },
  output({ data }) {
    unshown += data.length;
    terminal.write(data, () => {
      unshown -= data.length;
      if (unshown === 0) tell({ type: "shown", unshown });
    });
  },
  reset() {
    terminal.reset();
  },
  end() {
    isOpen = false;
    terminal.options.disableStdin = true;
    terminal.write("\x1b[?25l\x1b[0m\x1b[?1000l\x1b[?1002l\x1b[?1003l");
  },
  focus() {
    terminal.focus();
  },
};
addEventListener("message", ({ source, data }) => {
  if (source === parent) acts[data?.type]?.(data);
});

terminal.open(document.getElementById("terminal"));
fit.fit();
new ResizeObserver(() => isMirror || fit.fit()).observe(document.documentElement);
globalThis.terminal = terminal; // for the end-to-end tests, and for the curious
tell({ type: "ready", rows: terminal.rows, columns: terminal.cols });
