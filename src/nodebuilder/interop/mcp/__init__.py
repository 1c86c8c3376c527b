"""The Model Context Protocol: published nodes, workflows and files as tools, prompts and resources of any host."""
