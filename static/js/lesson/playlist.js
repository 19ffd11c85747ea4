// @ts-check
// The lecture that this browser gives: its list of lessons stays until another one is begun.

const STORE = "gatescope-lecture";

/** The list as it stands in an address; empty when none was begun. */
export function rememberedList() {
  try {
    return localStorage.getItem(STORE) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} list */
export function rememberList(list) {
  try {
    localStorage.setItem(STORE, list);
  } catch {
    // A browser may refuse to remember; the address has the list all the same.
  }
}
