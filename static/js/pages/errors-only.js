// The comparison and the race: htmx does the work; here only what it must not do by itself.

import { showProblems } from "../panels/error-messages.js";

showProblems(document.body);
