// @ts-check
// A page with explained words. Only wires.

import { Glossary } from "../panels/glossary.js";

new Glossary().listen(document);
