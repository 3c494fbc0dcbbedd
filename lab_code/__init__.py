"""What the labs and pages of the lab book import."""

__version__ = "0.1.0.dev0"
