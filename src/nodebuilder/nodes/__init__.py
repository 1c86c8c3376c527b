"""The built-in nodes, one file per family; they are registered like anyone's pack."""

from nodebuilder.nodes.doors import input_node, output_node
from nodebuilder.nodes.image_links import image_link_extract
from nodebuilder.nodes.image_tools import gpt_image_tool
from nodebuilder.nodes.images import gpt_image
from nodebuilder.nodes.inputs import dictionary_input, number, text
from nodebuilder.nodes.outputs import display_output, log

NODES = (
    text,
    number,
    dictionary_input,
    input_node,
    gpt_image,
    image_link_extract,
    gpt_image_tool,
    display_output,
    log,
    output_node,
)
"""All built-in node types, in the order in which lists show them."""
