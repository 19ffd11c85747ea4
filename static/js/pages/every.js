// @ts-check
// On every page: the colours that this browser was told to use, and the reader's own time. Only wires.

import { showLocalTimes } from "../panels/local-times.js";
import { Settings } from "../panels/settings.js";

// Reading them applies them.
void new Settings(() => {});
showLocalTimes();
