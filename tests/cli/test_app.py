from __future__ import annotations

from typing import Any

import pytest
import typer

from nodebuilder.cli.app import COMMANDS, module_of
from nodebuilder.cli.loading import load
from tests.terminal import Terminal


def test_help_lists_every_command_with_its_sentence(terminal: Terminal) -> None:
    said = terminal.say("--help")
    assert said.code == 0
    words = " ".join(said.out.split())
    assert all(sentence in words for sentence in COMMANDS.values())
    assert "--install-completion" in said.out


@pytest.mark.parametrize(("name", "sentence"), COMMANDS.items())
def test_a_command_says_of_itself_what_the_list_says_of_it(name: str, sentence: str) -> None:
    command: Any = typer.main.get_command(load(module_of(name)).app)
    assert command.help.startswith(sentence)


@pytest.mark.parametrize("later", ["worker"])
def test_a_command_is_listed_only_when_it_works(later: str) -> None:
    assert later not in COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_and_argument_has_a_sentence_of_help(name: str) -> None:
    command: Any = typer.main.get_command(load(module_of(name)).app)
    for each in [command, *getattr(command, "commands", {}).values()]:
        assert each.help
        for parameter in each.params:
            assert parameter.help, f"{name}: {parameter.name} has no help"


def test_a_mistyped_command_is_answered_by_the_one_that_was_meant(terminal: Terminal) -> None:
    said = terminal.say("chekc")
    assert said.code == 2
    assert "Did you mean 'check'" in said.err


def test_an_unknown_option_is_refused(terminal: Terminal) -> None:
    said = terminal.say("nodes", "--jsn")
    assert said.code == 2
    assert "--jsn" in said.err


def test_the_version_is_also_an_option_among_others(terminal: Terminal) -> None:
    said = terminal.say("--version", "nodes")
    assert said.code == 0
    assert said.out.startswith("nodebuilder ")


def test_an_error_is_two_lines_and_no_traceback(terminal: Terminal) -> None:
    terminal.monkeypatch.setenv("NODEBUILDER_PORT", "many")
    said = terminal.say("nodes")
    assert said.code == 2
    cause, remedy = said.err.splitlines()
    assert cause.startswith("NODEBUILDER_PORT cannot be used")
    assert remedy == "Set NODEBUILDER_PORT to a valid value or unset it."


def test_the_debug_variable_shows_the_traceback(terminal: Terminal) -> None:
    said = terminal.run("nodes", environment={"NODEBUILDER_PORT": "many", "NODEBUILDER_DEBUG": "1"})
    assert said.code != 0
    assert "Traceback" in said.err


def test_a_shell_completes_commands_and_options_without_loading_all_of_them(terminal: Terminal) -> None:
    words = {"_NODEBUILDER_COMPLETE": "complete_bash", "COMP_WORDS": "nodebuilder s", "COMP_CWORD": "1"}
    assert terminal.run(environment=words).out.split() == ["serve", "secrets", "sandbox"]
    words |= {"COMP_WORDS": "nodebuilder secrets ", "COMP_CWORD": "2"}
    assert terminal.run(environment=words).out.split() == ["set", "list", "bind", "unbind", "rm"]
