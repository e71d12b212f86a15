// The extension is a classic script that looks for a global htmx, which htmx.esm.js has set.
import "htmx.org/dist/ext/hx-sse.js";
