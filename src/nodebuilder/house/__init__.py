"""The house: everything a server or a terminal needs to run workflows, opened together and closed in order."""

from nodebuilder.house.opening import House, Sandbox, open_house

__all__ = ["House", "Sandbox", "open_house"]
