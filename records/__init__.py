"""What is remembered: quotes, conversations, drafts, hand-overs, members and their policies.

Why: every answer can be shown again and every hand-over read by a person. It must not compute or look up a
premium (but for seeding the demo), read the clock (a moment comes in as `now`), hold a raw sender id, or
let the text of a message into a log or an error.
"""
