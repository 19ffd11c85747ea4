// The list of recordings: htmx does the work; here only what it must not do by itself.

import { showProblems } from "../panels/error-messages.js";
import { listenToImport } from "../panels/import-form.js";

showProblems(document.body);

const form = document.getElementById("import");
if (form) listenToImport(form);
