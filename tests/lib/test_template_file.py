"""Configuration files from templates: text as it is, values filled in, nothing escaped for HTML."""

from pathlib import Path

from django.utils.html import conditional_escape

from dashboard.lib.template_file import render_file


def test_values_are_filled_in_and_nothing_is_escaped(tmp_path: Path) -> None:
    template = tmp_path / "one.conf.tpl"
    template.write_text(
        "root {{ folder }};\n{% for port in ports %}listen {{ port }};\n{% endfor %}set $x ${msec};\n"
    )
    values = {"folder": '"/a&b/<c>"', "ports": [8100, 8101]}
    assert render_file(template, values) == 'root "/a&b/<c>";\nlisten 8100;\nlisten 8101;\nset $x ${msec};\n'


def test_the_text_is_not_taken_for_safe_html(tmp_path: Path) -> None:
    template = tmp_path / "one.conf.tpl"
    template.write_text("name {{ name }};\n")
    assert conditional_escape(render_file(template, {"name": "<b>"})) == "name &lt;b&gt;;\n"
