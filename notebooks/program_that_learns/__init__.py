"""What the notebooks share that is no part of the network: nothing in here learns anything."""
