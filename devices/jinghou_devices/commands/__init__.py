"""The commands of `jinghou-devices`, a module for each kind of device. Each has `add`, which names its commands."""
