"""A directive that shows what the command line says of itself."""

from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive

from workbench.main import DATA_HELP, parsers


class Commands(Directive):
    """The help of each verb, under a heading of its own."""

    def run(self) -> list[nodes.Node]:
        """A section a verb."""
        found: list[nodes.Node] = []
        for name, verb in sorted(parsers()[1].items()):
            section = nodes.section(ids=[f"workbench-{name}"], names=[name])
            section += nodes.title(text=f"workbench {name}")
            text = DATA_HELP if name == "data" else verb.format_help()
            section += nodes.literal_block(text, text, language="text")
            found.append(section)
        return found


def setup(app: Any) -> dict[str, bool]:
    """Make it known to Sphinx."""
    app.add_directive("commands", Commands)
    return {"parallel_read_safe": True}
