"""This counter beside a stock Rasa for Japanese: the same messages, the same machine, one run (`make bench`).

Loopback only and bounded in time; it measures, and changes nothing but build/bench.
"""
