// On every page. Nothing here is needed for a page to work: it only makes it smoother.
import htmx from "htmx.org/dist/htmx.esm.js";
import "./copies.js";
import "./demo-banner.js";
import "./forms.js";
import "./live.js";
import "./preferences.js";

htmx.config.history = false; // pages are pages: the browser's own history is the right one
