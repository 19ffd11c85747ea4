// The list of recordings: htmx does the work; here only what it must not do by itself.

import { listenToImport } from "./importing.js";
import { showProblems } from "./problems.js";

showProblems(document.body);

const form = document.getElementById("import");
if (form) listenToImport(form);
