"""`trainer`: thin commands over the same services as the web."""

from __future__ import annotations

from importlib import import_module

import click

from trainer import __version__

COMMANDS: dict[str, str] = {
    "check": "trainer.cli_content:check",
    "fmt": "trainer.cli_content:fmt",
    "new": "trainer.cli_content:new",
    "messages": "trainer.cli_content:messages",
    "print": "trainer.cli_print:print_module",
    "report": "trainer.cli_report:report",
    "publish": "trainer.cli_store:publish",
    "export": "trainer.cli_store:export",
    "editions": "trainer.cli_store:editions",
    "db": "trainer.cli_store:db",
    "backup": "trainer.cli_store:backup",
    "people": "trainer.cli_people:people",
    "summaries": "trainer.cli_people:summaries",
    "audit": "trainer.cli_audit:audit",
    "demo": "trainer.cli_people:demo",
    "serve": "trainer.cli_serve:serve",
    "work": "trainer.cli_serve:work",
}
"""Command → where it is. Each is imported only when it is called: printing should not wait for the web."""


class Commands(click.Group):
    """The commands of `COMMANDS`, in that order."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Commands)
@click.version_option(__version__, prog_name="trainer")
def main() -> None:
    """Training modules in Markdown: check, print, publish, serve."""


if __name__ == "__main__":
    main()
