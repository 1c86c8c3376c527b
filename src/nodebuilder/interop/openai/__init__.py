"""OpenAI's HTTP API as its clients know it: requests read, answers and errors written; nothing here runs anything."""
