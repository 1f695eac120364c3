"""A table of a report in a panel."""

from html import escape

from workbench.task import Table


def table_html(table: Table) -> str:
    """Its title, headings, cells and caption."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.columns)
    rows = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in table.rows
    )
    return (
        f'<div class="wb-table"><b>{escape(table.title)}</b><table><thead><tr>{head}'
        f"</tr></thead><tbody>{rows}</tbody></table>"
        f"<p>{escape(table.caption)}</p></div>"
    )
