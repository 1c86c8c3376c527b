"""The built-in nodes, one file per family; they are registered like anyone's pack."""

from nodebuilder.nodes.arrays import concatenate_array, string_array_creator
from nodebuilder.nodes.assertion import assert_node
from nodebuilder.nodes.calculator import calculator_tool
from nodebuilder.nodes.call_workflow import call_workflow
from nodebuilder.nodes.chat import display_input, get_display_context
from nodebuilder.nodes.conditional import decision, number_classifier
from nodebuilder.nodes.dictionaries import dictionary_get_element, dictionary_set_element
from nodebuilder.nodes.doors import input_node, output_node
from nodebuilder.nodes.events import await_event, receive_event, return_event_data, send_event
from nodebuilder.nodes.flow import accumulate, gate, merge
from nodebuilder.nodes.http_request import http_request_tool
from nodebuilder.nodes.image_edits import image_edit, image_edit_tool
from nodebuilder.nodes.image_links import image_link_extract
from nodebuilder.nodes.image_tools import gpt_image_tool
from nodebuilder.nodes.images import gpt_image
from nodebuilder.nodes.inputs import dictionary_input, number, text
from nodebuilder.nodes.llm import llm, llm_tool
from nodebuilder.nodes.loops import catch, for_each, while_node
from nodebuilder.nodes.math import add
from nodebuilder.nodes.mcp_tools import mcp_tools
from nodebuilder.nodes.outputs import display_output, log
from nodebuilder.nodes.schedule import schedule
from nodebuilder.nodes.testing import (
    add_node_test,
    counter,
    display_feature,
    input_output_array_test,
    logging_test,
    looping_accumulator,
    socket_array_test,
    widget_test,
)
from nodebuilder.nodes.text_analysis import text_analysis_tool
from nodebuilder.nodes.utility import trigger_detection, wait
from nodebuilder.nodes.weather import weather_tool
from nodebuilder.nodes.webhook import webhook
from nodebuilder.nodes.workflow_tools import workflow_tool

NODES = (
    text,
    number,
    dictionary_input,
    input_node,
    concatenate_array,
    add,
    decision,
    number_classifier,
    dictionary_get_element,
    dictionary_set_element,
    string_array_creator,
    trigger_detection,
    wait,
    call_workflow,
    llm,
    gpt_image,
    image_edit,
    image_link_extract,
    gpt_image_tool,
    image_edit_tool,
    llm_tool,
    workflow_tool,
    mcp_tools,
    calculator_tool,
    weather_tool,
    text_analysis_tool,
    http_request_tool,
    display_output,
    log,
    output_node,
    get_display_context,
    display_input,
    webhook,
    schedule,
    receive_event,
    send_event,
    await_event,
    return_event_data,
    assert_node,
    for_each,
    while_node,
    catch,
    accumulate,
    gate,
    merge,
    counter,
    looping_accumulator,
    add_node_test,
    socket_array_test,
    input_output_array_test,
    widget_test,
    logging_test,
    display_feature,
)
"""All built-in node types, in the order in which lists show them."""
