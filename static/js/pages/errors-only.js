// @ts-check
// The comparison and the race: htmx does the work; here only what it must not do by itself.

import { showErrors } from "../panels/error-messages.js";

showErrors();
