"""Settings, clock, logging and process set-up: what a process needs before it can do its own job.

Imports none of the other rooms at module level, so that every composition root may import it.
"""
