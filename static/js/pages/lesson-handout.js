// @ts-check
// The handout of a lesson. Only wires.

import { byId } from "../lib/dom.js";

byId("print").addEventListener("click", () => print());
