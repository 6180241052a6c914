"""What people do at a hall, as plain synchronous functions of a connection: one transaction each.

A function gets the press (who, where, when) and answers a message of the contract, or raises Refused.
"""
