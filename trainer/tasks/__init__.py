"""Work that no request waits for: packs are made, uploads are read.

What is to be done stands in the database, in the same transaction as the wish for it, so that a restart loses nothing:
whoever runs `Runner` takes the next piece of work, says from time to time that it is alive, and stores each result when
it is there. Heavy work is done in a process of its own (`tasks.process`), which gets values and gives values back.
"""
