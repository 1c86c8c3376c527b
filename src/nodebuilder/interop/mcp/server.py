"""The server of the protocol: which request is answered by what, over whatever transport."""

from __future__ import annotations

import warnings
from typing import Any, Final

from mcp.server.lowlevel import Server
from mcp.server.lowlevel.server import NotificationOptions
from mcp.server.request_state import RequestStateBoundary, RequestStateSecurity
from mcp.shared.exceptions import MCPDeprecationWarning

from nodebuilder import __version__
from nodebuilder.interop.mcp.catalogue import Behind
from nodebuilder.interop.mcp.prompts import Prompts
from nodebuilder.interop.mcp.resources import Resources
from nodebuilder.interop.mcp.rounds import ASK_SECONDS, Rounds
from nodebuilder.interop.mcp.sessions import Sessions
from nodebuilder.interop.mcp.tools import Tools

NAME: Final = "nodebuilder"
INSTRUCTIONS: Final = (
    "Tools are nodes and workflows that a person built in AI Node Builder. A picture comes as a small preview and a "
    "link to the full file: give people the link. A call may take minutes and cost money; the result says how much."
)


class Host:
    """Everything that one server of the protocol needs, whatever carries its messages."""

    def __init__(self, behind: Behind) -> None:
        self.rounds = Rounds()
        self.sessions = Sessions(behind)
        tools = Tools(behind, self.rounds, self.sessions)
        prompts = Prompts(behind, self.rounds, self.sessions)
        resources = Resources(behind, self.rounds, self.sessions)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", MCPDeprecationWarning)
            self.server: Server[Any] = Told(  # pyright: ignore[reportDeprecated] - older hosts set the log's level
                NAME,
                version=__version__,
                title="AI Node Builder",
                instructions=INSTRUCTIONS,
                on_list_tools=tools.list,
                on_call_tool=tools.call,
                on_list_prompts=prompts.list,
                on_get_prompt=prompts.get,
                on_list_resources=resources.list,
                on_list_resource_templates=resources.templates,
                on_read_resource=resources.read,
                on_subscribe_resource=self.sessions.subscribe,
                on_unsubscribe_resource=self.sessions.unsubscribe,
                on_subscriptions_listen=self.sessions.listen,
                on_completion=prompts.complete,
                on_set_logging_level=self.sessions.set_level,
            )
        security = RequestStateSecurity.ephemeral(ttl=ASK_SECONDS)
        self.server.middleware.append(RequestStateBoundary(security, default_audience=NAME))


class Told(Server[Any]):
    """A server that says in its first answer that it tells of changed lists."""

    def create_initialization_options(
        self, notification_options: NotificationOptions | None = None, *args: Any, **more: Any
    ) -> Any:
        """Return what the server says of itself to hosts that begin a session."""
        told = notification_options or NotificationOptions(
            prompts_changed=True, resources_changed=True, tools_changed=True
        )
        return super().create_initialization_options(told, *args, **more)
