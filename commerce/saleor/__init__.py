"""A Saleor shop, asked over GraphQL: the client that every adapter to it stands on.

Held to Saleor 3.23; amounts, addresses and stock are its business, money rules are ours.
"""
