"""Files of the earlier AI Node Builder, as LiteGraph wrote them: read, mended where that is evident, kept whole."""
