"""The engine: moves values from node to node and yields the run's events; it calls nobody above itself."""
