// What every page gains where scripts run. Everything here works without it too.
import { suggest } from "./suggest.js";
import { copyButtons } from "./copy.js";

for (const form of document.querySelectorAll("form.search")) suggest(form);
copyButtons(document);
