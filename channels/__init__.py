"""The gateway: the only process that faces the outside, with all channels to the counter.

It keeps the contract, cleans and masks what comes in, hands it to the dialogue engine over HTTP, and turns
every failure behind it into a reply that helps. It understands nothing itself and computes no premium.
"""
