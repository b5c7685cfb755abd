"""What is shared by every session of the server: the store and the jobs."""

import os
from pathlib import Path

import streamlit as st

from engine.device import describe_device
from engine.jobs import Jobs, from_environment
from engine.store import RunStore


def runs_folder() -> Path:
    """Where runs are kept: `BLINDSPOT_RUNS`, else `runs` beside the program."""
    return Path(os.environ.get("BLINDSPOT_RUNS") or Path(__file__).resolve().parents[1] / "runs")


@st.cache_resource(show_spinner=False)
def store() -> RunStore:
    limit = float(os.environ.get("BLINDSPOT_STORE_GB") or 2)
    return RunStore(runs_folder(), limit=int(limit * 2**30))


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    return from_environment(store())


@st.cache_data(show_spinner=False)
def device() -> str:
    return describe_device()
