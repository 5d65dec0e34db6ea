"""What all tests here share: the exported files, what stands in them, and no way out to the network."""

import contextlib
import os
import socket
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest

from corpus import ROOT, Corpus

_FOLDER = tempfile.TemporaryDirectory(prefix="hearsay-readers-")
os.environ.update(
    HF_HUB_OFFLINE="1",
    HF_HOME=_FOLDER.name,
    # Spark's Java side listens and connects there alone.
    SPARK_LOCAL_IP="127.0.0.1",
)

_HERE = {None, "localhost", "127.0.0.1", "::1", socket.gethostname()}


def _stay_here(event, arguments):
    """A reader that reaches for the network fails, also where there is one."""
    if event == "socket.connect":
        connected, address = arguments
        host = None if connected.family == socket.AF_UNIX else address[0]
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if host not in _HERE:
        raise PermissionError(f"a reader reaches for {host}; files must be read without the network")


sys.addaudithook(_stay_here)


@pytest.fixture(scope="session")
def exports():
    """The folder that `cargo run --example exports` has filled, each archive unpacked beside itself.

    The tests run in it, as the README's lines do, and so does what they start.
    """
    folder = Path(os.environ.get("HEARSAY_EXPORTS", ROOT / "target/readers"))
    if not folder.is_dir():
        pytest.exit(f"{folder} is missing: run `cargo xtask test readers`", returncode=2)
    for archive in folder.glob("*.zip"):
        with zipfile.ZipFile(archive) as files:
            files.extractall(archive.with_suffix(""))
    with contextlib.chdir(folder):
        yield folder


@pytest.fixture(scope="session")
def corpus(exports):
    """What was exported, as the corpus file has it."""
    return Corpus.read(exports)
