// @ts-check
// The list of recordings: htmx does the work; here only what it must not do by itself.

import { showErrors } from "../panels/error-messages.js";
import { ImportForm } from "../panels/import-form.js";

showErrors();

const form = document.getElementById("import");
if (form instanceof HTMLFormElement) new ImportForm(form).listen();
