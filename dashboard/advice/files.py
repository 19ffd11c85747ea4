"""The configuration that comes with the advice, as files to copy: systemd, Docker Compose, Procfile and nginx."""

import json
from dataclasses import dataclass
from pathlib import Path

from dashboard.advice.commands import GRACEFUL_STOP_S, INSTALLS, build_command, to_shell_line
from dashboard.advice.plan import Plan, PlannedServer
from dashboard.advice.proxy import build_server_block
from dashboard.advice.questions import Answers
from dashboard.lib.template_file import render_file

UNIT = Path(__file__).with_name("unit.service.tpl")
COMPOSE = Path(__file__).with_name("compose.yaml.tpl")
FORCED_STOP_S = GRACEFUL_STOP_S + 5
"""When systemd or Docker kill what has not stopped by itself."""
MANY_FILES = 65_536
"""Every open connection is a file to the system, which by default allows a process 1,024."""
ON_TOP = "TLS and static files are not included."


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """One file to copy."""

    kind: str
    """"command", "unit", "compose", "procfile" or "nginx"."""
    name: str
    about: str
    text: str


def build_files(answers: Answers, plan: Plan) -> tuple[ConfigFile, ...]:
    """Return everything that is needed to run the plan where the reader's project runs."""
    return (_commands(answers, plan), *_by_hosting(answers, plan))


def _commands(answers: Answers, plan: Plan) -> ConfigFile:
    lines = [to_shell_line(build_command(server, answers.project, answers.hosting)) for server in plan.servers]
    installs = " and ".join(dict.fromkeys(INSTALLS[server.program] for server in plan.servers))
    return ConfigFile(
        "command", "Command line", f"From the project's folder, after {installs}.", "\n".join(lines) + "\n"
    )


def _by_hosting(answers: Answers, plan: Plan) -> list[ConfigFile]:
    match answers.hosting:
        case "vm":
            nginx = ConfigFile(
                "nginx",
                f"/etc/nginx/sites-available/{answers.project}",
                f"Then link it in sites-enabled, and nginx -t && systemctl reload nginx. {ON_TOP}",
                build_server_block(answers, plan),
            )
            return [*(_unit(answers, plan, server) for server in plan.servers), nginx]
        case "containers":
            nginx = ConfigFile(
                "nginx",
                "nginx.conf",
                f"Put it beside compose.yaml, which mounts it. {ON_TOP}",
                build_server_block(answers, plan),
            )
            return [_compose(answers, plan), nginx]
        case _:
            line = to_shell_line(build_command(plan.pages, answers.project, answers.hosting))
            return [ConfigFile("procfile", "Procfile", "The platform sets PORT.", f"web: {line}\n")]


def _unit(answers: Answers, plan: Plan, server: PlannedServer) -> ConfigFile:
    home = f"/srv/{answers.project}"
    name = f"{answers.project}-{server.name}.service" if plan.hybrid else f"{answers.project}.service"
    values = {
        "project": answers.project,
        "server": server,
        "home": home,
        "command": " ".join(build_command(server, answers.project, answers.hosting)),
        "forced_stop_s": FORCED_STOP_S,
        "many_files": MANY_FILES,
    }
    about = f"Then systemctl enable --now {name}. The project is expected in {home}, its packages in .venv."
    return ConfigFile("unit", f"/etc/systemd/system/{name}", about, render_file(UNIT, values))


def _compose(answers: Answers, plan: Plan) -> ConfigFile:
    # JSON is YAML, too.
    commands = {
        server.name: json.dumps(build_command(server, answers.project, answers.hosting)) for server in plan.servers
    }
    values = {
        "commands": commands,
        "names": json.dumps(list(commands)),
        # The channel layer between processes.
        "redis": answers.live == "websockets",
        "forced_stop_s": FORCED_STOP_S,
    }
    about = "The image is built from the project's own Dockerfile. Database and secrets are not included."
    return ConfigFile("compose", "compose.yaml", about, render_file(COMPOSE, values))
