"""The chat widget, and a demo member site that embeds it."""
