"""Steps from one form of the database to the next, run by `jinghou-queue migrate`."""
