"""The rasa-sdk side: turns what was understood into requests to rating, knowledge and records, and results into text.

Nothing here knows a premium, a phone number or a sentence: figures come from rating/ and knowledge/, sentences from
bot/locales and knowledge/faq.
"""
