"""The official suites of MCP against a real server, whose answers are workflows and nodes of ours."""
