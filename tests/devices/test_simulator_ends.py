"""Where a simulator is plugged in: on a pseudo-terminal with a name, or on a port of the network."""

import asyncio
import os
import signal
import socket
import struct
import termios
from collections.abc import Callable
from pathlib import Path

import pytest
from devices.simulators import Sim, until
from devices.test_devices_cli import run

from jinghou_devices.sim.ends import Tcp, Unplugged

Start = Callable[..., Sim]
ASK_PRINTER = b"\x10\x04\x01"


def host(sim: Sim) -> socket.socket:
    address, _, port = sim.port.partition(":")
    line = socket.create_connection((address, int(port)), 5)
    line.settimeout(5)
    return line


def test_on_the_network_one_host_is_served_and_the_next_waits_for_its_turn(start_sim: Start) -> None:
    sim = start_sim("escpos", "--tcp", "0")
    with host(sim) as first, host(sim) as second:
        second.sendall(ASK_PRINTER)
        for _ in range(3):
            first.sendall(ASK_PRINTER)
            assert first.recv(1) == b"\x12"
        second.setblocking(False)
        with pytest.raises(BlockingIOError):
            second.recv(1)
        second.settimeout(5)
        first.close()
        assert second.recv(1) == b"\x12"


async def test_a_host_whose_leaving_is_noticed_by_the_answer_is_waited_for_no_longer() -> None:
    end = Tcp(0)
    address, _, port = end.port.partition(":")
    with socket.create_connection((address, int(port)), 5) as hasty:
        await end.readable()
        waiting = asyncio.create_task(end.readable())
        await asyncio.sleep(0)
        hasty.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with pytest.raises(Unplugged):
        end.write(b"\x12")
    with pytest.raises(Unplugged):
        await asyncio.wait_for(waiting, 5)
    end.unplug()


def test_unplugged_from_the_network_it_is_gone_and_comes_back_at_the_same_port(start_sim: Start) -> None:
    sim = start_sim("escpos", "--tcp", "0")
    with host(sim) as line:
        sim.ask("unplug")
        assert line.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        host(sim)
    sim.ask("replug")
    with host(sim) as line:
        line.sendall(ASK_PRINTER)
        assert line.recv(1) == b"\x12"


def test_a_simulator_that_is_ended_takes_its_name_and_its_socket_along(start_sim: Start, tmp_path: Path) -> None:
    link = tmp_path / "printer"
    sim = start_sim("escpos", "--link", str(link))
    assert str(link.readlink()) == sim.port
    sim.process.send_signal(signal.SIGTERM)
    assert sim.process.wait(5) == 0
    assert not link.is_symlink()
    assert not sim.socket.exists()


def test_a_simulator_that_cannot_begin_leaves_no_name(tmp_path: Path) -> None:
    assert run("sim", "escpos", "--link", str(tmp_path / "printer"), "--fault", "toast").returncode == 2
    assert [*tmp_path.iterdir()] == []


def test_a_name_that_a_killed_simulator_left_behind_is_taken_over(start_sim: Start, tmp_path: Path) -> None:
    link = tmp_path / "printer"
    start_sim("escpos", "--link", str(link)).kill()
    assert link.is_symlink()
    sim = start_sim("escpos", "--link", str(link))
    assert str(link.readlink()) == sim.port


def test_unplugging_takes_the_port_from_under_its_host_and_the_name_away(start_sim: Start, tmp_path: Path) -> None:
    link = tmp_path / "printer"
    sim = start_sim("escpos", "--link", str(link))
    opened = os.open(sim.port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        sim.ask("unplug")
        assert not link.is_symlink()
        with pytest.raises(termios.error):
            until(lambda: not termios.tcgetattr(opened))
    finally:
        os.close(opened)
    assert sim.ask("replug")["port"] == str(link.readlink())


def test_the_help_names_every_simulator_and_what_it_can_be_told(tmp_path: Path) -> None:
    every = run("sim", "--help")
    assert every.returncode == 0
    assert all(model in every.stdout for model in ("sam", "escpos"))
    one = run("sim", "escpos", "--help")
    assert all(word in one.stdout for word in ("--link", "--tcp", "--control", "--fault", "--baud", "garbage_inside"))
