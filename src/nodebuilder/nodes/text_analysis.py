"""Text Analysis: counts and a simple mood of a text, for models."""

from __future__ import annotations

from typing import Annotated, Any, Final

from nodebuilder.node import tool
from nodebuilder.tool_calls import FallbackIds
from nodebuilder.widgets import Required

TEXT_REQUIRED: Final = "A text to analyze is required"
POSITIVE: Final = ("good", "great", "excellent", "amazing", "wonderful", "fantastic", "love", "happy", "best")
NEGATIVE: Final = ("bad", "terrible", "awful", "horrible", "hate", "sad", "worst", "poor")


@tool(
    "analyze_text",
    type_id="text_analysis_tool",
    title="Text Analysis",
    tags=("tool", "text", "words", "sentiment", "llm"),
    fallback_ids=FallbackIds("analysis_result", "analysis_error", "analysis_exception"),
)
async def text_analysis_tool(text: Annotated[str, Required(TEXT_REQUIRED)]) -> dict[str, Any]:
    """Analyze a text: word count, character count and basic sentiment.

    Args:
        text: The text to analyze
    """
    return analyze(text)


def analyze(text: str) -> dict[str, Any]:
    """Return the counts and the mood of a text: which of two short lists of English words has more hits in it."""
    lowered = text.lower()
    positive = sum(word in lowered for word in POSITIVE)
    negative = sum(word in lowered for word in NEGATIVE)
    sentiment = "positive" if positive > negative else "negative" if negative > positive else "neutral"
    return {
        "word_count": len(text.split()),
        "character_count": len(text),
        "character_count_no_spaces": len(text.replace(" ", "")),
        "sentiment": sentiment,
        "positive_indicators": positive,
        "negative_indicators": negative,
    }
