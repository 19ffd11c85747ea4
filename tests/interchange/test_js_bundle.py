"""Modules as one script: it does what they do, or it is not made."""

import shutil
import subprocess

import pytest

from dashboard.interchange.js_bundle import BundleError, bundle

ENTRY = 'import { add } from "./sum.js";\nimport { Counter, STEP as by } from "./counter.js";\n'
COUNTER = """import { add } from "./sum.js";

export const STEP = 2;
const hidden = 1;

/** Counts. */
export class Counter {
  value = hidden;
  more() {
    this.value = add(this.value, STEP);
  }
}
export async function* none() {}
"""
SUM = "export function add(a, b) {\n  return a + b;\n}\n"


def made(**modules: str) -> str:
    return bundle(["entry"], {"sum": SUM, "counter": COUNTER, **modules}.__getitem__)


def run_script(script: str) -> str:
    node = shutil.which("node")
    assert node, "node is needed for the tests of the page"
    found = subprocess.run(
        [node, "--input-type=module"], input=script, capture_output=True, text=True, timeout=30, check=True
    )
    return found.stdout


def test_the_script_does_what_the_modules_do() -> None:
    entry = ENTRY + "const one = new Counter();\none.more();\nconsole.log(one.value, by, add(1, await 1));\n"
    assert run_script(made(entry=entry)) == "3 2 2\n"


def test_a_module_that_two_need_is_in_it_once() -> None:
    assert made(entry=ENTRY).count("return a + b") == 1


@pytest.mark.parametrize(
    "line",
    [
        'import * as all from "./sum.js";',
        'import "./sum.js";',
        'import sum from "./sum.js";',
        'import { add } from "https://example.org/sum.js";',
        "export default 5;",
        "export { hidden };",
        'const later = await import("./sum.js");',
        "const here = import.meta.url;",
    ],
)
def test_every_other_form_is_refused(line: str) -> None:
    with pytest.raises(BundleError, match="another form"):
        made(entry=f"{line}\n")


def test_modules_of_several_rooms_are_found_by_their_paths() -> None:
    modules = {
        "pages/main": 'import { twice } from "../model/double.js";\nconsole.log(twice);\n',
        "model/double": 'import { one } from "./one.js";\nimport { add } from "../lib/sum.js";\n\n'
        "export const twice = add(one, one);\n",
        "model/one": "export const one = 1;\n",
        "lib/sum": SUM,
    }
    assert run_script(bundle(["pages/main"], modules.__getitem__)) == "2\n"


def test_a_module_from_outside_is_refused() -> None:
    with pytest.raises(BundleError, match="outside"):
        made(entry='import { add } from "../sum.js";\n')


def test_modules_in_a_circle_are_refused() -> None:
    with pytest.raises(BundleError, match="entry → sum → entry"):
        made(entry=ENTRY, sum='import { a } from "./entry.js";\n')


@pytest.mark.parametrize("text", ["</script>", "</SCRIPT", "<!--"])
def test_what_would_end_the_script_is_refused(text: str) -> None:
    with pytest.raises(BundleError, match="would end the script"):
        made(entry=f'const text = "{text}";\n')
