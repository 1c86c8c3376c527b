from __future__ import annotations

from tests.terminal import Terminal


def test_alone_it_lists_guides_and_nodes(terminal: Terminal) -> None:
    said = terminal.say("docs")
    assert said.code == 0
    pages = {line.split("\t")[0]: line.split("\t")[1] for line in said.out.splitlines()}
    assert pages["first-picture"] == "guide"
    assert pages["gpt_image"] == "node"


def test_a_page_is_markdown_when_it_is_piped(terminal: Terminal) -> None:
    said = terminal.run("docs", "display_output")
    assert said.out.startswith("# Display Output\n")
    assert "| `data` |" in said.out


def test_links_to_other_pages_say_how_to_get_there(terminal: Terminal) -> None:
    said = terminal.say("docs", "gpt_image")
    assert "`nodebuilder docs provider-errors`" in said.out
    assert "[" not in said.out.partition("## Related Nodes")[2]


def test_the_page_of_a_node_of_ones_own_comes_from_its_docstring(terminal: Terminal) -> None:
    terminal.write(
        "nodes/shout.py",
        "from nodebuilder import node\n\n\n@node\n"
        'async def shout(text: str) -> str:\n    """Say it loudly."""\n    return text\n',
    )
    said = terminal.say("docs", "shout", "--nodes", "nodes")
    assert "Say it loudly." in said.out


def test_an_unknown_page_is_answered_by_the_one_that_was_meant(terminal: Terminal) -> None:
    said = terminal.say("docs", "gpt_imag")
    assert said.code == 2
    assert said.err.splitlines() == ['There is no page "gpt_imag".', 'Did you mean "gpt_image"?']
