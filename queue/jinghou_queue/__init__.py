"""The silent-queue server. Terminals import `jinghou_queue.contract` and nothing else of it."""
